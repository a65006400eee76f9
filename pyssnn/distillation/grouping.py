"""The neurons of one layer as groups of the representation, at one size.

Hidden neurons come in any order, so a unit's indices are recovered from what it reads: the places of its selectors. Classes of one forward
colour are tried first, as boxes and as windows on a torus; what stays single is tried again across colours, with the coefficients and the
bias as further columns and with selectors that are empty or cut off at an edge as wildcards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from pyssnn.distillation.antiunify import Family, families, family
from pyssnn.distillation.ir import Affine, Group, Poly, Relation, Span, Term
from pyssnn.distillation.shapes import best_order, literals, structure, term_structure
from pyssnn.distillation.network import Layer
from pyssnn.distillation.selectors import STYLES, Piece, Style, decompose
from pyssnn.distillation.stencils import stencils
from pyssnn.distillation.wildcards import Kind, fill


MAX_NEAR = 8


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


def group_layer(
    layer: Layer, number: int, sources: list[Source], colours: np.ndarray, last: bool, prefix: str, guide: Sequence[Group] = ()
) -> list[tuple[Group, np.ndarray]]:
    """The groups of a layer and, for each, which neuron stands at which index (−1 outside the domain).

    Args:
        guide: the groups of that layer at another size. Where this layer can be read as the same ones, it is, under their names.

    Raises:
        NotCompact: a unit needs about as many selectors as it has weights.
    """
    reader = Reader(layer, sources, last)
    found: list[Found] = []
    for colour in np.unique(colours):
        found += reader.of_one_colour(np.flatnonzero(colours == colour))
    found = reader.across_colours(found)
    if guide:
        followed = follow(reader, found, number, guide)
        if followed is not None:
            return followed
    made = [reader.group(one, "", number) for one in found]
    made.sort(key=lambda pair: (-len(pair[0].extents), structure(pair[0], {}), literals(pair[0])))
    return [(replace(group, name=f"{prefix}{place}" if len(made) > 1 else prefix), ids) for place, (group, ids) in enumerate(made)]


def follow(reader: Reader, found: list[Found], number: int, guide: Sequence[Group]) -> list[tuple[Group, np.ndarray]] | None:
    """The units as the groups of another size: parts of `found` that already are, and unions and single units that can be; None otherwise.

    What the other size has three of may here be two or one, too few to be told for a family by themselves.
    """
    left, placed = list(found), {}
    by_structure: dict[str, list[Group]] = {}
    for group in guide:
        by_structure.setdefault(structure(group, {}), []).append(group)
    for key, wanted in by_structure.items():
        same = [(one, pair) for one in left if structure((pair := reader.group(one, "", number))[0], {}) == key]
        if len(same) == len(wanted):
            ordered = best_order(wanted, [pair[0] for _, pair in same])
            pairs = {id(pair[0]): pair for _, pair in same}
            placed.update({group.name: pairs[id(own)] for group, own in zip(wanted, ordered, strict=True)})
            taken = {id(one) for one, _ in same}
            left = [one for one in left if id(one) not in taken]
    open_groups = sorted((group for group in guide if group.name not in placed), key=lambda group: -len(group.extents))
    for group in open_groups:
        match = _match(reader, left, number, group)
        if match is None:
            return None
        pair, taken = match
        placed[group.name] = pair
        left = [one for one in left if id(one) not in taken]
    if left:
        return None
    return [(replace(placed[group.name][0], name=group.name), placed[group.name][1]) for group in guide]


def _match(reader: Reader, left: list[Found], number: int, group: Group) -> tuple[tuple[Group, np.ndarray], set[int]] | None:
    key, reads = structure(group, {}), {term.source for term in group.terms}
    near = [one for one in left if {reader.sources[source].name for source, *_ in one.pieces} <= reads]
    if len(near) > MAX_NEAR:
        return None
    best: tuple[int, tuple[Group, np.ndarray], set[int]] | None = None
    counts = range(len(near), 0, -1) if group.extents else (1,)
    for count in counts:
        for parts in combinations(near, count):
            units = np.sort(np.concatenate([one.units for one in parts]))
            for style in STYLES:
                one = reader.joined(units, style)
                if one is None:
                    continue
                own, ids = reader.group(one, "", number)
                if not own.extents and group.extents:
                    own, ids = _as_family(own, group), ids.reshape((1,) * len(group.extents))
                if structure(own, {}) == key:
                    shared = sum(a == b for a, b in zip(literals(own), literals(group), strict=True))
                    if best is None or shared > best[0]:
                        best = shared, (own, ids), {id(part) for part in parts}
        if best is not None:
            return best[1], best[2]
    return None


def _as_family(single: Group, family_: Group) -> Group:
    """One unit as a family of one: its numbers are those at index 0."""
    if len(single.terms) != len(family_.terms) or len(single.positions) != len(family_.positions):
        return single

    def moved(number: Affine, like: Affine) -> Affine:
        return Affine(number.constant, like.multiples)

    terms = []
    for term, like in zip(single.terms, family_.terms, strict=True):
        if len(term.spans) != len(like.spans):
            return single
        spans = tuple(replace(span, lo=moved(span.lo, other.lo), hi=moved(span.hi, other.hi)) for span, other in zip(term.spans, like.spans, strict=True))
        terms.append(replace(term, coefficient=moved(term.coefficient, like.coefficient), spans=spans))
    positions = tuple(moved(one, like) for one, like in zip(single.positions, family_.positions, strict=True))
    extents = tuple(Poly.const(1) for _ in family_.extents)
    return replace(single, extents=extents, relations=family_.relations, terms=tuple(terms), bias=moved(single.bias, family_.bias), positions=positions)


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
        self.positions = np.stack(np.unravel_index(np.arange(layer.n_outputs), layer.shape), axis=1) if last else np.zeros((layer.n_outputs, 0), int)
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

    def across_colours(self, found: list[Found]) -> list[Found]:
        """Groups joined where three or more make one family, or two units follow one another."""
        for style, few in ((style, few) for few in (False, True) for style in STYLES):
            for chosen in self.candidates(found, style):
                if few != (len(chosen) == 2):
                    continue
                parts = [found[place] for place in chosen]
                members = np.sort(np.concatenate([one.units for one in parts]))
                joined = self.joined(members, style)
                large = len(parts) > 2 or len(members) > 3
                if joined is not None and self.is_told(joined) and (large or self.is_succession(parts, joined)):
                    return self.across_colours([*(one for place, one in enumerate(found) if place not in chosen), joined])
        return found

    def candidates(self, found: list[Found], style: Style) -> Iterator[tuple[int, ...]]:
        """Which groups may be one: of the same selectors and bias, then of any bias, then of some of the selectors, the most at a time."""
        keys = [self.key(one.units, style) for one in found]
        known = sorted({key for key in keys if key is not None}, key=lambda key: (-len(key), sorted(key)))
        for top in known:
            by_bias: dict[float, list[int]] = {}
            for place, key in enumerate(keys):
                if key == top:
                    by_bias.setdefault(float(self.layer.biases[found[place].units[0]]), []).append(place)
            yield from (tuple(places) for places in by_bias.values() if len(places) > 1)
            for places in by_bias.values():
                single = tuple(place for place in places if len(found[place].units) == 1)
                if 1 < len(single) < len(places):
                    yield single
            below = [key for key in known if key < top][:4]
            for some in (some for count in range(len(below), -1, -1) for some in combinations(below, count)):
                chosen = tuple(place for place, key in enumerate(keys) if key == top or key in some)
                if len(chosen) > 2 or (some and len(chosen) == 2 and all(len(found[place].units) > 1 for place in chosen)):
                    yield chosen

    def is_told(self, joined: Found) -> bool:
        """Whether a bias or a coefficient that varies has three values or more: two always lie on a line."""
        one, at = joined.family, 0
        table = []
        for source, _, _ in joined.pieces:
            table.append(one.columns[at])
            at += 1 + 2 * self.sources[source].ids.ndim
        for constant, multiples in (*table, one.columns[at]):
            values = {constant + sum(multiple * int(index[position]) for position, multiple in multiples) for index in one.indices} if multiples else ()
            if len(values) == 2:
                return False
        return True

    def is_succession(self, parts: list[Found], joined: Found) -> bool:
        """Whether two units follow one another: every place one further, in two selectors or through all of an array."""
        if any(len(one.units) > 1 for one in parts) or joined.family.extents != (2,):
            return False
        at, places, whole = 0, 0, False
        for source, _, _ in joined.pieces:
            shape = self.sources[source].ids.shape
            for axis, length in enumerate(shape):
                for _, multiples in (joined.family.columns[at + 1 + 2 * axis], joined.family.columns[at + 2 + 2 * axis]):
                    if any(multiple != 1 for _, multiple in multiples):
                        return False
                moves = bool(joined.family.columns[at + 1 + 2 * axis][1])
                places += moves
                whole |= moves and length == 2
            at += 1 + 2 * len(shape)
        return places > 1 or whole

    def key(self, units: np.ndarray, style: Style) -> frozenset | None:
        """The (source, coefficient) pairs of units' pieces, counted; None where they differ or a unit cannot be decomposed so."""
        keys = set()
        for unit in units[:8].tolist():
            counted: dict[tuple[int, float], int] = {}
            for source in range(len(self.sources)):
                pieces = self.pieces(unit, source, style)
                if pieces is None:
                    return None
                for piece in pieces:
                    counted[source, piece.coefficient] = counted.get((source, piece.coefficient), 0) + 1
            keys.add(frozenset((*pair, number) for pair, total in counted.items() for number in range(total)))
        return keys.pop() if len(keys) == 1 else None

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
            signature = tuple(sorted((source, piece.coefficient) for source, piece in row))
            signatures.setdefault(signature, []).append(unit)
        if whole and len(signatures) > 2:
            return None
        for members in signatures.values():
            best: list[Found] | None = None
            for order in (_by_length, _by_place):
                rows = [sorted(((s, p) for s, style in enumerate(by_source) for p in (self.pieces(u, s, style) or ())), key=order) for u in members]
                columns, indexable = _columns(rows)
                columns, indexable, first = self.with_ends(np.array(members), columns, indexable)
                kinds = tuple((source, False, piece.step) for source, piece in rows[0])
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
                ranked.append((len(signatures), sum(_cost(pieces, self.sources[source].ids.shape) for pieces in found if pieces is not None), position))
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
                kinds.append((source, piece.cyclic, 1))
                columns = [np.full(len(units), piece.coefficient)]
                for axis in range(len(shape)):
                    at = shifts[:, axis] - moved[axis] if piece.cyclic else 0
                    columns += [piece.lo[axis] + at + np.zeros(len(units)), piece.hi[axis] + at + np.zeros(len(units))]
                blocks.append(np.stack(columns, axis=1))
        for source in used:
            if source not in arrays:
                values = self.stacks[source][units]
                kinds.append((source, False, 1))
                blocks.append(values[:, None])
        columns = np.hstack(blocks)
        indexable = np.ones(columns.shape[1], bool)
        columns, indexable, first = self.with_ends(units, columns, indexable)
        one = family(np.hstack([columns, shifts]), np.concatenate([indexable, np.ones(len(shape), bool)]), first or tuple(range(columns.shape[1], columns.shape[1] + len(shape))))
        return None if one is None else Found(units, one, tuple(kinds))

    def group(self, found: Found, name: str, number: int) -> tuple[Group, np.ndarray]:
        one, at, terms = found.family, 0, []
        for source, cyclic, step in found.pieces:
            axes = self.sources[source].ids.ndim
            coefficient = _affine(one.columns[at])
            spans = tuple(Span(_affine(one.columns[at + 1 + 2 * axis]), _affine(one.columns[at + 2 + 2 * axis]), cyclic, step) for axis in range(axes))
            terms.append(Term(coefficient, self.sources[source].name, spans))
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


def _signature(pieces: tuple[Piece, ...]) -> tuple[float, ...]:
    return tuple(sorted(piece.coefficient for piece in pieces))


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
    return source, piece.coefficient, piece.lengths, piece.lo


def _by_place(entry: tuple[int, Piece]) -> tuple:
    source, piece = entry
    return source, piece.coefficient, piece.lo, piece.hi


def _columns(rows: list[list[tuple[int, Piece]]]) -> tuple[np.ndarray, np.ndarray]:
    numbers = [[number for _, piece in row for number in (piece.coefficient, *(v for pair in zip(piece.lo, piece.hi, strict=True) for v in pair))] for row in rows]
    indexable = [flag for _, piece in rows[0] for flag in (False, *(True,) * (2 * len(piece.lo)))]
    return np.array(numbers, dtype=np.float64).reshape(len(rows), len(indexable)), np.array(indexable, bool)

