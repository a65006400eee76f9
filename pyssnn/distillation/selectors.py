"""One unit's weights on one array as a short sum of coefficient × box.

Decomposition is additive: a column of −1 across a row of +1 leaves 0 where they cross, which no matching of equal weights explains. It is
greedy: whole array, then runs of rows, columns, …, then boxes, each taken where it makes more entries 0 than it spoils. A `Style`
fixes what is tried first; the caller tries several and keeps the shortest, because what is shortest depends on the whole family.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, order=True)
class Piece:
    """A coefficient on the box lo ≤ place < hi of an array.

    Attributes:
        cyclic: places are taken modulo the lengths.
        step: of an array of one axis, only every such place from lo on.
        diagonal: of an array of two axes, the entries whose second place is the first plus lo[0], modulo the second length where `cyclic`.
    """

    coefficient: float
    lo: tuple[int, ...]
    hi: tuple[int, ...]
    cyclic: bool = False
    step: int = 1
    diagonal: bool = False

    @property
    def kind(self) -> tuple[bool, int, bool]:
        """What tells how its bounds are meant: cyclic, step, diagonal."""
        return self.cyclic, self.step, self.diagonal

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many places it spans on each axis."""
        return tuple(b - a for a, b in zip(self.lo, self.hi, strict=True))


@dataclass(frozen=True)
class Style:
    """What is tried: the whole array first (`base`), and runs of slabs before boxes (`slabs`); on one axis every `step`-th place; on two
    axes before all else diagonals, "cut" off at the edges or "round" them."""

    base: bool
    slabs: bool
    step: int = 1
    diagonals: str = ""


STYLES = (
    Style(base=True, slabs=True),
    Style(base=False, slabs=True),
    Style(base=False, slabs=False),
    Style(base=True, slabs=False),
    Style(base=False, slabs=True, step=2),
    Style(base=False, slabs=True, step=3),
    Style(base=True, slabs=True, diagonals="cut"),
    Style(base=True, slabs=True, diagonals="round"),
)


def decompose(weights: np.ndarray, valid: np.ndarray | None, style: Style, most: int) -> tuple[Piece, ...] | None:
    """Pieces whose sum is the array, wherever `valid`; None where more than `most` are needed.

    Args:
        weights: any number of axes; 0 where not valid.
        valid: the same shape, bool, or None where every entry counts.
    """
    if weights.ndim == 0:
        return (Piece(float(weights), (), ()),) if weights else ()
    if style.step > 1:
        return _strided(weights, style.step, most) if weights.ndim == 1 and weights.shape[0] > style.step else None
    if style.diagonals and (weights.ndim != 2 or valid is not None):
        return None
    rest, pieces = weights.astype(np.float64), []
    if style.base:
        piece = _base(rest, valid)
        if piece is not None:
            pieces.append(piece)
            _take(rest, valid, piece)
    while rest.any():
        if len(pieces) >= most:
            return None
        piece = _diagonal(rest, style.diagonals == "round") if style.diagonals else None
        piece = piece or (_run(rest, valid) if style.slabs else None) or _box(rest)
        pieces.append(piece)
        _take(rest, valid, piece)
    return tuple(pieces) if valid is None else tuple(_tight(piece, valid) for piece in pieces)


def _tight(piece: Piece, valid: np.ndarray) -> Piece:
    """The piece of least extent on the same valid entries; the whole array where those are all."""
    inside = valid[tuple(slice(a, b) for a, b in zip(piece.lo, piece.hi, strict=True))]
    if inside.sum() == valid.sum():
        return Piece(piece.coefficient, (0,) * valid.ndim, valid.shape)
    places = [np.flatnonzero(inside.any(axis=tuple(other for other in range(valid.ndim) if other != axis))) for axis in range(valid.ndim)]
    lo = tuple(start + int(found[0]) for start, found in zip(piece.lo, places, strict=True))
    hi = tuple(start + int(found[-1]) + 1 for start, found in zip(piece.lo, places, strict=True))
    return Piece(piece.coefficient, lo, hi)


