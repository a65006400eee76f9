def sign(s):
    return 1 if s > 0 else -1 if s < 0 else 0


def largest(sums):
    top = max(sums)
    return [0 if s < top else 1 if sums.count(top) == 1 else 0.5 for s in sums]


def program(x):
    n = len(x)
    m = len(x[0])
    u0 = [sign(x[1][i] - x[0][i]) for i in range(m)]
    u1 = [sign(sum(x[a][i] for a in range(2, n)) - 1) for i in range(m)]
    v0 = [sign(-u0[i] - u1[i] - 1) for i in range(m)]
    v1 = [sign(u1[i] - u0[i] - 1) for i in range(m)]
    v2 = [sign(u0[i] - u1[i] - 1) for i in range(m)]
    v3 = [sign(u0[i] + u1[i] - 1) for i in range(m)]
    return largest([4 * sum(v2) + sum(v3) - 4 * sum(v0) - sum(v1), 4 * sum(v0) + sum(v1) - 4 * sum(v2) - sum(v3)])
