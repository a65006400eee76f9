"""One layer's neurons, and the ways in which some of them can be seen as groups."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pyssnn.distillation.antiunify import Family, families, family
from pyssnn.distillation.ir import Affine, Group, Poly, Relation, Span, Term
from pyssnn.distillation.network import Layer
from pyssnn.distillation.selectors import STYLES, Piece, Style, decompose
from pyssnn.distillation.shapes import term_structure
from pyssnn.distillation.stencils import stencils
from pyssnn.distillation.wildcards import Kind, fill


class NotCompact(Exception):
    """The network has no program shorter than its weights; says which layer."""


@dataclass(frozen=True, eq=False)
class Source:
    """An array that a layer reads: the neurons (or inputs) at its places, −1 where there is none."""

    name: str
    ids: np.ndarray

    @property
    def valid(self) -> np.ndarray | None:
        """Which places hold a neuron; None for all."""
        inside = self.ids >= 0
        return None if inside.all() else inside


@dataclass(frozen=True, eq=False)
class Found:
    """Units of one formula, before it has a name: terms by source, and where its columns came from."""

    units: np.ndarray
    family: Family
    pieces: tuple[Kind, ...]
    """The kind of each piece, whose columns are its coefficient and then lo, hi on each axis; the bias and positions follow."""


class Reader:
    """One layer's neurons, and ways to see them as groups."""

    def __init__(self, layer: Layer, sources: list[Source], last: bool) -> None:
        self.layer, self.sources, self.last = layer, sources, last
        self.valid = [source.valid for source in sources]
        self.stacks = []
        for source, valid in zip(sources, self.valid, strict=True):
            stack = layer.weights[source.ids.ravel()].T.reshape((layer.n_outputs, *source.ids.shape))
            self.stacks.append(stack if valid is None else np.where(valid, stack, 0.0))
        self.most = [max(12, source.ids.size // 3) for source in sources]
        self.positions = (
            np.stack(np.unravel_index(np.arange(layer.n_outputs), layer.shape), axis=1) if last else np.zeros((layer.n_outputs, 0), int)
        )
        self.memory: dict[tuple[int, int, Style], tuple[Piece, ...] | None] = {}

    def pieces(self, unit: int, source: int, style: Style) -> tuple[Piece, ...] | None:
        key = unit, source, style
        if key not in self.memory:
            self.memory[key] = decompose(self.stacks[source][unit], self.valid[source], style, self.most[source])
        return self.memory[key]

    def of_one_colour(self, units: np.ndarray) -> list[Found]:
        """One class as few groups."""
        boxes = self.as_boxes(units, whole=True)
        if boxes is not None:
            return boxes
        windows = self.as_windows(units)
        if windows is not None and 4 * len(windows) <= len(units):
            return windows
        boxes = self.as_boxes(units)
        return windows if windows is not None and len(windows) < len(boxes) else boxes

    def joined(self, units: np.ndarray, style: Style) -> Found | None:
        """Units of several colours as one family, coefficients and bias affine as well."""
        rows = []
        for unit in units.tolist():
            row = []
            for source in range(len(self.sources)):
                pieces = self.pieces(unit, source, style)
                if pieces is None:
                    return None
                row += [(source, piece) for piece in pieces]
            rows.append(sorted(row, key=_by_length))
        filled = fill(rows, [source.ids.shape for source in self.sources], self.valid)
        for kinds, columns, indexable in filled:
            columns, indexable, first = self.with_ends(units, columns, indexable)
            one = family(columns, indexable, first)
            if one is not None and len(one.extents) <= 3:
                return Found(units, one, kinds)
        return None

    def with_ends(self, units: np.ndarray, columns: np.ndarray, indexable: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        positions = self.positions[units]
        width = columns.shape[1] + 1
        columns = np.hstack([columns, self.layer.biases[units][:, None], positions])
        indexable = np.concatenate([indexable, [False], np.ones(positions.shape[1], bool)])
        return columns, indexable, tuple(range(width, width + positions.shape[1]))

    def as_boxes(self, units: np.ndarray, whole: bool = False) -> list[Found] | None:
        """Groups of box selectors; with `whole` None unless one group of each signature will do, and at most two."""
        by_source = [self.best_style(units, source) for source in range(len(self.sources))]
        found: list[Found] = []
        signatures: dict[tuple, list[int]] = {}
        for unit in units.tolist():
            row = [(source, piece) for source, style in enumerate(by_source) for piece in (self.pieces(unit, source, style) or ())]
            signature = tuple(sorted((source, piece.coefficient, piece.kind) for source, piece in row))
            signatures.setdefault(signature, []).append(unit)
        if whole and len(signatures) > 2:
            return None
        for members in signatures.values():
            best: list[Found] | None = None
            for order in (_by_length, _by_place):
                rows = [
                    sorted(((s, p) for s, style in enumerate(by_source) for p in (self.pieces(u, s, style) or ())), key=order)
                    for u in members
                ]
                columns, indexable = _columns(rows)
                columns, indexable, first = self.with_ends(np.array(members), columns, indexable)
                kinds = tuple((source, piece.kind) for source, piece in rows[0])
                whole_family = family(columns, indexable, first)
                if whole and whole_family is None:
                    continue
                parts = [whole_family] if whole_family is not None else families(columns, indexable, first)
                made = [Found(np.array(members)[one.rows], one, kinds) for one in parts]
                if best is None or len(made) < len(best):
                    best = made
                if len(best) == 1:
                    break
            if best is None:
                return None
            found += best
        return found

    def best_style(self, units: np.ndarray, source: int) -> Style:
        if self.stacks[source].ndim == 1:
            return STYLES[0]
        sample = units[np.unique(np.linspace(0, len(units) - 1, 4).astype(int))]
        ranked = []
        for position, style in enumerate(STYLES):
            found = [self.pieces(int(unit), source, style) for unit in sample]
            if all(pieces is not None for pieces in found):
                signatures = {_signature(pieces) for pieces in found if pieces is not None}
                ranked.append(
                    (
                        len(signatures),
                        sum(_cost(pieces, self.sources[source].ids.shape) for pieces in found if pieces is not None),
                        position,
                    )
                )
        if not ranked:
            raise NotCompact(f"neuron {int(units[0])} needs about one selector a weight on {self.sources[source].name}")
        best: tuple[int, int, int] | None = None
        for _, _, position in sorted(ranked):
            found = [self.pieces(int(unit), source, STYLES[position]) for unit in units]
            if any(pieces is None for pieces in found):
                continue
            signatures = {_signature(pieces) for pieces in found if pieces is not None}
            score = len(signatures), sum(len(pieces) for pieces in found if pieces is not None), position
            best = min(best or score, score)
            if len(signatures) == 1:
                break
        if best is None:
            raise NotCompact(f"neuron {int(units[0])} needs about one selector a weight on {self.sources[source].name}")
        return STYLES[best[2]]

    def as_windows(self, units: np.ndarray) -> list[Found] | None:
        used = [source for source in range(len(self.sources)) if self.stacks[source][units].any()]
        arrays = [source for source in used if self.stacks[source].ndim > 1]
        shapes = {self.stacks[source].shape[1:] for source in arrays}
        if len(shapes) != 1 or any(self.valid[source] is not None for source in arrays):
            return None
        shape = shapes.pop()
        if len(units) < 3 or min(shape) < 3 and len(shape) > 1:
            return None
        parts = [units]
        if self.last:
            # Output axes that are no axis of the torus tell classes apart: "alive" from "dead", say.
            fixed = self.positions[units][:, len(shape) :] if self.positions.shape[1] > len(shape) else np.zeros((len(units), 0), int)
            parts = [units[(fixed == level).all(axis=1)] for level in np.unique(fixed, axis=0)]
        found = []
        for part in parts:
            made = stencils(np.stack([self.stacks[source][part] for source in arrays], axis=1), 64)
            if made is None:
                return None
            for stencil in made:
                one = self._window(part[stencil.rows], stencil.shifts, stencil.pieces, arrays, used, shape)
                if one is None:
                    return None
                found.append(one)
        return found

    def _window(self, units, shifts, pieces, arrays, used, shape) -> Found | None:  # noqa: ANN001
        moved = np.zeros(len(shape), int)
        if self.last:
            positions = self.positions[units]
            for axis, length in enumerate(shape):
                away = (positions[:, axis] - shifts[:, axis]) % length if positions.shape[1] > axis else np.array([0, 1])
                if (away != away[0]).any() or self.layer.shape[axis] != length:
                    return None
                moved[axis] = int(away[0]) if 2 * int(away[0]) <= length else int(away[0]) - length
            shifts = positions[:, : len(shape)]
        flat = np.ravel_multi_index(tuple(shifts.T), shape)
        if len(np.unique(flat)) != len(units):
            return None
        blocks, kinds = [], []
        for source, own in zip(arrays, pieces, strict=True):
            for piece in own:
                kinds.append((source, piece.kind))
                columns = [np.full(len(units), piece.coefficient)]
                for axis in range(len(shape)):
                    at = shifts[:, axis] - moved[axis] if piece.cyclic else 0
                    columns += [piece.lo[axis] + at + np.zeros(len(units)), piece.hi[axis] + at + np.zeros(len(units))]
                blocks.append(np.stack(columns, axis=1))
        for source in used:
            if source not in arrays:
                values = self.stacks[source][units]
                kinds.append((source, (False, 1, False)))
                blocks.append(values[:, None])
        columns = np.hstack(blocks)
        indexable = np.ones(columns.shape[1], bool)
        columns, indexable, first = self.with_ends(units, columns, indexable)
        one = family(
            np.hstack([columns, shifts]),
            np.concatenate([indexable, np.ones(len(shape), bool)]),
            first or tuple(range(columns.shape[1], columns.shape[1] + len(shape))),
        )
        return None if one is None else Found(units, one, tuple(kinds))

    def group(self, found: Found, name: str, number: int) -> tuple[Group, np.ndarray]:
        one, at, terms = found.family, 0, []
        for source, (cyclic, step, diagonal) in found.pieces:
            axes = self.sources[source].ids.ndim
            coefficient = _affine(one.columns[at])
            spans = tuple(
                Span(_affine(one.columns[at + 1 + 2 * axis]), _affine(one.columns[at + 2 + 2 * axis]), cyclic, step) for axis in range(axes)
            )
            terms.append(Term(coefficient, self.sources[source].name, spans, diagonal))
            at += 1 + 2 * axes
        terms.sort(key=term_structure)
        positions = tuple(_affine(column) for column in one.columns[at + 1 : at + 1 + self.positions.shape[1]])
        layer = self.layer
        activation = layer.activation if layer.activation in ("sign", "step") else "linear"
        encoding = tuple(Fraction(value).limit_denominator(10**6) for value in layer.encoding)
        relations = tuple(Relation(*relation) for relation in one.relations)
        extents = tuple(Poly.const(extent) for extent in one.extents)
        group = Group(name, number, extents, relations, tuple(terms), _affine(one.columns[at]), activation, encoding, positions)
        placement = np.full(one.extents, -1)
        placement[tuple(one.indices.T)] = found.units if one.extents else found.units[0]
        return group, placement


def _affine(column: tuple[Fraction, tuple[tuple[int, Fraction], ...]]) -> Affine:
    return Affine(Poly.const(column[0]), column[1])


def _signature(pieces: tuple[Piece, ...]) -> tuple:
    return tuple(sorted((piece.coefficient, piece.kind) for piece in pieces))


def _cost(pieces: tuple[Piece, ...], shape: tuple[int, ...]) -> int:
    """Numbers to write down, doubled: the coefficient, and for each axis none where it is whole, one for a point, a start or an end, else
    two; a step counts half."""
    count = 0
    for piece in pieces:
        count += 2 if piece.step == 1 else 3
        for lo, hi, length in zip(piece.lo, piece.hi, shape, strict=True):
            count += 0 if (lo, hi) == (0, length) else 2 if hi == lo + 1 or lo == 0 or hi == length else 4
    return count


def _by_length(entry: tuple[int, Piece]) -> tuple:
    source, piece = entry
    return source, piece.coefficient, piece.kind, piece.lengths, piece.lo


def _by_place(entry: tuple[int, Piece]) -> tuple:
    source, piece = entry
    return source, piece.coefficient, piece.kind, piece.lo, piece.hi


def _columns(rows: list[list[tuple[int, Piece]]]) -> tuple[np.ndarray, np.ndarray]:
    numbers = [
        [number for _, piece in row for number in (piece.coefficient, *(v for pair in zip(piece.lo, piece.hi, strict=True) for v in pair))]
        for row in rows
    ]
    indexable = [flag for _, piece in rows[0] for flag in (False, *(True,) * (2 * len(piece.lo)))]
    return np.array(numbers, dtype=np.float64).reshape(len(rows), len(indexable)), np.array(indexable, bool)
