"""Prev2: solved, linear."""

def solve(xs):
    a, b, c = 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c = x, a, b
        ys.append(c)
    return ys
