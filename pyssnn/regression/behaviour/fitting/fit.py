"""A short formula for a table of examples: exact families first, cases then, the core's search last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pyssnn.regression.behaviour.fitting.affine import affine, affine_modulo
from pyssnn.regression.behaviour.fitting.links import links
from pyssnn.regression.behaviour.fitting.pieces import several_cases, two_cases
from pyssnn.regression.behaviour.fitting.rows import Rows, place
from pyssnn.regression.behaviour.fitting.searching import search
from pyssnn.regression.behaviour.fitting.sums import Sums, as_sum
from pyssnn.regression.expression import Expression, apply, constant

_ROWS = 1200
_SEARCHED = 5
_REACH = 300


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    Attributes:
        cases: conditions that a formula by cases may have; 0 leaves cases out.
        programs: of the core's search; 0 leaves it out.
    """

    cases: int = 3
    programs: int = 30_000


def fit(rows: Rows, effort: Effort | None = None) -> Expression | None:
    """The shortest formula found that is right on all rows, over the features' places; None if none was found."""
    effort = effort or Effort()
    if len(rows) == 0:
        return constant(0)
    found = min(_families(rows), key=lambda formula: formula.bits(rows.n_features), default=None)
    if found is not None or rows.n_features == 0:
        return found
    some = rows.some(_ROWS)
    sums = Sums.over(some)
    if effort.cases:
        found = [two_cases(some, sums), several_cases(some, sums, effort.cases, 4, rows.n_features)]
        if found == [None, None]:
            found = [several_cases(some, sums, effort.cases, 2, _REACH)]
        cases = [formula for formula in found if formula is not None and rows.fits(formula)]
        if cases:
            return min(cases, key=lambda formula: formula.bits(rows.n_features))
    if effort.programs and rows.n_features <= _SEARCHED:
        return _reduced(rows, some, sums, effort) or search(rows, _constants(rows), effort.programs)
    return None


def _families(rows: Rows) -> Iterator[Expression]:
    if rows.target.min() == rows.target.max():
        yield constant(int(rows.target[0]))
        return
    if rows.n_features == 0:
        return
    for i in range(rows.n_features):
        if rows.fits(place(i)):
            yield place(i)
            return
    for family in (affine, affine_modulo):
        formula = family(rows)
        if formula is not None:
            yield formula
    some = rows.some(_ROWS)
    for formula in links(some, Sums.over(some)):
        if rows.fits(formula):
            yield formula
    yield from _with_more(rows)


def _with_more(rows: Rows) -> Iterator[Expression]:
    """Combinations with absolute values, remainders by 2 or 3, or one product of two features among them."""
    m = rows.n_features
    if m > 4 or np.abs(rows.columns).max() > 2**30:
        return
    extras = [tuple(apply("abs", place(i)) for i in range(m))] if rows.columns.min() < 0 else []
    extras += [tuple(place(i) % modulus for i in range(m)) for modulus in (2, 3)]
    extras += [(place(i) * place(j),) for i, j in combinations(range(m), 2)]
    for extra in extras:
        wider = Rows(np.column_stack([rows.columns, *(rows.values(feature) for feature in extra)]), rows.target)
        for family in (affine, affine_modulo):
            formula = family(wider)
            if formula is not None:
                yield formula.substitute((*(place(k) for k in range(m)), *extra), ())
                return


def _reduced(rows: Rows, some: Rows, sums: Sums, effort: Effort) -> Expression | None:
    """A search over one combination alone, where what is wanted depends on nothing else."""
    if rows.n_features < 2:
        return None
    order = np.argsort(sums.values, axis=0, kind="stable")
    z, y = np.take_along_axis(sums.values, order, 0), some.target[order]
    depends = ~((z[1:] == z[:-1]) & (y[1:] != y[:-1])).any(0)
    distinct = (z[1:] != z[:-1]).sum(0) + 1
    options = [i for i in np.argsort(distinct, kind="stable") if depends[i] and 2 * distinct[i] <= len(some)]
    for i in options[:2]:
        narrow = Rows.of((rows.columns @ sums.coefficients[i])[:, None], rows.target)
        if narrow is None:
            continue
        formula = fit(narrow, Effort(0, effort.programs // 2))
        if formula is not None:
            return formula.substitute((as_sum(sums.coefficients[i]),), ())
    return None


def _constants(rows: Rows) -> list[int]:
    high = int(rows.target.max())
    return [0, 1, 2, *([high + 1] if 2 <= high < 1000 else [])]
