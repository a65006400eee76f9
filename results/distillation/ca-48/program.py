def program(x):
    n = len(x)
    v1 = [1 if not x[(i + 1) % n] and x[i] else -1 for i in range(n)]
    return [int(v1[(i - 1) % n] > 0) for i in range(n)]
