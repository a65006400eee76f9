def program(x):
    n = len(x)
    return [int(x[(i + 1) % n] or not x[(i - 1) % n]) for i in range(n)]
