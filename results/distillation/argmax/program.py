def sign(s):
    return 1 if s > 0 else -1 if s < 0 else 0


def largest(sums):
    top = max(sums)
    return [0 if s < top else 1 if sums.count(top) == 1 else 0.5 for s in sums]


def program(x):
    n = len(x)
    u = [[sign(x[j] - x[i]) if j < i else 0 for j in range(n)] for i in range(n)]
    return largest([sum(u[a][i] for a in range(i + 1, n)) + 2 - sum(u[i][:i]) - n for i in range(n)])
