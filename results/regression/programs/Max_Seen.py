"""Max_Seen: solved, linear, symbolic."""

def solve(xs):
    s = 0
    ys = []
    for x, in xs:
        s = max(s, x)
        ys.append(s)
    return ys
