"""Bitwise_Xor: solved, symbolic."""

def solve(xs):
    ys = []
    for x0, x1 in xs:
        ys.append(abs(x0 - x1))
    return ys
