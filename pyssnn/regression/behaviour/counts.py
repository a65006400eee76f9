"""Outputs that do not depend on the order of the inputs: the state is how often each symbol has come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from pyssnn.regression.behaviour.fitting import Effort, Rows, fit, in_terms_of
from pyssnn.regression.behaviour.oracle import Evidence, Inputs
from pyssnn.regression.expression import Expression, apply, inp, state
from pyssnn.regression.program import Program

_SYMBOLS = 10


def counts(evidence: Evidence, inputs: Inputs, effort: Effort) -> Iterator[Program]:
    """Programs that count the values of the input and give a function of the counts."""
    values = np.arange(inputs.low, inputs.high)
    if inputs.components > 1 or not 2 <= len(values) <= _SYMBOLS:
        return
    columns = np.concatenate([_counted(xs, values) for xs, _ in evidence.blocks])
    target = np.concatenate([ys.ravel() for _, ys in evidence.blocks])
    rows = Rows.of(columns, target)
    if rows is None or 2 * len(rows) > len(target):
        return  # counts met once do not show that the order is of no matter
    n = len(values)
    features: list[Expression] = [state(i) for i in range(n)]
    update = tuple(state(i) + apply("int", apply("eq", inp(0), int(value))) for i, value in enumerate(values))
    found: list[Program] = []
    for more in _features(n):
        wider = np.column_stack([rows.columns, *(rows.values(feature) for feature in more)])
        formula = fit(Rows(wider, rows.target), effort)
        if formula is not None:
            found.append(Program((0,) * n, update, in_terms_of(formula, features + more), 1, "counts"))
    if found:
        yield min(found, key=lambda program: program.description_length)


def _counted(xs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How often each value has come so far, (n · T, values)."""
    return np.cumsum(xs[:, :, 0, None] == values, axis=1).reshape(-1, len(values))


def _features(n: int) -> Iterator[list[Expression]]:
    """What a formula may use beside the counts: nothing; the largest or the least of some of them."""
    yield []
    if n <= 5:
        groups = [group for size in range(2, n) for group in combinations(range(n), size)]
        for op in ("max", "min"):
            yield [_over(op, group) for group in groups]


def _over(op: str, group: tuple[int, ...]) -> Expression:
    total = state(group[0])
    for i in group[1:]:
        total = apply(op, total, state(i))
    return total
