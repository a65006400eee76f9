"""Small integer combinations of the features: as columns of numbers, all at once, and as expressions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from pyssnn.regression.behaviour.fitting.rows import Rows, place
from pyssnn.regression.expression import Expression, apply, constant

_GRIDS: dict[int, tuple[int, ...]] = {1: (1, -1, 2, 3, 4, 5, -2), 2: (-2, -1, 0, 1, 2, 3), 3: (-1, 0, 1, 2), 4: (-1, 0, 1, 2), 5: (-1, 0, 1)}


@dataclass(frozen=True, eq=False)
class Sums:
    """Combinations z = Σ cᵢ fᵢ, the simplest first.

    Attributes:
        coefficients: int64 (C, m).
        values: int64 (n, C).
    """

    coefficients: np.ndarray
    values: np.ndarray

    @classmethod
    def over(cls, rows: Rows) -> Sums:
        """The combinations with small coefficients; of many features only few at a time, or all."""
        coefficients = _coefficients(rows.n_features)
        return cls(coefficients, rows.columns @ coefficients.T)

    def only(self, chosen: np.ndarray) -> Sums:
        """The same combinations on some rows."""
        return Sums(self.coefficients, self.values[chosen])

    def first(self, n: int) -> Sums:
        """The simplest n."""
        return Sums(self.coefficients[:n], self.values[:, :n])


@lru_cache(maxsize=32)
def _coefficients(m: int) -> np.ndarray:
    if m == 0:
        return np.zeros((0, 0), np.int64)
    if m in _GRIDS:
        found = [c for c in product(_GRIDS[m], repeat=m) if any(c)]
    else:
        found = [tuple(int(i == j) for j in range(m)) for i in range(m)]
        found += [tuple(sign * (j == b) + (j == a) for j in range(m)) for a, b in combinations(range(m), 2) for sign in (1, -1)]
        found += [tuple(int(j < n) for j in range(m)) for n in range(3, m + 1)]
    unique = dict.fromkeys(found)
    return np.array(sorted(unique, key=lambda c: (sum(map(abs, c)), sum(value < 0 for value in c))), np.int64)


def as_sum(coefficients: np.ndarray, offset: int = 0) -> Expression:
    """Σ cᵢ fᵢ + offset, what is added before what is taken away."""
    total: Expression | None = None
    if offset > 0 and not (coefficients > 0).any():
        total, offset = constant(int(offset)), 0
    for i in sorted(np.flatnonzero(coefficients), key=lambda i: coefficients[i] < 0):
        term = place(int(i)) * abs(int(coefficients[i]))
        if coefficients[i] < 0:
            total = -term if total is None else total - term
        else:
            total = term if total is None else total + term
    return constant(int(offset)) if total is None else total + int(offset)


def compare(op: str, coefficients: np.ndarray, bound: int) -> Expression:
    """Σ cᵢ fᵢ `op` bound, with what is taken away moved to the other side; op is "eq", "lt", "le", "gt" or "ge"."""
    if (op == "gt" and bound < 0) or (op == "lt" and bound > 0):
        op, bound = ("ge", bound + 1) if op == "gt" else ("le", bound - 1)
    left, right = as_sum(np.maximum(coefficients, 0)), as_sum(np.maximum(-coefficients, 0))
    if not (coefficients > 0).any():
        left, right, bound = right, left, -bound
        op = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(op, op)
        right = constant(0)
    if right == constant(0):
        right = constant(int(bound))
    elif bound > 0:
        right = right + int(bound)
    elif bound < 0:
        left = left + int(-bound)
    return apply({"gt": "lt", "ge": "le"}.get(op, op), *((right, left) if op in ("gt", "ge") else (left, right)))
