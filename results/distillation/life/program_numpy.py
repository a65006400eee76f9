import numpy as np


def sign(s):
    return np.sign(s)


def step(s):
    return np.where(s > 0, 1, np.where(s < 0, 0, 0.5))


def window(values, *spans):
    """The sums of an array's last axes over spans (start, end, whether modulo the length, step), one for each entry of the bounds."""
    for axis, (lo, hi, cyclic, step) in zip(range(-len(spans), 0), spans):
        length = values.shape[axis]
        if cyclic:
            width = int(np.max(np.asarray(hi) - lo))
            values = np.concatenate([values] + [values] * -(-width // length), axis)
            lo, hi = lo % length, lo % length + (np.asarray(hi) - lo)
        top = values.shape[axis]
        values = np.concatenate([np.zeros_like(np.repeat(np.take(values, [0], axis), step, axis)), values], axis)
        for start in range(step):
            every = (..., slice(start, None, step)) + (slice(None),) * (-axis - 1)
            values[every] = np.cumsum(values[every], axis)
        lo, hi = np.clip(lo, 0, top), np.clip(hi, 0, top)
        spans = [*spans]
        spans[axis] = lo, lo + -(-np.maximum(hi - lo, 0) // step) * step
    bounds = np.broadcast_arrays(*[bound for span in spans for bound in span])
    spans = list(zip(bounds[::2], bounds[1::2]))
    total = 0
    for corner in range(2 ** len(spans)):
        ends = [bool(corner >> axis & 1) for axis in range(len(spans))]
        places = tuple(span[end] for span, end in zip(spans, ends))
        total = total + (-1) ** (len(spans) - sum(ends)) * values[(..., *places)]
    return total


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-2]
    m = x.shape[-1]
    i, j = np.ogrid[:n, :m]
    u0 = sign(window(x, (i - 1, i + 2, True, 1), (j - 1, j + 2, True, 1)) - x - 3.5)
    i, j = np.ogrid[:n, :m]
    u1 = sign(window(x, (i - 1, i + 2, True, 1), (j - 1, j + 2, True, 1)) - 2.5)
    i, j = np.ogrid[:n, :m]
    v0 = sign(u1 - u0 - 1)
    i, j = np.ogrid[:n, :m]
    w = step(u1 - u0 - 1)
    output = w
    return output
