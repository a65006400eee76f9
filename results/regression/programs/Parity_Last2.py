"""Parity_Last2: solved, shift register."""

def solve(xs):
    a, b = 0, 0
    ys = []
    for x, in xs:
        a, b = x, int(a != x)
        ys.append(b)
    return ys
