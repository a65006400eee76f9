import numpy as np


def sign(s):
    return np.sign(s)


def step(s):
    return np.where(s > 0, 1, np.where(s < 0, 0, 0.5))


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-1]
    x_all = x.sum(axis=-1)
    i = np.arange(n)
    u = sign(x_all[..., None] + (-i - 0.5) + np.zeros((n,)))
    i = np.arange(n - 1)
    v0 = sign(u[..., i] - u[..., i + 1] - 1)
    w = step((2 * (n % 2) - 1) * u[..., n - 1] + u[..., 0] + v0[..., ::2].sum(axis=-1) + ((n % 2) - 1) - v0[..., 1::2].sum(axis=-1))
    output = np.stack([w], axis=-1)
    return output
