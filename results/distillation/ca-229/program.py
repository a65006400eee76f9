def program(x):
    n = len(x)
    return [int(2 * x[(i - 1) % n] <= sum(x[a % n] for a in range(i - 1, i + 2)) and (not x[(i + 1) % n] or x[(i - 1) % n])) for i in range(n)]
