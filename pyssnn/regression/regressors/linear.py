"""Integer combinations of the variables, by least squares; and such combinations divided by an integer and rounded down."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from pyssnn.regression.expression import Expression, constant
from pyssnn.regression.regressors.examples import Examples

_LARGEST = 10**6


def combination(coefficients: Sequence[int], offset: int, variables: Sequence[Expression]) -> Expression:
    """Σ coefficient · variable + offset, positive terms first."""
    terms = sorted(zip(coefficients, variables, strict=True), key=lambda term: term[0] <= 0)
    total = constant(0)
    for coefficient, variable in terms:
        if coefficient > 0:
            total = total + variable * coefficient
        elif coefficient < 0:
            total = total - variable * -coefficient if total != constant(0) else -(variable * -coefficient)
    return total + int(offset)


def fit_linear(examples: Examples) -> Expression | None:
    """The integer combination that gives every row exactly, of the least norm where several do."""
    values, wanted = examples.values.astype(np.float64), examples.wanted.astype(np.float64)
    design = np.hstack([values, np.ones((len(values), 1))])
    for columns in _designs(design):
        found = np.linalg.lstsq(design[:, columns], wanted, rcond=None)[0]
        whole = np.rint(found)
        if np.abs(whole).max(initial=0) > _LARGEST or np.abs(design[:, columns] @ whole - wanted).max(initial=0) > 1e-6:
            continue
        numbers = np.zeros(design.shape[1], np.int64)
        numbers[columns] = whole.astype(np.int64)
        expression = combination([int(n) for n in numbers[:-1]], int(numbers[-1]), examples.variables)
        if examples.fits(expression):
            return expression
    return None


def _designs(design: np.ndarray) -> list[np.ndarray]:
    """Sets of columns to try: all of them, and, where they depend on one another, an independent set from each end."""
    n = design.shape[1]
    sets = [np.arange(n)]
    if np.linalg.matrix_rank(design) < n:
        for order in (range(n), [n - 1, *range(n - 1)], range(n - 1, -1, -1)):
            kept: list[int] = []
            for column in order:
                if np.linalg.matrix_rank(design[:, [*kept, column]]) > len(kept):
                    kept.append(column)
            sets.append(np.array(sorted(kept)))
    return sets


def fit_floor(examples: Examples, largest: int = 16) -> Expression | None:
    """(Σ coefficient · variable + offset) // divisor with a divisor of at most `largest`, on every row exactly."""
    values, wanted = examples.values.astype(np.float64), examples.wanted.astype(np.float64)
    design = np.hstack([values, np.ones((len(values), 1))])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    slopes = np.linalg.lstsq(design, wanted, rcond=None)[0][:-1]
    for divisor in range(2, largest + 1):
        coefficients = [int(round(slope * divisor)) for slope in slopes]
        if not any(coefficients) or any(abs(c) > _LARGEST for c in coefficients):
            continue
        total = examples.values @ np.array(coefficients)
        # wanted ≤ (total + offset) / divisor < wanted + 1
        least, most = (examples.wanted * divisor - total).max(), ((examples.wanted + 1) * divisor - 1 - total).min()
        if least > most or Fraction(coefficients[0], divisor).denominator == 1 and len(coefficients) == 1:
            continue
        offset = 0 if least <= 0 <= most else int(least if least > 0 else most)
        expression = combination(coefficients, offset, examples.variables) // divisor
        if examples.fits(expression):
            return expression
    return None
