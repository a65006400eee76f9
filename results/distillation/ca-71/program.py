def step(s):
    return 1 if s > 0 else 0 if s < 0 else 0.5


def program(x):
    n = len(x)
    u0 = [1 if not x[(i + 1) % n] and x[i] else -1 for i in range(n)]
    u1 = [1 if all(x[a % n] for a in range(i, i + 2)) else -1 for i in range(n)]
    v0 = [1 if u0[i] > 0 else -1 for i in range(n)]
    v1 = [1 if u0[i] < 0 and u1[(i + 1) % n] < 0 else -1 for i in range(n)]
    return [step(v1[(i - 1) % n] - u1[i] - v0[(i - 1) % n] - 1) for i in range(n)]
