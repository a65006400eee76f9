def program(x):
    n = len(x)
    return [int(sum(x[a % n] for a in range(i - 1, i + 2)) > 3 * x[i] - 1) for i in range(n)]
