"""One change after another, each checked on data, with a record of what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.normalizers.debiasing import debias
from pyssnn.regression.normalizers.jordan import jordan
from pyssnn.regression.normalizers.quantisation import quantise, rounded
from pyssnn.regression.normalizers.toeplitz import toeplitz
from pyssnn.regression.normalizers.whitening import whiten

Change = Callable[[RecurrentNetwork, np.ndarray], tuple[np.ndarray, np.ndarray]]

NORMALIZERS: dict[str, Change] = {"whitening": whiten, "jordan": jordan, "toeplitz": toeplitz, "debiasing": debias, "quantisation": quantise}
"""By name, in the order of the paper."""

TOLERANCE = 1e-9
_ZERO = 1e-6


@dataclass(frozen=True)
class Metrics:
    """Of a network's weights and biases: the share that is 0 (to 10⁻⁶), the share that is an integer, the largest, and the mean size
    of those that are not 0, in bits: log2(1 + |w|)."""

    sparsity: float
    integers: float
    largest: float
    bits: float


@dataclass(frozen=True, eq=False)
class Step:
    """A change of coordinates h → h M + c that was tried.

    Attributes:
        name: of the normalizer.
        matrix, shift: M (d, d) and c (d,).
        applied: whether the network was changed. `reason` says why not, or what was left undone.
        error: the largest change of an output, relative to the largest output or 1.
        before, after: the weights' metrics; equal where nothing was changed.
    """

    name: str
    matrix: np.ndarray
    shift: np.ndarray
    applied: bool
    reason: str
    error: float
    before: Metrics
    after: Metrics


@dataclass(frozen=True, eq=False)
class Normalised:
    """A network after its changes of coordinates.

    Attributes:
        network: the same function as the one before.
        steps: what was tried, in order.
    """

    network: RecurrentNetwork
    steps: tuple[Step, ...]


def measure(network: RecurrentNetwork) -> Metrics:
    """The metrics of all its weights and biases."""
    parts = [part.ravel() for layer in (*network.update, *network.output) for part in (layer.weights, layer.biases)]
    numbers = np.abs(np.concatenate(parts))
    zero = numbers < _ZERO
    whole = np.abs(numbers - np.round(numbers)) < _ZERO
    bits = float(np.log2(1 + numbers[~zero]).mean()) if (~zero).any() else 0.0
    return Metrics(float(zero.mean()), float(whole.mean()), float(numbers.max()), bits)


def normalise(network: RecurrentNetwork, xs: np.ndarray, names: Sequence[str] = tuple(NORMALIZERS)) -> Normalised:
    """The network after these normalizers in this order; one that changes an output on xs by more than 10⁻⁹ is undone and says so.

    Args:
        xs: inputs (n, T, k).
        names: keys of `NORMALIZERS`, any number of times.
    """
    steps = []
    for name in names:
        network, step = _try(name, network, xs)
        steps.append(step)
    return Normalised(network, tuple(steps))


def _try(name: str, network: RecurrentNetwork, xs: np.ndarray) -> tuple[RecurrentNetwork, Step]:
    before = measure(network)
    d = network.hidden_size
    matrix, shift = np.eye(d), np.zeros(d)
    changed, reason, error = network, "", np.inf
    try:
        with np.errstate(all="ignore"):
            matrix, shift = NORMALIZERS[name](network, xs)
            changed = network.changed(matrix, shift)
            error = _difference(network, changed, xs)
    except (np.linalg.LinAlgError, ValueError) as problem:
        reason = f"undone: {problem}"
    if not error <= TOLERANCE:
        return network, Step(name, matrix, shift, False, reason or f"undone: outputs changed by {error:.1e}", float(error), before, before)
    if name == "quantisation":
        changed, error, reason = _round(network, changed, xs, error)
    return changed, Step(name, matrix, shift, True, reason, float(error), before, measure(changed))


def _round(network: RecurrentNetwork, changed: RecurrentNetwork, xs: np.ndarray, error: float) -> tuple[RecurrentNetwork, float, str]:
    worst = 0.0
    # A hinge that the data never open would hide what coarse rounding does to it.
    for within in (1e-3, 1e-6, 1e-9, 1e-12) if len(changed.update) == len(changed.output) == 1 else (1e-11, 1e-13):
        trial = rounded(changed, within)
        difference = _difference(network, trial, xs)
        if difference <= TOLERANCE:
            return trial, difference, f"integers within {within:g} rounded"
        worst = worst or difference
    return changed, error, f"scaled only; rounding undone: outputs changed by {worst:.1e}"


def _difference(network: RecurrentNetwork, other: RecurrentNetwork, xs: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        wanted, found = network(xs), other(xs)
        return float(np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max()))
