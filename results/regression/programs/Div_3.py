"""Div_3: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (x - s) % 3
        ys.append((s + x) % 2)
    return ys
