def program(x):
    n = len(x)
    return [int(any(x[a % n] for a in range(i, i + 2))) for i in range(n)]
