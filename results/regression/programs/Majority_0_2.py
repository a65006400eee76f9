"""Majority_0_2: solved, counts."""

def solve(xs):
    a, b, c = 0, 0, 0
    ys = []
    for x, in xs:
        a, b, c = a + int(x == 0), b + int(x == 1), c + int(x == 2)
        ys.append(max(a, b) - max(a, c) if max(b, c) <= a else 1 if c <= b else 2)
    return ys
