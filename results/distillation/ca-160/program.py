def program(x):
    n = len(x)
    return [int(x[(i - 1) % n] and x[(i + 1) % n]) for i in range(n)]
