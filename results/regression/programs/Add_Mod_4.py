"""Add_Mod_4: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 4
        ys.append(s)
    return ys
