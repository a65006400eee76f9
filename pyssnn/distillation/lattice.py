"""The sums that units can meet: what each entry of an array can be, and every sum of weights and such values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from pyssnn.distillation.expand import unit_weights
from pyssnn.distillation.ir import INPUT, Group, Program

MAX_SUMS = 50_000
Weighted = tuple[tuple[str, Fraction, int], ...]
"""How many entries of an array a unit reads with a weight."""


@dataclass(frozen=True)
class Sums:
    """Every sum that can be met, or more: of `exact` sums when they are few, else all of one residue between two bounds."""

    sums: tuple[Fraction, ...]

    def shifted(self, bias: Fraction) -> Iterator[Fraction]:
        """The sums with a bias."""
        return (value + bias for value in self.sums)


def weighted(program: Program, group: Group, sizes: tuple[int, ...], index: tuple[int, ...], inside: dict[str, np.ndarray]) -> Weighted:
    """The weights of a unit that are not 0, counted; entries outside a group's domain do not count.

    Args:
        inside: for each group whether an index tuple is in its domain, filled as needed.
    """
    found = []
    for source, array in unit_weights(program, group, sizes, index).items():
        if source != INPUT:
            if source not in inside:
                other = program.group(source)
                mask = np.zeros(other.shape(sizes), bool)
                for place in other.domain(sizes):
                    mask[place] = True
                inside[source] = mask
            array = array[inside[source]]
        numbers, counts = np.unique(array[array != 0], return_counts=True)
        found += [
            (source, Fraction(number).limit_denominator(10**6), count)
            for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
        ]
    return tuple(found)


def reachable(parts: Weighted, values: dict[str, tuple[Fraction, ...]]) -> Sums | None:
    """Every sum of the entries' values with their weights; None where there are too many.

    Entries are taken to be free of one another, so there may be sums that never occur.
    """
    numbers = [weight * value for source, weight, _ in parts for value in values[source]]
    common = lcm(*(number.denominator for number in numbers)) if numbers else 1
    sums = {0}
    for source, weight, count in parts:
        options = [int(weight * value * common) for value in values[source]]
        jump = gcd(*(option - options[0] for option in options))
        low = count * min(options)
        steps = (max(options) - min(options)) // jump * count if jump else 0
        if len(sums) * (steps + 1) > 40 * MAX_SUMS:
            return None
        sums = {total + low + jump * number for total in sums for number in range(steps + 1)}
        if len(sums) > MAX_SUMS:
            return None
    return Sums(tuple(Fraction(total, common) for total in sorted(sums)))
