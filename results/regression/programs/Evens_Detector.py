"""Evens_Detector: solved, shift register."""

def solve(xs):
    ys = []
    for x, in xs:
        ys.append(int(x % 2 == 0))
    return ys
