import numpy as np


def sign(s):
    return np.sign(s)


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


def largest(sums):
    best = sums == sums.max(axis=-1, keepdims=True)
    return np.where(best, np.where(best.sum(axis=-1, keepdims=True) > 1, 0.5, 1), 0)


def program(x):
    x = np.asarray(x, dtype=float)
    n = x.shape[-1]
    i, j = np.ogrid[:n, :n]
    u = np.where((j < i), sign(x[..., j] - x[..., i]), 0)
    i = np.arange(n)
    v = window(u, (i + 1, n, False, 1), (i, i + 1, False, 1)) + (2 - n) - window(u, (i, i + 1, False, 1), (0, i, False, 1))
    output = v
    output = largest(output)
    return output
