"""Add_Mod_3: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = (s + x) % 3
        ys.append(s)
    return ys
