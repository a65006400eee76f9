"""De-biasing: the origin moved so that the update has as little bias as it can."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import RecurrentNetwork


def debias(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The change (identity, shift).

    Of an affine update h A + b the shift is −c with c = c A + b, by least squares and least norm where there is none; of others minus
    the last layer's bias, which goes into the first layer.

    Args:
        xs: not looked at.
    """
    d = network.hidden_size
    last = network.update[-1]
    if len(network.update) > 1:
        return np.eye(d), -last.biases
    gain = np.eye(d) - last.weights[:d]
    return np.eye(d), -np.linalg.lstsq(gain.T, last.biases, rcond=1e-6)[0]
