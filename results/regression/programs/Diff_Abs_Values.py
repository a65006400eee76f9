"""Diff_Abs_Values: solved, linear, symbolic."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = abs(x) - b, abs(x)
        ys.append(a)
    return ys
