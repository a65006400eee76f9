def step(s):
    return 1 if s > 0 else 0 if s < 0 else 0.5


def program(x):
    x_all = sum(x)
    u = [1 if x_all > i else -1 for i in range(3)]
    v0 = [1 if u[i + 1] < 0 and u[i] > 0 else -1 for i in range(2)]
    return [step(u[0] + u[2] + 2 * v0[0] - sum(v0)), int(u[1] > 0)]
