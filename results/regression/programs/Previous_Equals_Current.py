"""Previous_Equals_Current: solved, linear, symbolic."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = int(b == x), x
        ys.append(a)
    return ys
