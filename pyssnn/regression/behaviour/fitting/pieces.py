"""Formulas by cases: each case a small combination of the features, told from the rest by a condition on another."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.behaviour.fitting.links import predicates
from pyssnn.regression.behaviour.fitting.rows import Rows
from pyssnn.regression.behaviour.fitting.sums import Sums, as_sum, compare
from pyssnn.regression.expression import Expression, apply, constant

_CASES = 14
_COMPARED = 30


def two_cases(rows: Rows, sums: Sums) -> Expression | None:
    """The shortest ``a if p else b``, or ``max(a, b)`` or ``min(a, b)``, of simple parts that fits."""
    formulas, right = _simple(rows, sums)
    found: list[Expression] = []
    for i in range(len(formulas)):
        for j in range(i + 1, len(formulas)):
            if not (right[i] | right[j]).all():
                continue
            both = right[i] & right[j]
            for op in ("max", "min"):
                formula = apply(op, formulas[i], formulas[j])
                if rows.fits(formula):
                    found.append(formula)
            for condition in predicates(sums.only(~both), right[i][~both]):
                found.append(apply("if", condition, formulas[i], formulas[j]))
                break
    return min(found, key=lambda formula: formula.bits(rows.n_features), default=None)


def several_cases(rows: Rows, sums: Sums, most: int, width: int, reach: int) -> Expression | None:
    """``a if p else b if q else … c``, at most `most` conditions, each the one that covers most rows; at first the `width` best are tried.

    Conditions are on the simplest `reach` combinations.
    """
    values = np.unique(rows.target)
    if len(values) == 1:
        return constant(int(values[0]))
    formulas, right = _simple(rows, sums)
    for formula, good in zip(formulas, right, strict=True):
        if good.all():
            return formula
    if most == 0:
        return None
    options = [(cover, -i, condition, formulas[i]) for i in range(len(formulas)) for cover, condition in _implying(sums.first(reach), right[i])]
    options.sort(key=lambda option: (-option[0].sum(), -option[1]))
    for cover, _, condition, formula in options[:width]:
        rest = several_cases(rows.only(~cover), sums.only(~cover), most - 1, max(width - 2, 1), reach)
        if rest is not None:
            return apply("if", condition, formula, rest)
    return None


def _simple(rows: Rows, sums: Sums) -> tuple[list[Expression], list[np.ndarray]]:
    """Constants and shifted combinations that are right on most rows, and where each is."""
    values, counts = np.unique(rows.target, return_counts=True)
    options = [(constant(int(values[i])), rows.target == values[i]) for i in np.argsort(-counts)[:4]]
    few = sums.first(40)
    apart = rows.target[:, None] - few.values
    for i in range(apart.shape[1]):
        shifts, times = np.unique(apart[:, i], return_counts=True)
        for k in np.argsort(-times)[:2]:
            options.append((as_sum(few.coefficients[i], int(shifts[k])), apart[:, i] == shifts[k]))
    options.sort(key=lambda option: -int(option[1].sum()))
    chosen: dict[bytes, tuple[Expression, np.ndarray]] = {}
    for formula, good in options:
        key = good.tobytes()
        if key not in chosen or formula.bits(rows.n_features) < chosen[key][0].bits(rows.n_features):
            chosen[key] = (formula, good)
    kept = list(chosen.values())[:_CASES]
    return [formula for formula, _ in kept], [good for _, good in kept]


def _implying(sums: Sums, right: np.ndarray) -> list[tuple[np.ndarray, Expression]]:
    """Conditions that hold only where `right` does, with where they hold: the widest threshold above, below, and the most common value."""
    z, wrong = sums.values, sums.values[~right]
    options: list[tuple[np.ndarray, Expression]] = []
    for op, bounds, covers in (("gt", wrong.max(0), z > wrong.max(0)), ("lt", wrong.min(0), z < wrong.min(0))):
        i = int(covers.sum(0).argmax())
        if covers[:, i].any():
            options.append((covers[:, i], compare(op, sums.coefficients[i], int(bounds[i]))))
    best: tuple[np.ndarray, Expression] | None = None
    for i in range(min(z.shape[1], _COMPARED)):
        for value in np.setdiff1d(z[right, i], wrong[:, i])[:8]:
            cover = z[:, i] == value
            if best is None or cover.sum() > best[0].sum():
                best = (cover, compare("eq", sums.coefficients[i], int(value)))
    return options + ([best] if best else [])
