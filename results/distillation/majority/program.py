def sign(s):
    return 1 if s > 0 else -1 if s < 0 else 0


def program(x):
    n = len(x)
    return [sign(sum(x) - 0.5 * n)]
