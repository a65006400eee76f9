"""Div_7: solved, machine."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s * 2 + x) % 7
        ys.append((s + x) % 2)
    return ys
