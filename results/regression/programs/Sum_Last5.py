"""Sum_Last5: solved, linear."""

def solve(xs):
    a, b, c, d, e = 0, 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d, e = x, a, b, c, d
        ys.append(x + b + c + d + e)
    return ys
