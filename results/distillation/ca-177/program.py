def program(x):
    n = len(x)
    return [int((x[(i - 1) % n] and x[(i + 1) % n]) or not any(x[a % n] for a in range(i, i + 2))) for i in range(n)]
