def program(x):
    n = len(x)
    return [int(sum(x[a % n] for a in range(i - 1, i + 2)) > 2 * x[i] - 1 and not all(x[a % n] for a in range(i - 1, i + 2))) for i in range(n)]
