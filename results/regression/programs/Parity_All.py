"""Parity_All: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = abs(s - x)
        ys.append(s)
    return ys
