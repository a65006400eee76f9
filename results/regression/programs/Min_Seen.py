"""Min_Seen: solved, linear, symbolic."""

def solve(xs):
    s = 9
    ys = []
    for x, in xs:
        s = min(s, x)
        ys.append(s)
    return ys
