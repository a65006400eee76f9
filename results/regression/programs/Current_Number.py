"""Current_Number: solved, linear."""

def solve(xs):
    ys = []
    for x, in xs:
        ys.append(x)
    return ys
