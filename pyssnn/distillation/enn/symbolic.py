"""Symbolic mode: the weights of a neuron replaced by the small integers that they are near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer, check_number


@dataclass(frozen=True)
class Symbolic:
    """How weights are rounded.

    Attributes:
        zero_below: weights below this part of the largest become 0.
        scales: the smallest weight becomes at most this integer.
        within: how near to integers all weights have to be.
    """

    zero_below: float = 0.2
    scales: int = 10
    within: float = 0.025

    def __post_init__(self) -> None:
        check_number("zero_below", self.zero_below, least=0, below=1)
        check_integer("scales", self.scales, 1)
        check_number("within", self.within, above=0, below=0.5)


_NOISE = 1e-5  # of the largest weight: what a solver leaves where the answer is 0


def rounded(weights: np.ndarray, bias: float, symbolic: Symbolic) -> tuple[np.ndarray, float] | None:
    """The neuron with integer weights and bias, or None where it has none or no scale brings all of them near integers.

    Weights and bias are divided by the largest weight, those that are small become 0, all are divided by the smallest that is left and
    multiplied by 1, 2, … until each is near an integer. The neuron that results points the same way, up to the rounding.
    """
    if not weights.any():
        return None
    values = np.append(weights, bias)
    values = values / np.abs(weights).max()
    values[np.abs(values) < max(symbolic.zero_below, _NOISE)] = 0
    values /= np.abs(values[values != 0]).min()
    for scale in range(1, symbolic.scales + 1):
        found = np.round(values * scale)
        if np.abs(values * scale - found).max() <= symbolic.within:
            return found[:-1] + 0.0, float(found[-1] + 0.0)
    return None


def divided(weights: np.ndarray, bias: float) -> tuple[np.ndarray, float]:
    """An integer neuron without the common divisor of its weights and bias."""
    values = np.append(weights, bias)
    divisor = np.gcd.reduce(np.abs(values).astype(np.int64))
    return weights / divisor + 0.0, bias / divisor + 0.0
