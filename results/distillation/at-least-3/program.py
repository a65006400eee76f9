def program(x):
    n = len(x)
    return [int(sum(x) > 2)]
