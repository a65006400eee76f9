def program(x):
    n = len(x)
    return [int(x[i] + sum(x[a % n] for a in range(i - 1, i + 2)) > 2 and (not x[(i - 1) % n] or not x[(i + 1) % n])) for i in range(n)]
