def program(x):
    n = len(x)
    u0 = [1 if x[(i + 1) % n] + 2 * x[(i - 1) % n] > x[i] + 1 else -1 for i in range(n)]
    return [int(u0[i] > 0 or sum(x[a % n] for a in range(i - 1, i + 2)) <= 2 * x[i] - 1) for i in range(n)]
