"""Sum_Last6: solved, linear."""

def solve(xs):
    a, b, c, d, e, f = 0, 0, 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d, e, f = x + b, x + c, x + d, x + e, x + f, x
        ys.append(a)
    return ys
