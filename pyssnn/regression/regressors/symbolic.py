"""The core's search for an expression over a table, with rows added where what it found is wrong."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.writing import parse

_ROWS = 48
_ROUNDS = 8
_CONSTANTS = 7


def constants_of(examples: Examples) -> list[int]:
    """0, 1, 2 and the numbers that bound the ranges of what is wanted and of the variables: the greatest value, and one more."""
    found = [0, 1, 2]
    for column in (examples.wanted, *examples.values.T):
        for number in (int(column.max()) + 1, int(column.max()), int(column.min())):
            if number not in found and abs(number) <= 1024 and -number not in found:
                found.append(number)
    return found[:_CONSTANTS]


def fit_symbolic(examples: Examples, max_programs: int) -> Expression | None:
    """The cheapest expression of the core's `integer` domain that gives every row; None where the budget holds none.

    The search sees some of the rows, spread over the table, and as many more as it takes: a row where its answer is wrong joins them.

    Args:
        max_programs: how many programs each search may value.
    """
    from pyssnn.synthesis import solve

    if not examples.variables or len(examples.wanted) < 2:
        return None
    names = {f"v{i}": variable for i, variable in enumerate(examples.variables)}
    rows = _spread(examples)
    for _ in range(_ROUNDS):
        inputs = {name: examples.values[rows, i].tolist() for i, name in enumerate(names)}
        best = solve(inputs, examples.wanted[rows].tolist(), constants=constants_of(examples), max_programs=max_programs).best
        if best is None:
            return None
        expression = parse(best.program, names)
        found = examples.predicted(expression)
        if found is None:
            return None
        wrong = np.flatnonzero(found != examples.wanted)
        if not len(wrong):
            return expression
        rows = np.concatenate([rows, wrong[:: max(1, len(wrong) // 6)][:6]])
    return None


def _spread(examples: Examples) -> np.ndarray:
    """Some rows: the ends of each column, and others drawn evenly."""
    n = len(examples.wanted)
    if n <= _ROWS:
        return np.arange(n)
    ends = [int(pick(column)) for column in (*examples.values.T, examples.wanted) for pick in (np.argmin, np.argmax)]
    drawn = np.random.default_rng(0).permutation(n)[: _ROWS - len(set(ends))]
    return np.unique(np.concatenate([np.array(ends), drawn]))
