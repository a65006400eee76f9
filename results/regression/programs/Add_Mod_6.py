"""Add_Mod_6: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 6
        ys.append(s)
    return ys
