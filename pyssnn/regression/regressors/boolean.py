"""Functions of two-valued variables: of how many are true, and sums of products with as few products as a cover needs.

Rows that were not seen may take any value.

Source: McCluskey, *Minimization of Boolean functions*, 1956.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from pyssnn.regression.expression import Expression, apply, constant
from pyssnn.regression.regressors.examples import Examples

_MOST = 8
_POLARITIES = 6

Cube = tuple[int, ...]
"""For each variable 0 (false), 1 (true) or 2 (either)."""


def fit_boolean(examples: Examples) -> Expression | None:
    """The shortest of the forms for variables and wanted values of at most two values each; None where there are more."""
    examples = examples.relevant()
    ends = [_ends(column) for column in (*examples.values.T, examples.wanted)]
    if len(examples.variables) > _MOST or not examples.variables or any(end is None for end in ends):
        return None
    bits = np.column_stack([column == high for column, (_, high) in zip(examples.values.T, ends, strict=False)]).astype(int)
    truth = (examples.wanted == ends[-1][1]).astype(int)
    literals = [_literal(variable, low, high) for variable, (low, high) in zip(examples.variables, ends, strict=False)]
    numbers = [_number(variable, low, high) for variable, (low, high) in zip(examples.variables, ends, strict=False)]
    low, high = ends[-1]
    found = [_between(form, low, high) for form in (*_symmetric(bits, truth, numbers), *_two_level(bits, truth, literals))]
    found = [form for form in found if examples.fits(form)]
    return min(found, key=lambda form: form.bits(len(examples.variables)), default=None)


def _ends(column: np.ndarray) -> tuple[int, int] | None:
    values = np.unique(column)
    if len(values) > 2:
        return None
    if set(values.tolist()) <= {0, 1}:
        return 0, 1
    return int(values[0]), int(values[-1])


def _literal(variable: Expression, low: int, high: int) -> Expression:
    return apply("eq", variable, high)


def _number(variable: Expression, low: int, high: int) -> Expression:
    return variable if (low, high) == (0, 1) else apply("int", apply("eq", variable, high))


def _between(truth: Expression, low: int, high: int) -> Expression:
    """The value `high` where true, else `low`."""
    if (low, high) == (0, 1):
        return apply("add", truth, 0)
    return apply("if", truth if truth.type == "bool" else apply("eq", truth, 1), high, low)


def _symmetric(bits: np.ndarray, truth: np.ndarray, numbers: list[Expression]) -> Iterator[Expression]:
    """Forms of the number of true literals, over all choices of which variables are negated, but for the mirrored ones."""
    n = bits.shape[1]
    if n > _POLARITIES:
        return
    for negated in product((0, 1), repeat=n):
        counts = (bits ^ np.array(negated)).sum(axis=1)
        by_count = [set(truth[counts == c].tolist()) for c in range(n + 1)]
        if any(len(values) == 2 for values in by_count):
            continue
        total = constant(0)
        for number, minus in sorted(zip(numbers, negated, strict=True), key=lambda pair: pair[1]):
            total = total - number if minus else total + number
        shift = sum(negated)
        seen = {c: values.pop() for c, values in enumerate(by_count) if values}
        true = [c for c in seen if seen[c]]
        if all(seen[c] == c % 2 for c in seen):
            yield (total + shift) % 2 if shift else total % 2
        if all(seen[c] != c % 2 for c in seen):
            yield (total + (shift + 1)) % 2
        if len(true) == 1:
            yield apply("eq", total, true[0] - shift)
        if true and all(c in true for c in seen if c >= min(true)):
            yield apply("lt", min(true) - shift - 1, total)


def _two_level(bits: np.ndarray, truth: np.ndarray, literals: list[Expression]) -> Iterator[Expression]:
    """A sum of products for the true rows, and the negation of one for the false rows."""
    n = bits.shape[1]
    rows = {tuple(row): int(value) for row, value in zip(bits.tolist(), truth, strict=True)}
    for wanted in (1, 0):
        on = [row for row, value in rows.items() if value == wanted]
        off = [row for row, value in rows.items() if value != wanted]
        if not on or not off:
            continue
        terms = [_product(cube, literals) for cube in _cover(on, _primes(n, off))]
        form = terms[0]
        for term in terms[1:]:
            form = apply("or", form, term)
        yield form if wanted else apply("not", form)


def _product(cube: Cube, literals: list[Expression]) -> Expression:
    parts = [literal if value else apply("not", literal) for value, literal in zip(cube, literals, strict=True) if value < 2]
    form = parts[0]
    for part in parts[1:]:
        form = apply("and", form, part)
    return form


def _primes(n: int, off: list[Cube]) -> list[Cube]:
    """The largest cubes that hold no row that is off."""
    rows = np.array(off)
    cubes = [cube for cube in product((0, 1, 2), repeat=n) if any(v < 2 for v in cube)]
    fixed = np.array(cubes)
    clash = ((fixed[:, None, :] != 2) & (fixed[:, None, :] != rows[None])).any(axis=2).all(axis=1)
    free = {cube for cube, good in zip(cubes, clash, strict=True) if good}
    return [
        cube
        for cube in free
        if not any(cube[i] < 2 and (*cube[:i], 2, *cube[i + 1 :]) in free for i in range(n))
    ]


def _cover(on: list[Cube], primes: list[Cube]) -> list[Cube]:
    """Cubes that together hold every row: those that alone hold one, then the ones that hold most, then those not needed dropped."""
    holds = {cube: {row for row in on if all(v in (2, r) for v, r in zip(cube, row, strict=True))} for cube in primes}
    order = sorted(primes, key=lambda cube: (sum(v < 2 for v in cube), cube))
    left, chosen = set(on), []
    for row in on:
        single = [cube for cube in order if row in holds[cube]]
        if len(single) == 1 and single[0] not in chosen:
            chosen.append(single[0])
            left -= holds[single[0]]
    while left:
        best = max(order, key=lambda cube: len(holds[cube] & left))
        chosen.append(best)
        left -= holds[best]
    for cube in list(chosen):
        others = [other for other in chosen if other != cube]
        if others and set(on) <= set().union(*(holds[other] for other in others)):
            chosen = others
    return chosen
