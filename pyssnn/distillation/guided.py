"""A layer read as the groups that another size has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from pyssnn.distillation.ir import Affine, Group, Poly
from pyssnn.distillation.reader import Found, Reader
from pyssnn.distillation.selectors import STYLES
from pyssnn.distillation.shapes import best_order, literals, structure

MAX_NEAR = 8
FEW = 3


def follow(reader: Reader, found: list[Found], number: int, guide: Sequence[Group]) -> list[tuple[Group, np.ndarray]] | None:
    """The units as the groups of another size: parts of `found` that already are, and unions and single units that can be; None otherwise.

    What the other size has three of may here be two or one, too few to be told for a family by themselves. And what are single units there
    may here be two that happen to lie on a line.
    """
    followed = _followed(reader, found, number, guide)
    if followed is None and any(1 < len(one.units) <= FEW for one in found):
        followed = _followed(reader, _apart(reader, found), number, guide)
    return followed


def _apart(reader: Reader, found: list[Found]) -> list[Found]:
    """The groups, those of few units as single units."""
    parts = []
    for one in found:
        single = [reader.joined(one.units[place : place + 1], STYLES[0]) for place in range(len(one.units))] if len(one.units) <= FEW else [None]
        parts += [one] if any(part is None for part in single) else [part for part in single if part is not None]
    return parts


def _followed(reader: Reader, found: list[Found], number: int, guide: Sequence[Group]) -> list[tuple[Group, np.ndarray]] | None:
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
        spans = tuple(
            replace(span, lo=moved(span.lo, other.lo), hi=moved(span.hi, other.hi))
            for span, other in zip(term.spans, like.spans, strict=True)
        )
        terms.append(replace(term, coefficient=moved(term.coefficient, like.coefficient), spans=spans))
    positions = tuple(moved(one, like) for one, like in zip(single.positions, family_.positions, strict=True))
    extents = tuple(Poly.const(1) for _ in family_.extents)
    return replace(
        single, extents=extents, relations=family_.relations, terms=tuple(terms), bias=moved(single.bias, family_.bias), positions=positions
    )
