def program(x):
    n = len(x)
    m = len(x[0])
    return [[int(sum(x[a % n][b % m] for a in range(i - 1, i + 2) for b in range(j - 1, j + 2)) <= x[i][j] + 3 and sum(x[a % n][b % m] for a in range(i - 1, i + 2) for b in range(j - 1, j + 2)) > 2) for j in range(m)] for i in range(n)]
