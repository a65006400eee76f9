"""Base_6_Addition: solved, machine."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x0, x1 in xs:
        a, b = int(5 < a + x0 + x1), (a + x0 + x1) % 6
        ys.append(b)
    return ys
