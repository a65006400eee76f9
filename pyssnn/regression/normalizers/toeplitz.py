"""Within each Jordan block, the change that commutes with it (an upper triangular Toeplitz matrix) and makes the input enter at one place."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.normalizers.linear import linear_part

_NEAR = 1e-3


def toeplitz(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The change (matrix, shift) that leaves a linear part in real Jordan form and turns the input's row of a block into (1, 0, …, 0).

    The row is that of the input component that moves the block most; where its first entry is 0, the 1 stands at its first that is not.
    """
    a, b = linear_part(network, xs)
    matrix = np.eye(network.hidden_size)
    for start, size, paired in jordan_blocks(a):
        rows = b[:, start : start + size]
        row = rows[int(np.argmax(np.abs(rows).sum(axis=1)))]
        if np.abs(row).max() < _NEAR:
            continue
        change = _rotation(row) if paired else _series(row)
        matrix[start : start + size, start : start + size] = change
    return matrix, np.zeros(network.hidden_size)


def jordan_blocks(a: np.ndarray) -> list[tuple[int, int, bool]]:
    """The blocks (start, size, whether it is a conjugate pair) of a matrix in real Jordan form up to noise."""
    blocks, i, d = [], 0, len(a)
    while i < d:
        if i + 1 < d and abs(a[i + 1, i]) > _NEAR:
            blocks.append((i, 2, True))
            i += 2
            continue
        size = 1
        while i + size < d and abs(a[i + size - 1, i + size] - 1) < _NEAR and abs(a[i + size, i + size] - a[i, i]) < _NEAR:
            size += 1
        blocks.append((i, size, False))
        i += size
    return blocks


def _series(row: np.ndarray) -> np.ndarray:
    """The Toeplitz matrix P with row · P = a unit vector: row as a power series, and P that of its inverse."""
    first = int(np.argmax(np.abs(row) >= _NEAR * np.abs(row).max()))
    tail, m = row[first:], len(row)
    inverse = np.zeros(m)
    for k in range(m):
        known = sum(tail[j] * inverse[k - j] for j in range(1, min(k, len(tail) - 1) + 1))
        inverse[k] = ((k == 0) - known) / tail[0]
    return np.array([[inverse[j - i] if j >= i else 0.0 for j in range(m)] for i in range(m)])


def _rotation(row: np.ndarray) -> np.ndarray:
    """The scaled rotation P with row · P = (1, 0)."""
    x, y = row / (row @ row)
    return np.array([[x, -y], [y, x]])
