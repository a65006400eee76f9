"""Base_7_Addition: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x0, x1 in xs:
        s = x0 + x1 if s < 7 else x0 + x1 + 1
        ys.append(s % 7)
    return ys
