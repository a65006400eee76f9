def program(x):
    n = len(x)
    return [int(x[i]) for i in range(n)]
