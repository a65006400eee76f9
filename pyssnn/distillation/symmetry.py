"""Colour refinement of the weighted layered graph: which neurons look alike.

Forward colours group neurons for condensing: equal bias and equal multiset of (weight, colour of the neuron read). Refined both ways until
nothing changes they bound the network's symmetries from above. (Weisfeiler and Leman, 1968, on weighted graphs.)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pyssnn.distillation.network import Network


def merge_copies(network: Network) -> tuple[Network, tuple[np.ndarray, ...]]:
    """The network without second copies of hidden neurons of equal weights and bias, and for each layer (n,) the neuron each became.

    What reads several copies reads one with the sum of the weights.
    """
    layers, became = [], []
    rows = np.arange(network.n_inputs)
    for number, layer in enumerate(network.layers):
        weights = layer.weights
        if len(rows) and rows.max() + 1 < len(rows):
            merged = np.zeros((rows.max() + 1, layer.n_outputs))
            np.add.at(merged, rows, weights)
            weights = merged
        if number == len(network.layers) - 1 or not _has_copies(weights, layer.biases):
            rows = np.arange(layer.n_outputs)
            layers.append(replace(layer, weights=weights))
        else:
            columns = np.vstack([weights, layer.biases]) + 0.0
            _, first, inverse = np.unique(columns.T, axis=0, return_index=True, return_inverse=True)
            order = np.argsort(first)
            rank = np.empty(len(order), int)
            rank[order] = np.arange(len(order))
            rows, kept = rank[inverse.ravel()], first[order]
            layers.append(replace(layer, weights=weights[:, kept], biases=layer.biases[kept], shape=(len(kept),)))
        became.append(rows)
    return replace(network, layers=tuple(layers)), tuple(became)


def _has_copies(weights: np.ndarray, biases: np.ndarray) -> bool:
    mixed = np.random.default_rng(0).standard_normal(len(weights)) @ weights + biases * np.pi
    return len(np.unique(np.round(mixed, 9))) < len(mixed)


def forward_colours(network: Network) -> list[np.ndarray]:
    """For each layer (n_out,) int: neurons of one colour have equal biases and multisets of (weight, colour read)."""
    colours, found = np.zeros(network.n_inputs, int), []
    for layer in network.layers:
        mixed = _mix(layer.weights, colours) + _hash(layer.biases)
        colours = np.unique(mixed, return_inverse=True)[1].ravel()
        found.append(colours)
    return found


def stable_colours(network: Network, rounds: int = 50) -> list[np.ndarray]:
    """The colours of the inputs and of each layer's neurons, (n,) int each, refined forward and backward until they are stable.

    Neurons that a symmetry of the network exchanges share a colour.
    """
    colours = [np.zeros(network.n_inputs, int)]
    colours += [np.unique(layer.biases, return_inverse=True)[1].ravel() for layer in network.layers]
    count = sum(int(colour.max()) + 1 for colour in colours)
    for _ in range(rounds):
        mixed = [_hash(colour.astype(float)) for colour in colours]
        for number, layer in enumerate(network.layers):
            mixed[number + 1] = mixed[number + 1] * np.uint64(3) + _mix(layer.weights, colours[number])
            mixed[number] = mixed[number] * np.uint64(5) + _mix(layer.weights.T, colours[number + 1])
        colours = [np.unique(values, return_inverse=True)[1].ravel() for values in mixed]
        if sum(int(colour.max()) + 1 for colour in colours) == count:
            break
        count = sum(int(colour.max()) + 1 for colour in colours)
    return colours


def _mix(weights: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """(n_in, n_out) and (n_in,) to (n_out,) uint64: sums of hashes of (weight, colour) of the weights that are not 0."""
    hashed = _hash(weights) * (_hash(colours.astype(float)) | np.uint64(1))[:, None]
    hashed = _scramble(hashed)
    hashed[weights == 0] = 0
    return hashed.sum(axis=0, dtype=np.uint64)


def _hash(values: np.ndarray) -> np.ndarray:
    return _scramble((np.ascontiguousarray(values, dtype=np.float64) + 0.0).view(np.uint64))


def _scramble(bits: np.ndarray) -> np.ndarray:
    # The finaliser of splitmix64 (Steele, Lea, Flood 2014).
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
