"""Binary_Addition: solved, linear."""

def solve(xs):
    s = 0
    ys = []
    for x0, x1 in xs:
        s = x0 + x1 if s < 2 else x0 + x1 + 1
        ys.append(s % 2)
    return ys
