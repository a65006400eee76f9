"""Parity_Last3: solved, shift register."""

def solve(xs):
    a, b, c = 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c = x, a, (x + a + b) % 2
        ys.append(c)
    return ys
