"""Parity_Last4: solved, shift register."""

def solve(xs):
    a, b, c, d = 0, 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c, d = x, a, b, (x + a + b + c) % 2
        ys.append(d)
    return ys
