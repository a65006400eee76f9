def program(x):
    n = len(x)
    return [int(not x[i]) for i in range(n)]
