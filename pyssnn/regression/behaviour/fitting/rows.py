"""A table of examples: the values of some features and what is wanted there. Formulas are over the features' places until they are given out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.regression.expression import Expression, state
from pyssnn.regression.values import Wide, evaluate_many


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct examples.

    Attributes:
        columns: the features' values, int64 (n, m).
        target: what is wanted, int64 (n,).
    """

    columns: np.ndarray
    target: np.ndarray

    @classmethod
    def of(cls, columns: np.ndarray, target: np.ndarray) -> Rows | None:
        """The distinct rows, or None when some want two values at once."""
        joined = np.unique(np.column_stack([columns, target]), axis=0)
        keys, values = joined[:, :-1], joined[:, -1]
        if keys.shape[1] == 0:
            return cls(keys, values) if len(values) == 1 else None
        if len(joined) > 1 and (keys[1:] == keys[:-1]).all(1).any():
            return None
        return cls(keys, values)

    @property
    def n_features(self) -> int:
        """m."""
        return self.columns.shape[1]

    def __len__(self) -> int:
        return len(self.target)

    def only(self, chosen: np.ndarray) -> Rows:
        """The rows that a mask or places choose."""
        return Rows(self.columns[chosen], self.target[chosen])

    def wanting(self, target: np.ndarray) -> Rows:
        """The same features with something else wanted."""
        return Rows(self.columns, np.asarray(target, np.int64))

    def some(self, n: int) -> Rows:
        """At most n of them, spread at random."""
        return self if len(self) <= n else self.only(np.random.default_rng(0).permutation(len(self))[:n])

    def values(self, formula: Expression) -> np.ndarray | None:
        """The formula's values (n,), or None where it has none."""
        if self.n_features == 0:
            return np.full(len(self), formula.evaluate((), ()))
        try:
            return evaluate_many((formula,), list(self.columns.T), [])[0]
        except (ZeroDivisionError, Wide):
            return None

    def misses(self, formula: Expression) -> np.ndarray:
        """Where the formula is wrong, (n,)."""
        values = self.values(formula)
        return np.ones(len(self), bool) if values is None else values != self.target

    def fits(self, formula: Expression) -> bool:
        """Whether the formula is right on all rows."""
        return not self.misses(formula).any()


def in_terms_of(formula: Expression, features: Sequence[Expression]) -> Expression:
    """The formula with the features in their places."""
    return formula.substitute(tuple(features), ())


def place(index: int) -> Expression:
    """The feature at this place, as a variable of formulas."""
    return state(index)
