"""Larger networks from small ones: copies at many places, side by side, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pyssnn.distillation.network import Layer, Network
from pyssnn.errors import InputError


def tiled(local: Network, fields: np.ndarray, places: tuple[int, ...], input_shape: tuple[int, ...]) -> Network:
    """A copy of a small network at each of many places.

    Args:
        local: reads k inputs.
        fields: (number of places, k): which inputs of the large network each copy reads.
        places: the array that the places form; the layers have the shape (*places, neurons of the copy's layer), the last axis left out
            where it has length 1.
        input_shape: the large network's.
    """
    n_inputs, count = int(np.prod(input_shape)), len(fields)
    layers = []
    for index, layer in enumerate(local.layers):
        if index == 0:
            weights = np.zeros((n_inputs, count, layer.n_outputs))
            for place, field in enumerate(fields):
                np.add.at(weights[:, place], field, layer.weights)
        else:
            weights = np.zeros((count, layer.n_inputs, count, layer.n_outputs))
            weights[np.arange(count), :, np.arange(count)] = layer.weights
        shape = places if layer.n_outputs == 1 else (*places, layer.n_outputs)
        weights = weights.reshape(-1, count * layer.n_outputs)
        layers.append(Layer(weights, np.tile(layer.biases, count), layer.activation, layer.encoding, shape))
    return Network(tuple(layers), input_shape, local.input_encoding)


def placed(parts: Sequence[tuple[Sequence[int], Network]], input_shape: tuple[int, ...]) -> Network:
    """Networks of equal depth side by side, as one; the neurons of each layer form one axis.

    Args:
        parts: a network each, with the inputs of the large network that it reads.
        input_shape: the large network's.

    Raises:
        InputError: they differ in depth, activations, encodings, or in the values of their inputs.
    """
    first = parts[0][1]
    for _, other in parts[1:]:
        if [(a.activation, a.encoding) for a in other.layers] != [(a.activation, a.encoding) for a in first.layers]:
            raise InputError("parts", "layers that differ in kind", "equal activations and encodings")
        if other.input_encoding != first.input_encoding:
            raise InputError("parts", f"inputs of {other.input_encoding} and {first.input_encoding}", "equal ones")
    layers = []
    for index, layer in enumerate(first.layers):
        blocks = [network.layers[index].weights for _, network in parts]
        weights = _diagonal(blocks)
        if index == 0:
            rows = np.concatenate([np.asarray(field, dtype=int) for field, _ in parts])
            spread = np.zeros((int(np.prod(input_shape)), weights.shape[1]))
            np.add.at(spread, rows, weights)
            weights = spread
        biases = np.concatenate([network.layers[index].biases for _, network in parts])
        layers.append(replace(layer, weights=weights, biases=biases, shape=(len(biases),)))
    return Network(tuple(layers), input_shape, first.input_encoding)


def stacked(networks: Sequence[Network]) -> Network:
    """Networks of which each reads what the one before gives, as one. Raises `InputError` where they do not chain."""
    layers = tuple(layer for network in networks for layer in network.layers)
    return Network(layers, networks[0].input_shape, networks[0].input_encoding)


def _diagonal(blocks: Sequence[np.ndarray]) -> np.ndarray:
    found = np.zeros(np.sum([block.shape for block in blocks], axis=0))
    row = column = 0
    for block in blocks:
        found[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return found
