def step(s):
    return 1 if s > 0 else 0 if s < 0 else 0.5


def program(x):
    n = len(x)
    u0 = [1 if all(x[a % n] for a in range(i - 1, i + 2)) else -1 for i in range(n)]
    u1 = [1 if sum(x[a % n] for a in range(i - 1, i + 2)) > 1 else -1 for i in range(n)]
    u2 = [1 if any(x[a % n] for a in range(i - 1, i + 2)) else -1 for i in range(n)]
    return [step(u0[i] + u2[i] + (1 if u1[i] < 0 and u2[i] > 0 else -1) - (1 if u0[i] < 0 and u1[i] > 0 else -1)) for i in range(n)]
