"""Newton_Spring: solved, linear."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = x - b, a + b
        ys.append(a + b)
    return ys
