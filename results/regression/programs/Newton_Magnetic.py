"""Newton_Magnetic: solved, linear."""

def solve(xs):
    a, b, c = 0, 0, 0
    ys = []
    for x0, x1 in xs:
        a, b, c = a + c, x1 + b + c, x0 + c - b
        ys.append(a + c)
    return ys
