"""Small networks that tests condense."""

from __future__ import annotations

from itertools import product

import numpy as np

from pyssnn.distillation import Layer, Network

SIGN, STEP = (-1.0, 0.0, 1.0), (0.0, 0.5, 1.0)


def sign_layer(weights: np.ndarray, biases: np.ndarray, shape: tuple[int, ...] | None = None) -> Layer:
    """A layer of sign neurons."""
    biases = np.asarray(biases, dtype=float)
    return Layer(np.asarray(weights, dtype=float), biases, "sign", SIGN, shape or (len(biases),))


def step_layer(weights: np.ndarray, biases: np.ndarray, shape: tuple[int, ...] | None = None) -> Layer:
    """A layer of step neurons."""
    biases = np.asarray(biases, dtype=float)
    return Layer(np.asarray(weights, dtype=float), biases, "step", STEP, shape or (len(biases),))


def shuffled(network: Network, seed: int) -> Network:
    """The network with the neurons of its hidden layers in random order."""
    rng = np.random.default_rng(seed)
    layers, order = [], np.arange(network.n_inputs)
    for number, layer in enumerate(network.layers):
        weights = layer.weights[order]
        last = number == len(network.layers) - 1
        order = np.arange(layer.n_outputs) if last else rng.permutation(layer.n_outputs)
        layers.append(
            Layer(weights[:, order], layer.biases[order], layer.activation, layer.encoding, layer.shape if last else (layer.n_outputs,))
        )
    return Network(tuple(layers), network.input_shape, network.input_encoding)


def rows_against_columns(n: int) -> Network:
    """An image of n×n: differentiae "row i or column j?", subconcepts "row i?", "column j?", concepts."""
    first = np.zeros((n, n, n, n))
    for i, j in product(range(n), repeat=2):
        first[i, :, i, j] += 1
        first[:, j, i, j] -= 1
    second = np.zeros((n, n, 2, n))
    for k in range(n):
        second[:, :, 0, k] -= n - 1
        second[k, :, 0, k] += n
        second[:, :, 1, k] += n - 1
        second[:, k, 1, k] -= n
    third = np.repeat([[1.0, -1.0], [-1.0, 1.0]], n, axis=0)
    layers = (
        sign_layer(first.reshape(n * n, n * n), np.zeros(n * n)),
        sign_layer(second.reshape(n * n, 2 * n), np.full(2 * n, n - n * n)),
        Layer(third, np.zeros(2), "max", STEP, (2,)),
    )
    return Network(layers, (n, n), (0.0, 1.0))


def counters(n: int) -> Network:
    """Neurons "more than k ones?" for k = 2 … n − 1, and a concept that adds them up against n − 3."""
    first = sign_layer(np.ones((n, n - 2)), -np.arange(2, n) - 0.5)
    return Network((first, sign_layer(np.ones((n - 2, 1)), [3.0 - n])), (n,), (0.0, 1.0))


def all_inputs(network: Network) -> np.ndarray:
    """Every input (count, n_inputs)."""
    return np.array(list(product(network.input_encoding, repeat=network.n_inputs)))
