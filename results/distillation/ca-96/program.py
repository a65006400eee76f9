def program(x):
    n = len(x)
    return [int(x[(i - 1) % n] + sum(x[a % n] for a in range(i - 1, i + 2)) > 2 and not all(x[a % n] for a in range(i, i + 2))) for i in range(n)]
