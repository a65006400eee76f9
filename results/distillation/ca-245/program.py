def program(x):
    n = len(x)
    return [int(not x[(i + 1) % n] or x[(i - 1) % n]) for i in range(n)]
