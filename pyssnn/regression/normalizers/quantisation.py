"""Quantisation: coordinates scaled until weights are integers, and what is nearly an integer made one."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.normalizers.linear import linear_part

_NEAR = 1e-3


def quantise(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The change (diagonal matrix, 0) that makes the most of the linear part's entries integers, coordinate by coordinate."""
    a, b = linear_part(network, xs)
    d = network.hidden_size
    scales = np.ones(d)
    for j in range(d):
        entering = [*b[:, j], *(a[i, j] / scales[i] for i in range(d) if i != j)]
        options = [1.0, *(1.0 / abs(w) for w in entering if abs(w) > _NEAR), *(abs(w) for w in a[j] if abs(w) > _NEAR)]

        def integers(scale: float, j: int = j) -> tuple[int, float]:
            trial = scales.copy()
            trial[j] = scale
            weights = np.concatenate([(b * trial).ravel(), (a * trial / trial[:, None]).ravel()])
            off = np.abs(weights - np.round(weights))
            return int((off < _NEAR).sum()), -abs(np.log(scale))

        scales[j] = max(options, key=integers)
    return np.diag(scales), np.zeros(d)


def rounded(network: RecurrentNetwork, within: float = _NEAR) -> RecurrentNetwork:
    """The network with each parameter that is within this of an integer made that integer. Its outputs change: check them."""

    def snap(values: np.ndarray) -> np.ndarray:
        near = np.round(values)
        return np.where(np.abs(values - near) <= within, near, values)

    def layers(of: tuple[Affine, ...]) -> tuple[Affine, ...]:
        return tuple(Affine(snap(layer.weights), snap(layer.biases)) for layer in of)

    return RecurrentNetwork(layers(network.update), layers(network.output), snap(network.initial))
