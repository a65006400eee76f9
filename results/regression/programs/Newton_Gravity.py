"""Newton_Gravity: solved, linear."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = a + b, x + b - 1
        ys.append(a + b)
    return ys
