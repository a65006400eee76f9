"""Functions of one small combination of the features: remainders, quotients, thresholds, absolute values, values held between bounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.regression.behaviour.fitting.rows import Rows
from pyssnn.regression.behaviour.fitting.sums import Sums, as_sum, compare
from pyssnn.regression.expression import Expression, apply, constant

_MODULI = range(2, 17)


def links(rows: Rows, sums: Sums) -> Iterator[Expression]:
    """Formulas that fit, for integers wanted; the simplest combination of each kind."""
    z, y = sums.values, rows.target
    low, high = int(y.min()), int(y.max())
    values = np.unique(y)
    if len(values) == 2:
        for condition in predicates(sums, y == high):
            yield apply("int", condition) if (low, high) == (0, 1) else apply("if", condition, high, low)
    yield from _remainders(sums, z, y, low, high)
    yield from _quotients(sums, z, y)
    yield from _absolute(sums, z, y, low)
    yield from _held(sums, z, y, low, high)


def _remainders(sums: Sums, z: np.ndarray, y: np.ndarray, low: int, high: int) -> Iterator[Expression]:
    if low < 0 or not 1 <= high < 1000:
        return
    for modulus in (high + 1, high + 2):
        shifts = (y[:, None] - z) % modulus
        for i in np.flatnonzero((shifts == shifts[0]).all(0))[:1]:
            yield apply("mod", as_sum(sums.coefficients[i], int(shifts[0, i])), modulus)


def _quotients(sums: Sums, z: np.ndarray, y: np.ndarray) -> Iterator[Expression]:
    if y.min() == y.max():
        return
    # (z + c) // M = y on all rows if and only if 0 ≤ z + c − M y < M on all of them.
    spread = int(np.ptp(z)) // max(int(np.ptp(y)), 1) + 2
    for divisor in range(2, min(spread, 130)):
        least = divisor * y[:, None] - z
        fits = np.flatnonzero(np.ptp(least, axis=0) < divisor)
        for i in fits[:1]:
            lowest, highest = int(least[:, i].max()), int(least[:, i].min()) + divisor - 1
            yield apply("div", as_sum(sums.coefficients[i], _nearest_zero(lowest, highest)), divisor)


def _absolute(sums: Sums, z: np.ndarray, y: np.ndarray, low: int) -> Iterator[Expression]:
    if low < 0:
        return
    for sign in (1, -1):
        offset = sign * y[0] - z[0]
        for i in np.flatnonzero((np.abs(z + offset) == y[:, None]).all(0))[:1]:
            yield apply("abs", as_sum(sums.coefficients[i], int(offset[i])))


def _held(sums: Sums, z: np.ndarray, y: np.ndarray, low: int, high: int) -> Iterator[Expression]:
    for lower, upper in ((low, None), (None, high), (low, high)):
        free = np.ones(len(y), bool)
        free &= True if lower is None else y > lower
        free &= True if upper is None else y < upper
        if not free.any() or free.all():
            continue
        offset = (y[free][0] - z[free][0])[None]
        made = np.clip(z + offset, lower, upper)
        for i in np.flatnonzero((made == y[:, None]).all(0))[:1]:
            formula = as_sum(sums.coefficients[i], int(offset[0, i]))
            formula = formula if lower is None else apply("max", formula, lower)
            yield formula if upper is None else apply("min", formula, upper)


def predicates(sums: Sums, wanted: np.ndarray) -> Iterator[Expression]:
    """Conditions that hold exactly where `wanted` does: a combination compared with a number, between two, or its remainder."""
    if not wanted.any() or wanted.all():
        yield apply("eq", constant(0), constant(0 if wanted.all() else 1))
        return
    yes, no = sums.values[wanted], sums.values[~wanted]
    yield from _thresholds(sums, yes, no)
    yield from _equalities(sums, yes, no)
    yield from _residues(sums, yes, no)
    yield from _intervals(sums, yes, no)


def _thresholds(sums: Sums, yes: np.ndarray, no: np.ndarray) -> Iterator[Expression]:
    for i in np.flatnonzero(yes.min(0) > no.max(0))[:1]:
        yield _above(sums.coefficients[i], int(no[:, i].max()), int(yes[:, i].min()))
    for i in np.flatnonzero(yes.max(0) < no.min(0))[:1]:
        yield _below(sums.coefficients[i], int(yes[:, i].max()), int(no[:, i].min()))


def _above(coefficients: np.ndarray, lower: int, upper: int) -> Expression:
    """z > b for the b nearest to 0 with lower ≤ b < upper."""
    bound = _nearest_zero(lower, upper - 1)
    return compare("gt", coefficients, bound) if bound != upper - 1 or abs(bound) <= abs(upper) else compare("ge", coefficients, upper)


def _below(coefficients: np.ndarray, lower: int, upper: int) -> Expression:
    bound = _nearest_zero(lower + 1, upper)
    return compare("lt", coefficients, bound) if bound != lower + 1 or abs(bound) <= abs(lower) else compare("le", coefficients, lower)


def _equalities(sums: Sums, yes: np.ndarray, no: np.ndarray) -> Iterator[Expression]:
    for one, others, negated in ((yes, no, False), (no, yes, True)):
        alone = (one == one[0]).all(0) & ~(others == one[0]).any(0)
        for i in np.flatnonzero(alone)[:1]:
            condition = compare("eq", sums.coefficients[i], int(one[0, i]))
            yield apply("not", condition) if negated else condition


def _residues(sums: Sums, yes: np.ndarray, no: np.ndarray) -> Iterator[Expression]:
    for modulus in _MODULI:
        ours, theirs = yes % modulus, no % modulus
        for one, others, negated in ((ours, theirs, False), (theirs, ours, True)):
            alone = (one == one[0]).all(0) & ~(others == one[0]).any(0)
            for i in np.flatnonzero(alone)[:1]:
                condition = apply("eq", apply("mod", as_sum(sums.coefficients[i]), modulus), int(one[0, i]))
                yield apply("not", condition) if negated else condition


def _intervals(sums: Sums, yes: np.ndarray, no: np.ndarray) -> Iterator[Expression]:
    for one, others, negated in ((yes, no, False), (no, yes, True)):
        lower, upper = one.min(0), one.max(0)
        for i in np.flatnonzero(~((others >= lower) & (others <= upper)).any(0))[:1]:
            z = sums.coefficients[i]
            condition = apply("and", compare("ge", z, int(lower[i])), compare("le", z, int(upper[i])))
            yield apply("not", condition) if negated else condition


def _nearest_zero(lower: int, upper: int) -> int:
    return min(max(0, lower), upper)
