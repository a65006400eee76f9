"""Units with selectors that are empty or cut off at an edge, as rows of equal length: what an edge hides is filled in from the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.distillation.selectors import Piece

Row = list[tuple[int, Piece]]
Kind = tuple[int, tuple[bool, int, bool]]
"""The source of a piece, and its kind (see `Piece`)."""
Filled = tuple[tuple[Kind, ...], np.ndarray, np.ndarray]


def fill(rows: list[Row], shapes: list[tuple[int, ...]], valid: list[np.ndarray | None]) -> Iterator[Filled]:
    """Ways to read the rows as one table, the plain one first.

    Args:
        rows: for each unit its (source, piece) pairs, in an order that units share.
        shapes: of each source.
        valid: which places of a source hold a neuron, None for all.

    Yields:
        the kind of each piece; (m, c) columns, coefficient and then lo, hi on each axis for each piece; (c,) which may be indices.
    """
    template = max(rows, key=len)
    kinds = tuple((source, piece.kind) for source, piece in template)
    indexable = np.array([flag for _, piece in template for flag in (False, *(True,) * (2 * len(piece.lo)))], bool)
    if all(tuple((source, piece.kind) for source, piece in row) == kinds for row in rows):
        table = np.array([[number for _, piece in row for number in _numbers(piece)] for row in rows], dtype=np.float64).reshape(
            len(rows), len(indexable)
        )
        yield kinds, table, indexable
    if any(piece.step > 1 or piece.diagonal for row in rows for _, piece in row):
        return
    table = _with_gaps(rows, template)
    if table is None:
        return
    for lower, upper in ((False, False), (False, True), (True, False), (True, True)):
        known = table.copy()
        _open_edges(known, template, shapes, valid, lower, upper)
        if np.isnan(known).any() and _complete(known, template) and _agrees(known, rows, template, shapes, valid):
            yield kinds, known, indexable


def _numbers(piece: Piece) -> list[float]:
    return [piece.coefficient, *(number for pair in zip(piece.lo, piece.hi, strict=True) for number in pair)]


def _with_gaps(rows: list[Row], template: Row) -> np.ndarray | None:
    """The rows under the template's pieces of equal source and coefficient, NaN where a row lacks one; None where one does not fit."""
    keys = [(source, piece.coefficient) for source, piece in template]
    if len(set(keys)) != len(keys):
        return None
    widths = [1 + 2 * len(piece.lo) for _, piece in template]
    starts = np.concatenate([[0], np.cumsum(widths)])
    table = np.full((len(rows), int(starts[-1])), np.nan)
    for number, row in enumerate(rows):
        used = set()
        for source, piece in row:
            key = source, piece.coefficient
            if key not in keys or key in used:
                return None
            used.add(key)
            at = int(starts[keys.index(key)])
            table[number, at : at + 1 + 2 * len(piece.lo)] = _numbers(piece)
    for position, at in enumerate(starts[:-1].tolist()):
        table[:, at] = keys[position][1]
    return table


def _open_edges(
    table: np.ndarray, template: Row, shapes: list[tuple[int, ...]], valid: list[np.ndarray | None], lower: bool, upper: bool
) -> None:
    at = 0
    for source, piece in template:
        for axis in range(len(piece.lo)):
            lo, hi = table[:, at + 1 + 2 * axis], table[:, at + 2 + 2 * axis]
            first, length = _edges(shapes[source], valid[source], axis)
            cut = lo != lo[~np.isnan(lo)][0] if (~np.isnan(lo)).any() else np.zeros(len(lo), bool)
            if lower and cut.any():
                lo[lo <= first] = np.nan
            if upper and (hi != hi[0]).any():
                hi[hi >= length] = np.nan
        at += 1 + 2 * len(piece.lo)


def _edges(shape: tuple[int, ...], valid: np.ndarray | None, axis: int) -> tuple[int, int]:
    """Where the entries of an array start and end on an axis."""
    if valid is None:
        return 0, shape[axis]
    places = np.flatnonzero(valid.any(axis=tuple(other for other in range(valid.ndim) if other != axis)))
    return int(places[0]), int(places[-1]) + 1


def _complete(table: np.ndarray, template: Row) -> bool:
    """Fill gaps in place, whether none is left: from columns that differ by a constant, add up to one, or are constant.

    An end that nothing else tells is as far from the start as in the other rows; the selector is empty where those do not agree.
    """
    if _fill_from_others(table):
        return True
    at = 0
    for _, piece in template:
        for axis in range(len(piece.lo)):
            lo, hi = table[:, at + 1 + 2 * axis], table[:, at + 2 + 2 * axis]
            lengths = np.unique((hi - lo)[~np.isnan(hi - lo)])
            length = lengths[0] if len(lengths) == 1 else 0
            unknown = np.isnan(hi) & ~np.isnan(lo)
            hi[unknown] = lo[unknown] + length
            unknown = np.isnan(lo) & ~np.isnan(hi)
            lo[unknown] = hi[unknown] - length
        at += 1 + 2 * len(piece.lo)
    return _fill_from_others(table)


def _fill_from_others(table: np.ndarray) -> bool:
    changed = True
    while changed and np.isnan(table).any():
        changed = False
        for column in np.flatnonzero(np.isnan(table).any(axis=0)):
            values = table[:, column]
            known = ~np.isnan(values)
            if known.sum() >= 2 and (values[known] == values[known][0]).all():
                values[~known] = values[known][0]
                changed = True
                continue
            for other in range(table.shape[1]):
                both = known & ~np.isnan(table[:, other])
                new = ~known & ~np.isnan(table[:, other])
                if other == column or both.sum() < 2 or not new.any() or np.ptp(table[both, other]) == 0:
                    continue
                for sign in (1, -1):
                    left = values[both] - sign * table[both, other]
                    if np.ptp(left) == 0:
                        values[new] = sign * table[new, other] + left[0]
                        changed = True
                        break
                if changed:
                    break
    return not np.isnan(table).any()


def _agrees(table: np.ndarray, rows: list[Row], template: Row, shapes: list[tuple[int, ...]], valid: list[np.ndarray | None]) -> bool:
    """Whether the filled table means the same weights as the rows."""
    for numbers, row in zip(table, rows, strict=True):
        left = {source: np.zeros(shapes[source]) for source, _ in [*template, *row]}
        at = 0
        for source, piece in template:
            bounds = numbers[at + 1 : at + 1 + 2 * len(piece.lo)].astype(int)
            part = tuple(slice(max(lo, 0), max(hi, 0)) for lo, hi in zip(bounds[::2], bounds[1::2], strict=True))
            left[source][part] += numbers[at]
            at += 1 + 2 * len(piece.lo)
        for source, piece in row:
            left[source][tuple(slice(lo, hi) for lo, hi in zip(piece.lo, piece.hi, strict=True))] -= piece.coefficient
        if any((array if valid[source] is None else array[valid[source]]).any() for source, array in left.items()):
            return False
    return True
