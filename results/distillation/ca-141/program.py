def program(x):
    n = len(x)
    return [int((not x[(i - 1) % n] and not x[(i + 1) % n]) or all(x[a % n] for a in range(i, i + 2))) for i in range(n)]
