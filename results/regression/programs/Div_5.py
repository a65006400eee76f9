"""Div_5: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + s + x) % 5
        ys.append((s + x) % 2)
    return ys
