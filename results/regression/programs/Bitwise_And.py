"""Bitwise_And: solved, symbolic."""

def solve(xs):
    ys = []
    for x0, x1 in xs:
        ys.append(x0 * x1)
    return ys
