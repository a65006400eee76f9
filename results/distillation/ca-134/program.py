def program(x):
    n = len(x)
    return [int(2 * x[(i - 1) % n] <= sum(x[a % n] for a in range(i - 1, i + 2)) - 1 and 2 * x[(i - 1) % n] > sum(x[a % n] for a in range(i - 1, i + 2)) - 2) for i in range(n)]