def _strided(weights: np.ndarray, step: int, most: int) -> tuple[Piece, ...] | None:
    """Runs of equal entries `step` places apart. One that goes on to the end ends there, whatever the length leaves over."""
    length, left, pieces = len(weights), set(np.flatnonzero(weights).tolist()), []
    while left:
        first = last = min(left)
        while last + step in left and weights[last + step] == weights[first]:
            last += step
        left -= set(range(first, last + 1, step))
        pieces.append(Piece(float(weights[first]), (first,), (length if last + step >= length else last + 1,), step=step))
    return tuple(pieces) if len(pieces) <= most else None


def _take(rest: np.ndarray, valid: np.ndarray | None, piece: Piece) -> None:
    if piece.diagonal:
        rest[diagonal_places(piece.lo[0], rest.shape, piece.cyclic)] -= piece.coefficient
        return
    part = tuple(slice(a, b) for a, b in zip(piece.lo, piece.hi, strict=True))
    rest[part] -= piece.coefficient if valid is None else piece.coefficient * valid[part]


def diagonal_places(away: int, shape: tuple[int, ...], cyclic: bool) -> tuple[np.ndarray, np.ndarray]:
    """The places of an array of two axes whose second is the first plus `away`, modulo the second length or cut off."""
    first = np.arange(shape[0])
    second = first + away
    if cyclic:
        return first, second % shape[1]
    inside = (second >= 0) & (second < shape[1])
    return first[inside], second[inside]


def _diagonal(rest: np.ndarray, cyclic: bool) -> Piece | None:
    """The longest diagonal of one value; None where there is none of two entries (of three, if it may go round)."""
    best, found = 2 if cyclic else 1, None
    for away in range(rest.shape[1]) if cyclic else range(1 - rest.shape[0], rest.shape[1]):
        values = rest[diagonal_places(away, rest.shape, cyclic)]
        if len(values) > best and values[0] != 0 and (values == values[0]).all():
            best, found = len(values), Piece(float(values[0]), (away, 0), (away + 1, rest.shape[1]), cyclic=cyclic, diagonal=True)
    return found


def _base(rest: np.ndarray, valid: np.ndarray | None) -> Piece | None:
    numbers, counts = np.unique(rest if valid is None else rest[valid], return_counts=True)
    zeros = int(counts[numbers == 0].sum())
    if not len(numbers) or counts.max() <= zeros:
        return None
    return Piece(float(numbers[counts.argmax()]), (0,) * rest.ndim, rest.shape)


def _run(rest: np.ndarray, valid: np.ndarray | None) -> Piece | None:
    """The run of slabs of one value that makes most entries 0, less those it spoils; None where none gains."""
    numbers = np.unique(rest[rest != 0])
    if len(numbers) > 24:
        return None
    best, found = 0, None
    zero = rest == 0
    if valid is not None:
        zero &= valid
    hits = [(float(number), rest == number) for number in numbers]
    for axis in range(rest.ndim):
        others = tuple(other for other in range(rest.ndim) if other != axis)
        spoilt = zero.sum(axis=others) if others else zero.astype(int)
        for number, hit in hits:
            gain = (hit.sum(axis=others) if others else hit.astype(int)) - spoilt
            lo, total = 0, 0
            for place, value in enumerate([*gain.tolist(), 0]):
                if value > 0:
                    lo, total = (place if not total else lo), total + value
                else:
                    if total > best:
                        best = total
                        found = Piece(
                            number,
                            (0,) * axis + (lo,) + (0,) * (rest.ndim - axis - 1),
                            rest.shape[:axis] + (place,) + rest.shape[axis + 1 :],
                        )
                    total = 0
    return found


def _box(rest: np.ndarray) -> Piece:
    """The larger of two boxes of one value that start at the first entry that is not 0: grown from the last axis up, or the first down."""
    start = tuple(int(place[0]) for place in np.nonzero(rest))
    value = rest[start]
    best: Piece | None = None
    for axes in (range(rest.ndim - 1, -1, -1), range(rest.ndim)):
        hi = [place + 1 for place in start]
        for axis in axes:
            while hi[axis] < rest.shape[axis]:
                slab = tuple(
                    slice(a, b) if other != axis else slice(hi[axis], hi[axis] + 1)
                    for other, (a, b) in enumerate(zip(start, hi, strict=True))
                )
                if not (rest[slab] == value).all():
                    break
                hi[axis] += 1
        piece = Piece(float(value), start, tuple(hi))
        if best is None or np.prod(piece.lengths) > np.prod(best.lengths):
            best = piece
    assert best is not None
    return best
