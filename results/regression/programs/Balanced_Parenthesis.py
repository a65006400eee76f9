"""Balanced_Parenthesis: solved, machine."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = s + x * 2 - 1 if s <= 0 else 1
        ys.append(int(s == 0))
    return ys
