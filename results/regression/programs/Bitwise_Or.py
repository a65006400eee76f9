"""Bitwise_Or: solved, symbolic."""

def solve(xs):
    ys = []
    for x0, x1 in xs:
        ys.append(max(x0, x1))
    return ys
