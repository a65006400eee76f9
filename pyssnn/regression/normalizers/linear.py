"""The linear part of a network's update: its weights where it is affine, its average derivative on the data where it is not."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import RecurrentNetwork


def previous_states(network: RecurrentNetwork, hidden: np.ndarray) -> np.ndarray:
    """The states (n, T, d) before each step, for the states (n, T, d) after it."""
    first = np.broadcast_to(network.initial, (len(hidden), 1, network.hidden_size))
    return np.concatenate([first, hidden[:, :-1]], axis=1)


def linear_part(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A (d, d) and B (k, d) of h' ≈ h A + x B.

    Args:
        xs: inputs (n, T, k) whose states the derivative is averaged over; not looked at when the update has one layer.
    """
    d = network.hidden_size
    slopes = network.update[0].weights
    if len(network.update) > 1:
        xs = np.asarray(xs, np.float64)
        before = previous_states(network, network.hidden(xs)).reshape(-1, d)
        values = network.update[0](np.concatenate([before, xs.reshape(len(before), -1)], axis=1))
        slopes = np.broadcast_to(slopes, (len(before), *slopes.shape))
        for layer in network.update[1:]:
            slopes = (slopes * (values > 0)[:, None, :]) @ layer.weights
            values = layer(np.maximum(values, 0.0))
        slopes = slopes.mean(axis=0)
    return slopes[:d], slopes[d:]
