"""What the examples say about the smallest architecture before any is trained."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.training.data import Examples

_TOLERANCE = 1e-6


def affine_order(examples: Examples, most: int = 12) -> int | None:
    """The least number of hidden numbers with which an affine network is exact, or None where none is.

    The answers must be y_t = c_t + Σ_s A_s x_{t−s}. The rank of the Hankel matrix of A₀, A₁, … is then the size of the smallest linear system (Ho &
    Kalman, 1966). The constant may need one more, so the answer is a lower bound that is off by one at most.
    """
    n, steps, k = examples.xs.shape
    if n < 2 * (steps * k + 1):
        return None
    rows = np.concatenate([examples.xs.reshape(n, -1), np.ones((n, 1))], 1).astype(float)
    fitted, *_ = np.linalg.lstsq(rows, examples.ys.astype(float), rcond=None)
    size = max(1.0, float(np.abs(examples.ys).max()))
    if np.abs(rows @ fitted - examples.ys).max() > _TOLERANCE * size:
        return None
    # By how much the answer at the end follows the input s steps before, (steps, k).
    response = fitted[:-1, -1].reshape(steps, k)[::-1]
    half = (steps + 1) // 2
    hankel = np.stack([response[i : i + half].ravel() for i in range(steps - half + 1)])
    rank = int(np.linalg.matrix_rank(hankel, tol=_TOLERANCE * max(1.0, np.abs(hankel).max())))
    return rank if max(1, rank) <= most else None


def answer_is_state(examples: Examples) -> bool:
    """Whether no two examples contradict that an answer follows from the answer before it and the input.

    With one hidden number and an affine g it must; the answer before the first is the same in all sequences.
    """
    xs, ys = examples.xs, examples.ys
    before, steps = ys[:, :-1, None], np.concatenate([xs[:, 1:], ys[:, 1:, None]], 2)
    rows = np.unique(np.concatenate([before, steps], 2).reshape(-1, xs.shape[2] + 2), axis=0)
    return len(np.unique(rows[:, :-1], axis=0)) == len(rows)
