"""Other labels for features that determine their own next values: equivalent values merged, values renumbered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from pyssnn.regression.expression import inp, state
from pyssnn.regression.feature import Feature
from pyssnn.regression.regressors import Examples
from pyssnn.regression.regressors.examples import distinct_rows
from pyssnn.regression.regressors.modular import fit_modular
from pyssnn.regression.trace import Trace

_RENUMBERINGS = 5000
_MERGED = 40


def merged(trace: Trace, pool: list[Feature]) -> Iterator[Feature]:
    """Features of few values that determine their next value and the next output, with values merged that no later output tells apart.

    Source: Moore, *Gedanken-experiments on sequential machines*, 1956.
    """
    first, symbols = distinct_rows(trace.xs)
    for feature in pool:
        low = int(min(feature.before.min(), feature.after.min()))
        m = int(max(feature.before.max(), feature.after.max())) - low + 1
        if feature.since or feature.initial is None or not 3 <= m <= _MERGED or m * len(first) > len(trace.ys):
            continue
        cells = (feature.before - low) * len(first) + symbols
        after, output = np.full(m * len(first), -1), np.zeros(m * len(first), np.int64)
        after[cells], output[cells] = feature.after - low, trace.ys
        if (after[cells] != feature.after - low).any() or (output[cells] != trace.ys).any():
            continue
        after, output = after.reshape(m, -1), output.reshape(m, -1)
        if ((after < 0).any(axis=1) & (after >= 0).any(axis=1)).any():
            continue  # Some value was seen with some inputs only.
        classes = np.zeros(m, np.int64)
        for _ in range(m):
            _, classes = distinct_rows(np.column_stack([output, np.where(after < 0, -1, classes[after])]))
        used = np.unique(classes[(after >= 0).any(axis=1)])
        if 2 <= len(used) < len(np.unique(feature.after)):
            label = np.searchsorted(used, classes)
            yield Feature(
                f"{feature.name} merged", label[feature.before - low], label[feature.after - low], int(label[feature.initial - low])
            )


def renumbered(trace: Trace, pool: list[Feature]) -> Iterator[Feature]:
    """Features of few values that determine their next value, renumbered so that it is a combination of value and input modulo their number.

    The initial value becomes 0.
    """
    variables = [state(0), *(inp(k) for k in range(trace.xs.shape[1]))]
    for feature in pool:
        low = int(min(feature.before.min(), feature.after.min()))
        m = int(max(feature.before.max(), feature.after.max())) - low + 1
        if feature.since or feature.initial is None or m < 3 or m ** (len(variables) + 1) > _RENUMBERINGS:
            continue
        table = Examples.of(variables, np.column_stack([feature.before - low, trace.xs]), feature.after - low)
        if table is None or fit_modular(table) is not None:
            continue
        number = _numbering(table, feature.initial - low, m)
        if number is not None:
            yield Feature(f"{feature.name} renumbered", number[feature.before - low], number[feature.after - low], 0)


def _numbering(table: Examples, start: int, m: int) -> np.ndarray | None:
    """New numbers (m,) of the values 0 … m − 1, 0 for the start, with number' = (a · number + Σ b · input + c) % m; None where there are none.

    Each a, b, c numbers what can be reached from the start; those of small size are tried first.
    """
    moves: dict[int, list[tuple[list[int], int]]] = {}
    for (value, *inputs), after in zip(table.values.tolist(), table.wanted.tolist(), strict=True):
        moves.setdefault(value, []).append((inputs, after))
    choices = range(-((m - 1) // 2), m // 2 + 1)
    for a, c, *b in sorted(product(choices, repeat=1 + table.values.shape[1]), key=lambda numbers: (sum(map(abs, numbers)), -sum(numbers))):
        number = _propagated(moves, start, lambda value, inputs: (a * value + c + sum(w * x for w, x in zip(b, inputs, strict=True))) % m)
        if number is not None and len(set(number.values())) == len(number):
            free = iter(sorted(set(range(m)) - set(number.values())))
            return np.array([number[value] if value in number else next(free) for value in range(m)])
    return None


def _propagated(moves: dict[int, list[tuple[list[int], int]]], start: int, rule: Callable[[int, list[int]], int]) -> dict[int, int] | None:
    """The numbers that a rule gives to all values reached from the start, which is 0; None where two of them clash."""
    number, stack = {start: 0}, [start]
    while stack:
        value = stack.pop()
        for inputs, after in moves.get(value, ()):
            new = rule(number[value], inputs)
            if after not in number:
                number[after] = new
                stack.append(after)
            elif number[after] != new:
                return None
    return number
