def program(x):
    n = len(x)
    return [int(x[(i + 1) % n] and not x[i]) for i in range(n)]
