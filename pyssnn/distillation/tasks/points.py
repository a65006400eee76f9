"""Inputs that several tasks share."""

from __future__ import annotations

from itertools import product

import numpy as np


def binary_points(n: int) -> np.ndarray:
    """All 2ⁿ points of 0 and 1, (2ⁿ, n), in the order of the numbers that they write."""
    return np.array(list(product((0.0, 1.0), repeat=n)))


def counted_points(n: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points (count, n) of 0 and 1 of which half have any number of ones alike, and half are fair coins: rare numbers are met, too."""
    share = np.where(np.arange(count) % 2 == 0, 0.5, rng.random(count))
    return (rng.random((count, n)) < share[:, None]).astype(float)
