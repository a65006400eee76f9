"""Add_Mod_7: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 7
        ys.append(s)
    return ys
