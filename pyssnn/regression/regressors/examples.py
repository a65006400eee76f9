"""Examples of an integer function: rows of values of variables, each with the value wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.values import Wide, evaluate_many


def distinct_rows(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of int64 rows (n, v), in lexical order, the place of the first of each, and for each row (n,) which of these it equals."""
    key = np.zeros(len(values), np.int64)
    size = 1
    for column in values.T:
        low, span = int(column.min()), int(column.max()) - int(column.min()) + 1
        if size * span >= 2**62:
            # The keys so far, numbered from 0, are fewer than the rows.
            _, key = np.unique(key, return_inverse=True)
            size = len(values)
            if size * span >= 2**62:
                _, column = np.unique(column, return_inverse=True)
                low, span = 0, len(values)
        key = key * span + (column - low)
        size *= span
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    return first, back


@dataclass(frozen=True, eq=False)
class Examples:
    """Distinct rows.

    Attributes:
        variables: v of them, expressions that are a state or an input variable.
        values: int64 (n, v).
        wanted: int64 (n,).
    """

    variables: tuple[Expression, ...]
    values: np.ndarray
    wanted: np.ndarray

    @staticmethod
    def of(variables: Sequence[Expression], values: np.ndarray, wanted: np.ndarray) -> Examples | None:
        """The distinct rows of values (n, v) and wanted (n,); None where equal rows want different values, or there are none."""
        if not len(wanted):
            return None
        values, wanted = np.asarray(values, np.int64).reshape(len(wanted), len(variables)), np.asarray(wanted, np.int64)
        if not len(variables):
            return Examples((), values[:1], wanted[:1]) if len(np.unique(wanted)) == 1 else None
        first, back = distinct_rows(values)
        answers = wanted[first]
        if (answers[back] != wanted).any():
            return None
        return Examples(tuple(variables), values[first], answers)

    def predicted(self, expression: Expression) -> np.ndarray | None:
        """The values (n,) of an expression over the variables; None where it has none on some row or does not fit 62 bits."""
        width = 1 + max((v.value for v in self.variables), default=0)
        empty = np.zeros(len(self.values), np.int64)
        states, inputs = [empty] * width, [empty] * width
        for column, variable in enumerate(self.variables):
            (states if variable.op == "state" else inputs)[variable.value] = self.values[:, column]
        try:
            return evaluate_many((expression,), states, inputs)[0]
        except (ZeroDivisionError, Wide):
            return None

    def fits(self, expression: Expression) -> bool:
        """Whether an expression gives what is wanted on every row."""
        found = self.predicted(expression)
        return found is not None and bool((found == self.wanted).all())

    def relevant(self) -> Examples:
        """The examples over as few of the variables as still tell all wanted values apart, the later ones dropped first."""
        kept = self
        for variable in reversed(self.variables):
            columns = [i for i, other in enumerate(kept.variables) if other != variable]
            fewer = Examples.of([kept.variables[i] for i in columns], kept.values[:, columns], kept.wanted)
            kept = kept if fewer is None else fewer
        return kept
