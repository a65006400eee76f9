def sign(s):
    return 1 if s > 0 else -1 if s < 0 else 0


def largest(sums):
    top = max(sums)
    return [0 if s < top else 1 if sums.count(top) == 1 else 0.5 for s in sums]


def program(x):
    n = len(x)
    x_rows = [sum(x[i]) for i in range(n)]
    x_cols = [sum(x[a][i] for a in range(n)) for i in range(n)]
    u = [[sign(x_rows[j] - x_cols[i]) for j in range(n)] for i in range(n)]
    u_all = sum(map(sum, u))
    v0 = [sign(-n * sum(u[i]) + (n - 1) * u_all + n - n * n) for i in range(n)]
    v1 = [sign(n * sum(u[a][i] for a in range(n)) + (1 - n) * u_all + n - n * n) for i in range(n)]
    return largest([sum(v1) - sum(v0), sum(v0) - sum(v1)])
