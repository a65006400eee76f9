"""The core's search for an expression over a table, with rows added where what it found is wrong."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.writing import parse

_ROWS = 48
_ROUNDS = 8
_CONSTANTS = 7
_PLAIN = (0, 1, 2)
_PLAIN_PROGRAMS = 50_000
_PLAINER = 8.0


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

    One with a number of the ranges in it may fit these rows only: where one with 0, 1 and 2 alone is about as short, that is taken.

    Args:
        max_programs: how many programs each search may value.
    """
    if not examples.variables or len(examples.wanted) < 2:
        return None
    found = _search(examples, constants_of(examples), max_programs)
    if found is None or not any(node.op == "constant" and node.value not in _PLAIN for node in found.nodes()):
        return found
    plain = _search(examples, list(_PLAIN), min(max_programs, _PLAIN_PROGRAMS))
    n = len(examples.variables)
    return plain if plain is not None and plain.bits(n) <= found.bits(n) + _PLAINER else found


def _search(examples: Examples, constants: list[int], max_programs: int) -> Expression | None:
    """The search sees some of the rows, spread over the table, and as many more as it takes: a row where its answer is wrong joins them."""
    from pyssnn.synthesis import solve

    names = {f"v{i}": variable for i, variable in enumerate(examples.variables)}
    rows = _spread(examples)
    for _ in range(_ROUNDS):
        inputs = {name: examples.values[rows, i].tolist() for i, name in enumerate(names)}
        best = solve(inputs, examples.wanted[rows].tolist(), constants=constants, max_programs=max_programs).best
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
