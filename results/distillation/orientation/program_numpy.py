import numpy as np


def sign(s):
    return np.sign(s)


def largest(sums):
    best = sums == sums.max(axis=-1, keepdims=True)
    return np.where(best, np.where(best.sum(axis=-1, keepdims=True) > 1, 0.5, 1), 0)


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-2]
    x_rows = x.sum(axis=-1)
    x_cols = x.sum(axis=-2)
    i, j = np.ogrid[:n, :n]
    u = sign(x_rows[..., j] - x_cols[..., i])
    u_all = u.sum(axis=(-2, -1))
    i = np.arange(n)
    v0 = sign((-n) * u.sum(axis=-1) + (n - 1) * u_all[..., None] + (n - n * n))
    i = np.arange(n)
    v1 = sign((n) * u.sum(axis=-2) + (1 - n) * u_all[..., None] + (n - n * n))
    w0 = v1.sum(axis=-1) - v0.sum(axis=-1)
    w1 = v0.sum(axis=-1) - v1.sum(axis=-1)
    output = np.stack([w0, w1], axis=-1)
    output = largest(output)
    return output
