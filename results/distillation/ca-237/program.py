def program(x):
    n = len(x)
    return [int((x[(i - 1) % n] and x[(i + 1) % n]) or sum(x[a % n] for a in range(i - 1, i + 2)) <= 3 * x[i]) for i in range(n)]
