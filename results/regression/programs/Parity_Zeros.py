"""Parity_Zeros: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = int(s == x)
        ys.append(s)
    return ys
