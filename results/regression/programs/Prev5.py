"""Prev5: solved, linear."""

def solve(xs):
    a, b, c, d, e, f = 0, 0, 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d, e, f = x, a, b, c, d, e
        ys.append(f)
    return ys
