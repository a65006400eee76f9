def program(x):
    n = len(x)
    return [int(all(x[a % n] for a in range(i - 1, i + 2)) or not any(x[a % n] for a in range(i, i + 2))) for i in range(n)]
