"""Evens_Counter: solved, machine."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = s - x % 2 + 1
        ys.append(s)
    return ys
