"""Add_Mod_5: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 5
        ys.append(s)
    return ys
