"""Parity_Bits_Mod2: solved, linear recurrence."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = b, 1 - b
        ys.append(a)
    return ys
