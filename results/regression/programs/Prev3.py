"""Prev3: solved, linear."""

def solve(xs):
    a, b, c, d = 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d = x, a, b, c
        ys.append(d)
    return ys
