def program(x):
    n = len(x)
    return [int(3 * x[(i - 1) % n] <= sum(x[a % n] for a in range(i - 1, i + 2)) - 1 and not all(x[a % n] for a in range(i, i + 2))) for i in range(n)]
