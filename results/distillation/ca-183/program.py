def program(x):
    n = len(x)
    return [int(x[i] + sum(x[a % n] for a in range(i - 1, i + 2)) <= 2 or (x[(i - 1) % n] and x[(i + 1) % n])) for i in range(n)]
