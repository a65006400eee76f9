def step(s):
    return 1 if s > 0 else 0 if s < 0 else 0.5


def program(x):
    n = len(x)
    u0 = [1 if x[(i - 1) % n] and x[(i + 1) % n] else -1 for i in range(n)]
    u1 = [1 if any(x[a % n] for a in range(i, i + 2)) else -1 for i in range(n)]
    v1 = [1 if u0[(i + 1) % n] < 0 and u1[i] > 0 else -1 for i in range(n)]
    v2 = [1 if u1[i] < 0 else -1 for i in range(n)]
    return [step(u0[i] + v2[(i - 1) % n] + 1 - v1[(i - 1) % n]) for i in range(n)]
