"""Newton_Freebody: solved, linear."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = x + a, a + b
        ys.append(a + b)
    return ys
