"""Bit_Dot_Prod_Mod2: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x0, x1 in xs:
        s = abs(x0 * x1 - s)
        ys.append(s)
    return ys
