"""Sum_Last2: solved, linear."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = x, a
        ys.append(x + b)
    return ys
