"""Sum_Last7: solved, linear."""

def solve(xs):
    a, b, c, d, e, f, g = 0, 0, 0, 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d, e, f, g = x, a, b, c, d, e, f
        ys.append(x + b + c + d + e + f + g)
    return ys
