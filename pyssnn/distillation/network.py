"""Layered threshold networks: what essence neural networks are saved as, and what is condensed to programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from numbers import Real

import numpy as np

from pyssnn.errors import InputError

Encoding = tuple[float, float, float]

SIGN: Encoding = (-1.0, 0.0, 1.0)
STEP: Encoding = (0.0, 0.5, 1.0)
THRESHOLDS = ("sign", "step")
LAST = ("max", "softmax")
ACTIVATIONS = (*THRESHOLDS, "linear", *LAST)
LARGEST = 1e100
"""Numbers beyond it, or nearer to 0 than one part in it, are refused: their sums and quotients are no floats any more."""


def default_encoding(activation: str) -> Encoding:
    """The values that an activation usually gives: (−1, 0, 1) for a sign, else (0, ½, 1)."""
    return SIGN if activation == "sign" else STEP


@dataclass(frozen=True, eq=False)
class Layer:
    """Neurons that all read the layer before: `activation(inputs @ weights + biases)`.

    Attributes:
        weights: (n_in, n_out) float64.
        biases: (n_out,) float64.
        activation: "sign" and "step" compare a sum with 0 and give a value of the encoding; "linear" gives the sum; "max" gives, along
            the last axis of `shape`, the encoding's third value to a sole largest sum, the second to each of several that are largest
            together, the first to the others; "softmax" gives probabilities along that axis. The latter two end a network.
        encoding: the values given below, at and above the threshold.
        shape: the array that the outputs form, in C order; its product is n_out.

    Raises:
        InputError: shapes that do not fit, numbers that are not finite or beyond 1e100, an unknown activation, an encoding that does not increase.
    """

    weights: np.ndarray
    biases: np.ndarray
    activation: str
    encoding: Encoding
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        weights, biases = _numbers("weights", self.weights, 2), _numbers("biases", self.biases, 1)
        if weights.shape[1] != len(biases):
            raise InputError("biases", f"{len(biases)} of them", f"{weights.shape[1]}, one a neuron")
        if self.activation not in ACTIVATIONS:
            raise InputError("activation", repr(self.activation), f"one of {', '.join(ACTIVATIONS)}")
        encoding = tuple(_numbers("encoding", self.encoding, 1).tolist())
        if len(encoding) != 3 or not encoding[0] <= encoding[1] <= encoding[2] or encoding[0] == encoding[2]:
            raise InputError("encoding", encoding, "three finite values that rise: below, at and above the threshold")
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)
        object.__setattr__(self, "encoding", encoding)
        object.__setattr__(self, "shape", check_shape("shape", self.shape, len(biases)))

    @property
    def n_inputs(self) -> int:
        """The neurons of the layer before."""
        return self.weights.shape[0]

    @property
    def n_outputs(self) -> int:
        """The neurons of this layer."""
        return self.weights.shape[1]

    def sums(self, inputs: np.ndarray) -> np.ndarray:
        """What each neuron compares with 0: (batch, n_in) to (batch, n_out)."""
        return inputs @ self.weights + self.biases

    def activate(self, sums: np.ndarray) -> np.ndarray:
        """What the neurons give for their sums, both (batch, n_out)."""
        below, at, above = self.encoding
        if self.activation in THRESHOLDS:
            return np.where(sums > 0, above, np.where(sums < 0, below, at))
        if self.activation == "linear":
            return sums
        rows = sums.reshape(-1, self.shape[-1])
        largest = rows == rows.max(axis=1, keepdims=True)
        if self.activation == "max":
            found = np.where(largest, np.where(largest.sum(axis=1, keepdims=True) > 1, at, above), below)
        else:
            powers = np.exp(rows - rows.max(axis=1, keepdims=True))
            found = powers / powers.sum(axis=1, keepdims=True)
        return found.reshape(sums.shape)


@dataclass(frozen=True, eq=False)
class Network:
    """Layers in a chain.

    The order of the inputs and of the last layer's neurons has a meaning; that of the hidden layers need not.

    Attributes:
        layers: from the input's side on.
        input_shape: the array that the inputs form, in C order.
        input_encoding: the values that an input may take, such as (0, 1); they rise.

    Raises:
        InputError: the layers do not chain, "max" or "softmax" stands before the end, or the input's values are unusable.
    """

    layers: tuple[Layer, ...]
    input_shape: tuple[int, ...]
    input_encoding: tuple[float, ...]

    def __post_init__(self) -> None:
        layers = tuple(self.layers)
        if not layers:
            raise InputError("layers", "none", "at least one")
        for index, (before, layer) in enumerate(zip(layers, layers[1:], strict=False)):
            if before.n_outputs != layer.n_inputs:
                raise InputError(f"layer {index + 1}", f"weights from {layer.n_inputs} neurons", f"{before.n_outputs}, as many as layer {index} has")
            if before.activation in LAST:
                raise InputError(f"layer {index}", f"activation {before.activation!r}", "it in the last layer only")
        values = tuple(_numbers("input_encoding", self.input_encoding, 1).tolist())
        if any(a >= b for a, b in zip(values, values[1:], strict=False)):
            raise InputError("input_encoding", values, "finite values that rise")
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "input_shape", check_shape("input_shape", self.input_shape, layers[0].n_inputs))
        object.__setattr__(self, "input_encoding", values)

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return self.layers[0].n_inputs

    @property
    def n_outputs(self) -> int:
        """The neurons of the last layer."""
        return self.layers[-1].n_outputs

    @property
    def n_parameters(self) -> int:
        """All weights and biases, zeros too."""
        return sum(layer.weights.size + layer.biases.size for layer in self.layers)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The last layer's outputs (batch, n_outputs) for inputs (batch, n_inputs) or (batch, *input_shape)."""
        return self.hidden(x)[-1]

    def hidden(self, x: np.ndarray) -> list[np.ndarray]:
        """Each layer's outputs, (batch, n) a layer; the last entry is what a call returns."""
        values, found = self.flat(x), []
        for layer in self.layers:
            values = layer.activate(layer.sums(values))
            found.append(values)
        return found

    def logits(self, x: np.ndarray) -> np.ndarray:
        """The sums of the last layer, (batch, n_outputs), before its activation."""
        values = self.flat(x)
        for layer in self.layers[:-1]:
            values = layer.activate(layer.sums(values))
        return self.layers[-1].sums(values)

    def flat(self, x: np.ndarray) -> np.ndarray:
        """A batch of inputs as (batch, n_inputs) float64. Raises `InputError` for another size."""
        x = np.asarray(x, dtype=np.float64)
        if x.ndim < 2 or prod(x.shape[1:]) != self.n_inputs:
            raise InputError("input", f"an array of shape {x.shape}", f"(batch, {', '.join(map(str, self.input_shape))})")
        return x.reshape(len(x), self.n_inputs)


