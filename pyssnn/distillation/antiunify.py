"""Rows of numbers as one family: the fewest indices of which every number is an affine function, and the domain they run over.

Plotkin's least general generalisation (1970) with numbers for terms: a column that is the same in all rows stays a literal, a column that
is an integer-affine function of earlier ones is expressed by them, another becomes an index itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd

import numpy as np

MAX_SPLIT = 64


@dataclass(frozen=True, eq=False)
class Family:
    """Rows that are affine in indices.

    Attributes:
        rows: (m,) which rows.
        indices: (m, k) int, the index tuple of each; they fill the domain.
        extents: index k runs from 0 to extents[k] − 1.
        relations: (first, second, "<" | "<=" | "!=") between indices.
        columns: for each column the constant and (index, multiple) pairs.
    """

    rows: np.ndarray
    indices: np.ndarray
    extents: tuple[int, ...]
    relations: tuple[tuple[int, int, str], ...]
    columns: tuple[tuple[Fraction, tuple[tuple[int, Fraction], ...]], ...]


def exact(value: float) -> Fraction:
    """The rational that a float stands for: of a denominator up to 10⁶ where it rounds to the float, else the float itself."""
    near = Fraction(value).limit_denominator(10**6)
    return near if float(near) == value else Fraction(value)


def families(columns: np.ndarray, indexable: np.ndarray, first: tuple[int, ...] = ()) -> list[Family]:
    """The rows as few families.

    Args:
        columns: (m, c) float64, rows that differ from one another.
        indexable: (c,) bool, the columns of integers that may become an index; others only where no index is needed beside them.
        first: columns to be indices before any other.
    """
    pending, found = [np.arange(len(columns))], []
    while pending:
        rows = pending.pop()
        family = _family(columns, rows, indexable, first)
        if family is not None:
            found.append(family)
        else:
            pending.extend(_split(columns, rows, indexable, first))
    return sorted(found, key=lambda family: int(family.rows.min()))


def family(columns: np.ndarray, indexable: np.ndarray, first: tuple[int, ...] = ()) -> Family | None:
    """All rows as one family, or None."""
    return _family(columns, np.arange(len(columns)), indexable, first)


def _family(columns: np.ndarray, rows: np.ndarray, indexable: np.ndarray, first: tuple[int, ...]) -> Family | None:
    part = columns[rows]
    others = [column for column in range(part.shape[1]) if column not in first]
    # The columns of least range second: an index is rarely a sum of others.
    for order in (others, sorted(others, key=lambda column: float(np.ptp(part[:, column])))):
        basis = _basis(part, indexable, [*first, *order])
        domain = _domain(basis) if basis is not None else None
        if domain is None:
            continue
        indices, extents, relations = domain
        fitted = [_affine(indices, part[:, column]) for column in range(part.shape[1])]
        if all(fit is not None for fit in fitted):
            return Family(rows, indices, extents, relations, tuple(fit for fit in fitted if fit is not None))
        break
    return None


def _basis(part: np.ndarray, indexable: np.ndarray, order: list[int]) -> np.ndarray | None:
    """(m, k) int: columns of which all others are affine functions, divided by the step of their values; None where there is none."""
    varying = [column for column in order if (part[:, column] != part[0, column]).any()]
    chosen: list[np.ndarray] = []
    for column in sorted(varying, key=lambda column: not indexable[column]):
        values = part[:, column]
        if chosen and _affine(np.stack(chosen, axis=1), values) is not None:
            continue
        if indexable[column]:
            index = _unit_steps(np.rint(values).astype(np.int64))
        else:
            # Such as thresholds: the first index belongs to the largest bias, that is the lowest threshold.
            levels = np.unique(values)
            if chosen and len(levels) < 3:
                return None
            steps = np.diff(levels)
            if len(steps) and not np.allclose(steps, steps[0], rtol=1e-9, atol=0):
                return None
            index = np.rint((levels[-1] - values) / steps[0]).astype(np.int64)
        chosen.append(index)
        if len(chosen) > 4:
            return None
    return np.stack(chosen, axis=1) if chosen else np.zeros((len(part), 0), np.int64)


def _unit_steps(values: np.ndarray) -> np.ndarray:
    """The values divided by the step between them, so that they keep their origin where they can (0, 1, 2, … stay as they are)."""
    step = gcd(*(int(value) for value in np.unique(values - values.min())))
    return values if step <= 1 else (values - values.min()) // step


def _domain(basis: np.ndarray) -> tuple[np.ndarray, tuple[int, ...], tuple[tuple[int, int, str], ...]] | None:
    """The basis shifted to start at 0, its extents, and the relations with which it is all of its domain; None where it is not."""
    count, width = basis.shape
    if width == 0:
        return (basis, (), ()) if count == 1 else None
    lo, hi = basis.min(axis=0), basis.max(axis=0) + 1
    if np.prod((hi - lo).astype(float)) == count:
        return basis - lo, tuple(int(length) for length in hi - lo), ()
    relations = []
    for one, two in combinations(range(width), 2):
        difference = basis[:, two] - basis[:, one]
        if (
            max(lo[one], lo[two]) >= min(hi[one], hi[two])
            or not (difference != 0).all()
            and not ((difference >= 0).all() or (difference <= 0).all())
        ):
            continue
        lo[[one, two]], hi[[one, two]] = min(lo[one], lo[two]), max(hi[one], hi[two])
        if (difference > 0).all():
            relations.append((one, two, "<"))
        elif (difference < 0).all():
            relations.append((two, one, "<"))
        elif (difference != 0).all():
            relations.append((one, two, "!="))
        else:
            relations.append((one, two, "<=") if (difference >= 0).all() else (two, one, "<="))
    lengths = hi - lo
    if not relations or np.prod(lengths.astype(float)) > 4e6:
        return None
    grid = np.indices(tuple(lengths)).reshape(width, -1)
    inside = np.ones(grid.shape[1], bool)
    for one, two, kind in relations:
        inside &= grid[one] < grid[two] if kind == "<" else grid[one] <= grid[two] if kind == "<=" else grid[one] != grid[two]
    if inside.sum() != count:
        return None
    return basis - lo, tuple(int(length) for length in lengths), tuple(relations)


def _affine(indices: np.ndarray, values: np.ndarray) -> tuple[Fraction, tuple[tuple[int, Fraction], ...]] | None:
    """The values as a constant plus multiples of the indices, exactly; None where they are not."""
    if (values == values[0]).all():
        return exact(float(values[0])), ()
    if indices.shape[1] == 0:
        return None
    design = np.hstack([indices, np.ones((len(indices), 1))])
    solution, _, rank, _ = np.linalg.lstsq(design, values, rcond=None)
    if rank < design.shape[1]:
        return None
    multiples = [Fraction(float(value)).limit_denominator(64) for value in solution[:-1]]
    left = values - indices @ np.array([float(multiple) for multiple in multiples])
    if np.ptp(left) > 1e-9 * max(1.0, np.abs(values).max()):
        return None
    constant = exact(float(values[0])) - sum(
        (multiple * int(index) for multiple, index in zip(multiples, indices[0], strict=True)), Fraction(0)
    )
    return constant, tuple((position, multiple) for position, multiple in enumerate(multiples) if multiple)


def _split(columns: np.ndarray, rows: np.ndarray, indexable: np.ndarray, first: tuple[int, ...]) -> list[np.ndarray]:
    """Parts of equal values in one column: the column that leaves fewest parts, those counting double that are no family yet."""
    best: tuple[float, list[np.ndarray]] | None = None
    for column in range(columns.shape[1]):
        values = columns[rows, column]
        levels = np.unique(values)
        if not 2 <= len(levels) <= MAX_SPLIT:
            continue
        parts = [rows[values == level] for level in levels]
        cost = sum(1.0 if _family(columns, part, indexable, first) is not None else 3.0 for part in parts)
        if best is None or cost < best[0]:
            best = cost, parts
    if best is not None:
        return best[1]
    return [rows[place : place + 1] for place in range(len(rows))]
