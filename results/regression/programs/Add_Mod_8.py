"""Add_Mod_8: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 8
        ys.append(s)
    return ys
