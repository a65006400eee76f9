import numpy as np


def sign(s):
    return np.sign(s)


def largest(sums):
    best = sums == sums.max(axis=-1, keepdims=True)
    return np.where(best, np.where(best.sum(axis=-1, keepdims=True) > 1, 0.5, 1), 0)


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-2]
    m = x.shape[-1]
    i = np.arange(m)
    u0 = sign(x[..., 1, i] - x[..., 0, i])
    i = np.arange(m)
    u1 = sign(x[..., 2:, :].sum(axis=-2) - 1)
    i = np.arange(m)
    v0 = sign(-u0 - u1 - 1)
    i = np.arange(m)
    v1 = sign(u1 - u0 - 1)
    i = np.arange(m)
    v2 = sign(u0 - u1 - 1)
    i = np.arange(m)
    v3 = sign(u0 + u1 - 1)
    w0 = 4 * v2.sum(axis=-1) + v3.sum(axis=-1) - 4 * v0.sum(axis=-1) - v1.sum(axis=-1)
    w1 = 4 * v0.sum(axis=-1) + v1.sum(axis=-1) - 4 * v2.sum(axis=-1) - v3.sum(axis=-1)
    output = np.stack([w0, w1], axis=-1)
    output = largest(output)
    return output
