"""Trained floats as exact numbers, with a certificate: no sum that can occur changes its side of the threshold.

The values that a neuron reads lie on a lattice (a base plus multiples of a step), so do its sums once the weights are integers, and a
threshold strictly between two neighbours of the sums' lattice may move as long as it passes neither. For a threshold neuron any positive
scale is free. Where the inputs are few enough to try them all, trying them is the second kind of certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import gcd, isclose, lcm

import numpy as np

from pyssnn.distillation.network import THRESHOLDS, Layer, Network

ROUNDING = 1e-11
"""Relative error below which a float is read as the rational that it rounds."""
MAX_ENUMERATED = 1 << 16


@dataclass(frozen=True, eq=False)
class Values:
    """What the neurons of a layer, or the inputs, can give: base + step × integer, at most `largest` in size. All (n,)."""

    base: np.ndarray
    step: np.ndarray
    largest: np.ndarray

    @staticmethod
    def of(values: tuple[float, ...], count: int) -> Values:
        """The lattice of `count` neurons that give one of these values each."""
        exact = [Fraction(value).limit_denominator(10**6) for value in values]
        step = float(_gcd([value - exact[0] for value in exact[1:]]))
        return Values(np.full(count, values[0]), np.full(count, step), np.full(count, max(abs(value) for value in values)))


@dataclass(frozen=True, eq=False)
class Exact:
    """A network in exact numbers.

    Attributes:
        network: with the exact weights and biases; a threshold neuron may be scaled.
        certified: for each layer, (n_out,) bool: whether the neuron agrees with the original's on every input.
        bounds: for each layer, (n_out,) float: how far a sum of a linear, max or softmax neuron is off at most.
        how: for each layer, "exact", "lattice" or "enumerated": the weakest certificate of a neuron in it, or "none".
    """

    network: Network
    certified: tuple[np.ndarray, ...]
    bounds: tuple[np.ndarray, ...]
    how: tuple[str, ...]

    @property
    def is_certified(self) -> bool:
        """Whether every neuron is."""
        return all(layer.all() for layer in self.certified)


def exactify(network: Network, tolerance: float = 0.0) -> Exact:
    """The network in exact numbers, as far as there is a certificate; other neurons keep their floats.

    Args:
        tolerance: how far weights of the last layer may be rounded without a certificate, as a share of the largest; the bound says
            what that does to its sums. 0 for not at all.
    """
    values = Values.of(network.input_encoding, network.n_inputs)
    inputs = all_inputs(network)
    layers, certified, bounds, how = [], [], [], []
    for number, layer in enumerate(network.layers):
        slack = tolerance if number == len(network.layers) - 1 else 0.0
        made = _threshold_layer(layer, values, inputs) if layer.activation in THRESHOLDS else _linear_layer(layer, values, inputs, slack)
        exact, sure, bound, word = made
        if layer.activation in THRESHOLDS:
            exact = _primitive(exact)
        layers.append(exact)
        certified.append(sure)
        bounds.append(bound)
        how.append(word)
        if inputs is not None:
            inputs = exact.activate(exact.sums(inputs))
        if layer.activation in THRESHOLDS:
            values = Values.of(layer.encoding, layer.n_outputs)
        elif number < len(network.layers) - 1:
            values = _sum_lattice(exact, values)
    return Exact(replace(network, layers=tuple(layers)), tuple(certified), tuple(bounds), tuple(how))


def all_inputs(network: Network, most: int = MAX_ENUMERATED) -> np.ndarray | None:
    """Every input, (count, n_inputs); None where there are more than `most`."""
    if len(network.input_encoding) ** min(network.n_inputs, 64) > most:
        return None
    return np.array(list(product(network.input_encoding, repeat=network.n_inputs)), dtype=np.float64)


def _threshold_layer(layer: Layer, values: Values, inputs: np.ndarray | None) -> tuple[Layer, np.ndarray, np.ndarray, str]:
    none = np.zeros(layer.n_outputs)
    if _is_dyadic(layer.weights) and _is_dyadic(layer.biases):
        return layer, np.ones(layer.n_outputs, bool), none, "exact"
    weights, biases = layer.weights.copy(), layer.biases.copy()
    sure, how = np.ones(layer.n_outputs, bool), "lattice"
    for neuron in range(layer.n_outputs):
        column, bias = layer.weights[:, neuron], float(layer.biases[neuron])
        if _is_dyadic(column):
            # Only the threshold is odd: the middle between two sums does as well.
            if not _is_dyadic(np.array([bias])):
                weights[:, neuron], biases[neuron] = _on_lattice(column, bias, values) or (column, bias)
            continue
        found = None
        for scale in _scales(column):
            found = _on_lattice(scale * column, scale * bias, values)
            if found is not None:
                break
        if found is None and inputs is not None:
            sums = inputs @ column + bias
            for scale in _scales(column):
                found = _on_all(np.rint(scale * column), sums, inputs)
                if found is not None:
                    how = "enumerated"
                    break
        if found is None:
            sure[neuron] = False
        else:
            weights[:, neuron], biases[neuron] = found
    return replace(layer, weights=weights, biases=biases), sure, none, how if sure.all() else "none"


def _linear_layer(layer: Layer, values: Values, inputs: np.ndarray | None, slack: float) -> tuple[Layer, np.ndarray, np.ndarray, str]:
    everyone, none = np.ones(layer.n_outputs, bool), np.zeros(layer.n_outputs)
    numbers = np.vstack([layer.weights, layer.biases])
    if _is_dyadic(layer.weights):
        return layer, everyone, none, "exact"
    top = np.abs(numbers).max()
    for denominator in range(1, 65):
        near = np.rint(numbers * denominator) / denominator
        if np.abs(near - numbers).max() <= ROUNDING * top:
            return _with(layer, near), everyone, none, "exact"
    steps = [1.0] if layer.activation == "linear" else [1.0, *(_scales(layer.weights.ravel()))]
    if layer.activation == "max" and inputs is not None:
        want = layer.activate(layer.sums(inputs))
        for scale in steps:
            rounded = _with(layer, np.rint(numbers * scale))
            if (rounded.activate(rounded.sums(inputs)) == want).all():
                return rounded, everyone, _off(rounded, layer, values, scale), "enumerated"
    if slack:
        for denominator in (*range(1, 11), *(count / top for count in (1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100)), *range(11, 101)):
            near = np.rint(numbers * denominator) / denominator
            if np.abs(near - numbers).max() <= slack * top:
                rounded = _with(layer, near)
                return rounded, np.zeros(layer.n_outputs, bool), _off(rounded, layer, values, 1.0), "none"
    # The floats themselves: exact as they are.
    return layer, everyone, none, "exact"


def _with(layer: Layer, numbers: np.ndarray) -> Layer:
    return replace(layer, weights=numbers[:-1], biases=numbers[-1])


def _off(rounded: Layer, layer: Layer, values: Values, scale: float) -> np.ndarray:
    return values.largest @ np.abs(rounded.weights - scale * layer.weights) + np.abs(rounded.biases - scale * layer.biases)


def _is_dyadic(numbers: np.ndarray) -> bool:
    # Sums of such numbers are exact in float64 for any layer that fits in memory.
    return bool((np.rint(numbers * 64) == numbers * 64).all() and np.abs(numbers).max(initial=0) < 2**31)


def _scales(column: np.ndarray) -> list[float]:
    sizes = np.abs(column)
    top = sizes.max()
    if top == 0:
        return [1.0]
    least = sizes[sizes >= 0.2 * top].min()
    tried = [float(count) for count in range(1, 11)]
    tried += [count / float(least) for count in range(1, 11)] + [count / float(top) for count in range(1, 11)]
    return [scale for position, scale in enumerate(tried) if not any(isclose(scale, other) for other in tried[:position])]


def _primitive(layer: Layer) -> Layer:
    """The layer with each threshold neuron of dyadic weights scaled so that these are integers without a common divisor."""
    weights, biases = layer.weights.copy(), layer.biases.copy()
    scaled = np.rint(weights * 64)
    for neuron in np.flatnonzero((scaled == weights * 64).all(axis=0) & (np.abs(weights).max(axis=0, initial=0) < 2**31)):
        divisor = int(np.gcd.reduce(np.abs(scaled[:, neuron]).astype(np.int64)))
        if divisor not in (0, 64):
            weights[:, neuron] = scaled[:, neuron] / divisor
            biases[neuron] = float(Fraction(float(biases[neuron])) * 64 / divisor)
    return replace(layer, weights=weights, biases=biases)


def _on_lattice(column: np.ndarray, bias: float, values: Values) -> tuple[np.ndarray, float] | None:
    """The rounded column and a bias with a certificate that no sum changes its side; None where there is none."""
    rounded = np.rint(column)
    if not rounded.any():
        return None
    off = float(np.abs(column - rounded) @ values.largest)
    used = rounded != 0
    step = float(_gcd([Fraction(number).limit_denominator(10**6) for number in set((rounded[used] * values.step[used]).tolist())]))
    base = float(rounded @ values.base)
    if step == 0:
        return None
    place = (-bias - base) / step
    below = base + step * np.floor(place)
    to_below, to_above = -bias - below, below + step + bias
    if off < min(to_below, to_above) * (1 - 1e-9):
        return rounded, -(below + step / 2)
    nearest = base + step * np.rint(place)
    tiny = ROUNDING * max(1.0, float(np.abs(column).sum()))
    if off <= tiny and abs(nearest + bias) <= tiny:
        return rounded, -nearest
    return None


def _on_all(rounded: np.ndarray, sums: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The rounded column and a bias that give every input's sum its sign; None where no bias does."""
    if not rounded.any():
        return None
    found = inputs @ rounded
    ties = found[sums == 0]
    below, above = found[sums < 0].max(initial=-np.inf), found[sums > 0].min(initial=np.inf)
    if ties.size:
        return (rounded, -float(ties[0])) if (ties == ties[0]).all() and below < ties[0] < above else None
    if not below < above:
        return None
    if np.isinf(below) or np.isinf(above):
        return rounded, 0.5 - float(above) if np.isinf(below) else -0.5 - float(below)
    return rounded, -float(below + above) / 2


def _sum_lattice(layer: Layer, values: Values) -> Values:
    steps = []
    for column in layer.weights.T:
        used = column != 0
        steps.append(
            float(_gcd([Fraction(float(number)).limit_denominator(10**6) for number in set((column[used] * values.step[used]).tolist())]))
        )
    base = values.base @ layer.weights + layer.biases
    return Values(base, np.array(steps), values.largest @ np.abs(layer.weights) + np.abs(layer.biases))


def _gcd(numbers: list[Fraction]) -> Fraction:
    if not numbers:
        return Fraction(0)
    denominator = lcm(*(number.denominator for number in numbers))
    return Fraction(gcd(*(int(number * denominator) for number in numbers)), denominator)
