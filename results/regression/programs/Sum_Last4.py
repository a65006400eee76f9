"""Sum_Last4: solved, linear."""

def solve(xs):
    a, b, c, d = 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d = x, a, b, c
        ys.append(x + b + c + d)
    return ys
