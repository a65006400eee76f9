def program(x):
    n = len(x)
    v1 = [1 if any(x[a % n] for a in range(i, i + 2)) else -1 for i in range(n)]
    return [int(v1[(i - 1) % n] > 0) for i in range(n)]
