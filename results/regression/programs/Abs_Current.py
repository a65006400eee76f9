"""Abs_Current: solved, symbolic."""

def solve(xs):
    ys = []
    for x, in xs:
        ys.append(abs(x))
    return ys
