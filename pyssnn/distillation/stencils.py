"""Families whose units read the same window at every place of a ring or torus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.distillation.selectors import STYLES, Piece, decompose


@dataclass(frozen=True, eq=False)
class Stencil:
    """Units that are one another's translations.

    Attributes:
        rows: (m,) which units.
        shifts: (m, axes) int, the place of each on the torus.
        pieces: for each source the pieces, cyclic ones relative to a unit's place.
    """

    rows: np.ndarray
    shifts: np.ndarray
    pieces: tuple[tuple[Piece, ...], ...]


def stencils(stack: np.ndarray, most: int) -> list[Stencil] | None:
    """The units as few stencils; None where one is no stencil (the same weights everywhere) or needs more than `most` pieces.

    Args:
        stack: (m, sources, *shape), the units' weights on arrays of one shape.
    """
    shape, pending, found = stack.shape[2:], list(range(len(stack))), []
    while pending:
        reference = stack[pending[0]]
        bases = [_mode(part) for part in reference]
        marked = _rarest(reference, bases)
        if marked is None:
            return None
        source, value, origin = marked
        rows, shifts = [], []
        for unit in pending:
            for place in np.argwhere(stack[unit, source] == value):
                shift = tuple(int(step) for step in (place - origin) % np.array(shape))
                if np.array_equal(np.roll(reference, shift, axis=tuple(range(1, reference.ndim))), stack[unit]):
                    rows.append(unit)
                    shifts.append(shift)
                    break
        taken = set(rows)
        pending = [unit for unit in pending if unit not in taken]
        placed = _pieces(reference, bases, most)
        if placed is None:
            return None
        anchor, pieces = placed
        found.append(Stencil(np.array(rows), (np.array(shifts) + np.array(anchor)) % np.array(shape), pieces))
    return found


def _words(pieces: tuple[Piece, ...]) -> int:
    """Numbers to write down: a coefficient, and on each axis one for a point, two for a range."""
    return sum(1 + sum(1 if length == 1 else 2 for length in piece.lengths) for piece in pieces)


def _mode(part: np.ndarray) -> float:
    numbers, counts = np.unique(part, return_counts=True)
    return float(numbers[counts.argmax()]) if 2 * counts.max() > part.size else 0.0


def _rarest(reference: np.ndarray, bases: list[float]) -> tuple[int, float, np.ndarray] | None:
    best: tuple[int, int, float] | None = None
    for source, part in enumerate(reference):
        numbers, counts = np.unique(part, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            if number != bases[source] and (best is None or count < best[0]):
                best = count, source, number
    if best is None:
        return None
    return best[1], best[2], np.argwhere(reference[best[1]] == best[2])[0]


def _pieces(reference: np.ndarray, bases: list[float], most: int) -> tuple[tuple[int, ...], tuple[tuple[Piece, ...], ...]] | None:
    """The middle of the smallest window that holds all that differs from the bases, and the pieces relative to it."""
    shape = reference.shape[1:]
    differs = np.any([part != base for part, base in zip(reference, bases, strict=True)], axis=0)
    starts, lengths = [], []
    for axis, length in enumerate(shape):
        touched = np.flatnonzero(differs.any(axis=tuple(other for other in range(len(shape)) if other != axis)))
        gaps = np.diff([*touched, touched[0] + length])
        last = int(gaps.argmax())
        starts.append(int(touched[(last + 1) % len(touched)]))
        lengths.append(int(length - gaps[last] + 1))
    middle = [(length - 1) // 2 for length in lengths]
    anchor = tuple((start + half) % length for start, half, length in zip(starts, middle, shape, strict=True))
    found = []
    for part, base in zip(reference, bases, strict=True):
        window = np.roll(part - base, [-start for start in starts], axis=tuple(range(len(shape))))[
            tuple(slice(0, length) for length in lengths)
        ]
        options = [
            pieces
            for style in STYLES
            if style.step == 1 and not style.diagonals and (pieces := decompose(window, None, style, most)) is not None
        ]
        if not options:
            return None
        pieces = [Piece(base, (0,) * len(shape), shape)] if base else []
        for piece in min(options, key=_words):
            lo = tuple(place - half for place, half in zip(piece.lo, middle, strict=True))
            hi = tuple(place - half for place, half in zip(piece.hi, middle, strict=True))
            pieces.append(Piece(piece.coefficient, lo, hi, cyclic=True))
        found.append(tuple(pieces))
    return anchor, tuple(found)
