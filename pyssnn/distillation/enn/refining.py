"""Refining the concepts' layer alone, so that its sums come near given values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pyssnn.distillation.enn.symbolic import Symbolic, divided, rounded
from pyssnn.distillation.network import Layer
from pyssnn.errors import InputError


def refined(layer: Layer, values: np.ndarray, targets: np.ndarray, symbolic: Symbolic | None = None, steps: int = 200) -> Layer:
    """The layer after descending the squared error of its sums by conjugate gradients, from the weights that it has.

    Args:
        layer: the concepts' layer.
        values: (m, S) what the subconcepts give on the examples.
        targets: (m, C) what the concepts' sums should be.
        symbolic: how the result is rounded; None keeps it.
        steps: at most so many.

    Raises:
        InputError: arrays that do not fit the layer.
    """
    if values.shape[1:] != (layer.n_inputs,) or targets.shape != (len(values), layer.n_outputs):
        raise InputError("targets", f"{targets.shape} for values {values.shape}", f"(m, {layer.n_outputs}) for (m, {layer.n_inputs})")
    inputs = np.column_stack([values, np.ones(len(values))])
    found = np.vstack([layer.weights, layer.biases])
    gram = inputs.T @ inputs
    for column in range(layer.n_outputs):
        found[:, column] = _descend(gram, inputs.T @ targets[:, column], found[:, column], steps)
    if symbolic is not None:
        for column in range(layer.n_outputs):
            neuron = rounded(found[:-1, column], found[-1, column], symbolic)
            if neuron is not None:
                found[:, column] = np.append(*divided(*neuron))
    return replace(layer, weights=found[:-1], biases=found[-1])


def _descend(gram: np.ndarray, wanted: np.ndarray, start: np.ndarray, steps: int) -> np.ndarray:
    found = start.copy()
    residual = wanted - gram @ found
    direction, size = residual.copy(), float(residual @ residual)
    enough = 1e-24 * max(float(wanted @ wanted), 1e-300)
    for _ in range(steps):
        if size <= enough:
            break
        image = gram @ direction
        step = size / float(direction @ image)
        found, residual = found + step * direction, residual - step * image
        new = float(residual @ residual)
        direction, size = residual + new / size * direction, new
    return found
