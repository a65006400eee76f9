"""Sum_All: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = x + s
        ys.append(s)
    return ys
