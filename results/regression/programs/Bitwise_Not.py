"""Bitwise_Not: solved, linear."""

def solve(xs):
    ys = []
    for x, in xs:
        ys.append(1 - x)
    return ys