def check_shape(where: str, shape: Sequence[int], size: int) -> tuple[int, ...]:
    """The shape as a tuple of integers. Raises `InputError` unless its product is `size`."""
    lengths = tuple(shape)
    if not lengths or any(not isinstance(length, Real) or length != int(length) or length < 1 for length in lengths) or prod(lengths) != size:
        raise InputError(where, "x".join(map(str, lengths)) or "nothing", f"lengths whose product is {size}")
    return tuple(int(length) for length in lengths)


def _numbers(where: str, values: object, axes: int) -> np.ndarray:
    try:
        given = np.asarray(values)
        if np.iscomplexobj(given):
            raise TypeError("complex numbers")
        array = given.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(where, f"no array of numbers ({error})", f"numbers in {axes} axes") from error
    if array.ndim != axes or 0 in array.shape:
        raise InputError(where, f"an array of shape {array.shape}", f"numbers in {axes} axes, at least one")
    if not np.isfinite(array).all():
        raise InputError(where, "a number that is not finite", "finite numbers")
    sizes = np.abs(array[array != 0])
    if sizes.size and (sizes.max() > LARGEST or sizes.min() < 1 / LARGEST):
        raise InputError(where, f"sizes from {sizes.min():.3g} to {sizes.max():.3g}", f"0, or from {1 / LARGEST:g} to {LARGEST:g}: scale the neurons")
    array.setflags(write=False)
    return array
