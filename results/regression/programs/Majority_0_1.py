"""Majority_0_1: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = s - x * 2 + 1
        ys.append(int(s < 0))
    return ys
