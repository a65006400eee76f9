"""Inputs that a program is run on beside its network: all of them, or random ones and ones that sit on ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.distillation.exact import all_inputs
from pyssnn.distillation.network import THRESHOLDS, Network

RANDOM_INPUTS = 256
CLIMBS = 24
STEPS = 24
TRIED = 16
CLIMB_WORK = 40_000_000
"""About how many products of a weight and a value are spent on ties of the deeper layers."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Inputs (count, n_inputs), and what they are, in words."""

    array: np.ndarray
    told: str

    @staticmethod
    def of(network: Network) -> Inputs:
        """All inputs up to 2^16 of them, else chosen ones."""
        found = all_inputs(network)
        if found is not None:
            return Inputs(found, f"all {len(found)} inputs")
        found = chosen_inputs(network)
        return Inputs(found, f"{len(found)} inputs, random and on ties")

    def at_most(self, most: int) -> Inputs:
        """So many of them, evenly spread."""
        places = np.unique(np.linspace(0, len(self.array) - 1, min(most, len(self.array))).astype(int))
        return Inputs(self.array[places], f"{len(places)} inputs")


def chosen_inputs(network: Network) -> np.ndarray:
    """Inputs of many densities, and inputs moved step by step until the sum of some neuron is nearest to 0; (count, n_inputs)."""
    rng = np.random.default_rng(0)
    values = np.array(network.input_encoding)
    count = RANDOM_INPUTS if network.n_inputs * network.layers[0].n_outputs < 10**6 else RANDOM_INPUTS // 4
    rare = rng.choice(values, size=(count, network.n_inputs))
    kept = rng.random((count, network.n_inputs)) < rng.random((count, 1))
    common = rng.choice(values, size=(count, 1))
    inputs = [np.where(kept, rare, common), np.repeat(values[:, None], network.n_inputs, axis=1)]
    first = network.layers[0]
    neurons = rng.choice(first.n_outputs, size=min(CLIMBS, first.n_outputs), replace=False)
    inputs.append(np.stack([_toward_tie(first.weights[:, neuron], first.biases[neuron], values, rng) for neuron in neurons]))
    inputs += [x[None] for x in _toward_deep_ties(network, inputs[0], rng)]
    return np.concatenate(inputs)


def _toward_tie(weights: np.ndarray, bias: float, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    x = rng.choice(values, size=len(weights))
    total = float(x @ weights + bias)
    for place in rng.permutation(np.flatnonzero(weights)):
        options = total + (values - x[place]) * weights[place]
        best = int(np.abs(options).argmin())
        x[place], total = values[best], float(options[best])
        if total == 0:
            break
    return x


def _toward_deep_ties(network: Network, starts: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Inputs that a few changes of single entries brought near a tie of a neuron beyond the first layer, or of the two largest of "max"."""
    layers = [number for number in range(1, len(network.layers)) if network.layers[number].activation in (*THRESHOLDS, "max")]
    climbs = min(CLIMBS, CLIMB_WORK // (network.n_parameters * STEPS * TRIED))
    found = []
    for climb in range(climbs if layers else 0):
        layer = layers[climb % len(layers)]
        neuron = int(rng.integers(network.layers[layer].n_outputs))
        x = starts[int(rng.integers(len(starts)))].copy()
        away = _away(network, x[None], layer, neuron)[0]
        for _ in range(STEPS):
            if away == 0:
                break
            tried = np.repeat(x[None], TRIED, axis=0)
            tried[np.arange(TRIED), rng.integers(network.n_inputs, size=TRIED)] = rng.choice(network.input_encoding, size=TRIED)
            distances = _away(network, tried, layer, neuron)
            best = int(distances.argmin())
            if distances[best] <= away:
                x, away = tried[best], distances[best]
        found.append(x)
    return found


def _away(network: Network, x: np.ndarray, number: int, neuron: int) -> np.ndarray:
    """How far a neuron's sum is from the threshold, or from the largest of the others in its row; (count,)."""
    values = x
    for layer in network.layers[:number]:
        values = layer.activate(layer.sums(values))
    layer = network.layers[number]
    sums = layer.sums(values)
    if layer.activation in THRESHOLDS:
        return np.abs(sums[:, neuron])
    rows = sums.reshape(len(x), -1, layer.shape[-1])
    row, place = divmod(neuron, layer.shape[-1])
    others = np.delete(rows[:, row], place, axis=1)
    return np.abs(rows[:, row, place] - others.max(axis=1)) if others.size else np.zeros(len(x))
