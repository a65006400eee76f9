"""Examples of an integer function: rows of values of variables, each with the value wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.values import Wide, evaluate_many


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
        """The distinct rows of values (n, v) and wanted (n,); None where equal rows want different values."""
        values, wanted = np.asarray(values, np.int64).reshape(len(wanted), len(variables)), np.asarray(wanted, np.int64)
        if not len(variables):
            return Examples((), values[:1], wanted[:1]) if len(np.unique(wanted)) == 1 else None
        rows, first, back = np.unique(values, axis=0, return_index=True, return_inverse=True)
        answers = wanted[first]
        if (answers[back.ravel()] != wanted).any():
            return None
        return Examples(tuple(variables), rows, answers)

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
