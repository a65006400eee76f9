"""Whitening: hidden states with mean 0 and covariance 1."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import RecurrentNetwork

_FLAT = 1e-5


def whiten(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The change (matrix, shift) to the principal axes of the states on xs, each scaled to deviation 1.

    Axes along which the states hardly move, less than 10⁻⁵ of the most, keep their scale.
    """
    states = network.hidden(xs).reshape(-1, network.hidden_size)
    mean = states.mean(axis=0)
    _, deviations, axes = np.linalg.svd((states - mean) / np.sqrt(len(states)), full_matrices=True)
    scales = np.ones(network.hidden_size)
    moving = np.flatnonzero(deviations > _FLAT * max(deviations.max(initial=0.0), 1e-300))
    scales[moving] = 1.0 / deviations[moving]
    matrix = axes.T * scales
    return matrix, -mean @ matrix
