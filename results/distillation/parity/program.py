def step(s):
    return 1 if s > 0 else 0 if s < 0 else 0.5


def program(x):
    n = len(x)
    x_all = sum(x)
    u = [1 if x_all > i else -1 for i in range(n)]
    v0 = [1 if u[i + 1] < 0 and u[i] > 0 else -1 for i in range(n - 1)]
    return [step((2 * (n % 2) - 1) * u[n - 1] + u[0] + sum(v0[::2]) + (n % 2) - sum(v0[1::2]) - 1)]
