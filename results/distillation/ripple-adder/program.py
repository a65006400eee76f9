def program(x):
    n = len(x[0])
    x_cols = [sum(x[a][i] for a in range(2)) for i in range(n)]
    u0 = [int(x_cols[i] > 1) for i in range(n)]
    u1 = [int(x_cols[i] > 0) for i in range(n)]
    v0 = [[int(u0[i] + sum(u1[i + 1:j]) + i > j - 1) if i < j else 0 for j in range(n + 1)] for i in range(n + 1)]
    v1 = [int(not u0[i] and u1[i]) for i in range(n)]
    w0 = [int(any(v0[a][i + 1] for a in range(i + 1))) for i in range(n)]
    output = [0 for i in range(n + 1)]
    z5_0 = [int((not v1[i + 1] or not w0[i]) and (v1[i + 1] or w0[i])) for i in range(n - 1)]
    for i in range(n - 1):
        output[i + 1] = z5_0[i]
    z5_1 = int(w0[n - 1])
    output[n] = z5_1
    z5_2 = int(v1[0])
    output[0] = z5_2
    return output
