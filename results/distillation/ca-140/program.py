def program(x):
    n = len(x)
    u = [1 if x[(i - 1) % n] > 2 * x[i] + x[(i + 1) % n] - 2 else -1 for i in range(n)]
    return [int(u[i] < 0) for i in range(n)]
