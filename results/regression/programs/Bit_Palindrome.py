"""Bit_Palindrome: solved, registers."""

def solve(xs):
    a, b, c = 0, 0, 1
    ys = []
    for x, in xs:
        a, b, c = a * 2 + x, b + x * c, c * 2
        ys.append(int(a == b))
    return ys
