import numpy as np


def sign(s):
    return np.sign(s)


def step(s):
    return np.where(s > 0, 1, np.where(s < 0, 0, 0.5))


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-1]
    u = sign(x.sum(axis=-1) - 2.5)
    w = step(u)
    output = np.stack([w], axis=-1)
    return output
