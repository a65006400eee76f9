"""Threshold groups in plainer words: a comparison, "any", "all", with "not", "and", "or" of single entries.

A word is taken only where it gives the unit's value for every sum on the lattice of reachable sums, ties included, for every unit at every
size looked at: those of the networks, and smaller and larger ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from pyssnn.distillation.expand import term_places
from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Program, augmented
from pyssnn.distillation.lattice import Weighted, reachable, weighted

MAX_UNITS = 20_000
Values = dict[str, tuple[Fraction, ...]]


@dataclass(frozen=True)
class Form:
    """How a threshold group that never ties is written: its value is the encoding's third where a condition holds, else its first.

    Attributes:
        kind: "compare" (the sum is above 0), "any" or "all" (of the entries read, those with a negative coefficient negated).
        bias: the bias, rounded up where all sums are integers; what a comparison is with.
        values: for "any" and "all": the two values of each array read.
    """

    kind: str
    bias: Affine
    values: tuple[tuple[str, tuple[Fraction, Fraction]], ...] = ()


@dataclass(frozen=True)
class Simplified:
    """What was found.

    Attributes:
        forms: by group name.
        sums: how many sums were compared.
        values: what the entries of each array can be; nothing for a linear group.
    """

    forms: dict[str, Form]
    sums: int
    values: Values


def simplify(program: Program, sizes: tuple[tuple[int, ...], ...]) -> Simplified:
    """The forms of the program's threshold groups.

    Args:
        sizes: those of the networks (see `augmented`).
    """
    looked = sizes_around(program, sizes)
    values: Values = {INPUT: program.input_encoding}
    forms: dict[str, Form] = {}
    compared = 0
    inside: dict[tuple[int, ...], dict[str, np.ndarray]] = {size: {} for size in looked}
    for group in program.groups:
        if group.activation == "linear":
            values[group.name] = ()
            continue
        values[group.name] = group.encoding
        if any(not values[term.source] or (term.source == INPUT and len(values[INPUT]) != 2) for term in group.terms):
            continue
        kinds = _kinds(program, group, looked, inside)
        sums = [(bias, parts, reachable(parts, values)) for bias, parts in kinds] if kinds is not None else []
        if not sums or any(found is None or any(value == 0 for value in found.shifted(bias)) for bias, _, found in sums):
            continue
        compared += sum(len(found.sums) for _, _, found in sums if found is not None)
        values[group.name] = (group.encoding[0], group.encoding[2])
        forms[group.name] = _form(program, group, looked, sums, values)
    return Simplified(forms, compared, values)


def sizes_around(program: Program, sizes: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """The networks' sizes, where they are moderate, and some near them."""
    if not program.sizes:
        return sizes
    count = len(program.sizes)
    bare = sorted({size[:count] for size in sizes}, key=lambda size: np.prod(size))
    found = {augmented(size) for size in bare if np.prod(size) <= 400} | {augmented(bare[0])}
    for away in (1, 2, 3):
        found.add(augmented(tuple(length + away for length in bare[0])))
    return tuple(sorted(found))


def _kinds(program: Program, group: Group, sizes: tuple[tuple[int, ...], ...], inside: dict) -> set[tuple[Fraction, Weighted]] | None:
    """The distinct (bias, counted weights) of the group's units; None where there are too many units to look at."""
    found, units = set(), 0
    for size in sizes:
        for index in group.domain(size):
            units += 1
            if units > MAX_UNITS:
                return None
            found.add((group.bias.at(size, index), weighted(program, group, size, index, inside[size])))
    return found


def _form(program: Program, group: Group, sizes: tuple[tuple[int, ...], ...], sums: list, values: Values) -> Form:
    bias = _rounded_up(group.bias)
    integers = all(value.denominator == 1 for _, _, found in sums for value in found.sums)
    if not integers or any((value + own > 0) != (value + ceil(own) > 0) for own, _, found in sums for value in found.sums):
        bias = group.bias
    if group.terms and all(len(values[term.source]) == 2 for term in group.terms) and _is_disjoint(program, group, sizes):
        known = tuple((source, values[source]) for source in dict.fromkeys(term.source for term in group.terms))
        for kind in ("any", "all"):
            if all(_is(kind, own, parts, values) for own, parts, _ in sums):
                return Form(kind, bias, known)
    return Form("compare", bias)


def _is(kind: str, bias: Fraction, parts: Weighted, values: Values) -> bool:
    """Whether the unit is above 0 exactly where any, or all, of its entries are true: at their high value, or low for a negative weight."""
    sizes = {abs(weight) * (values[source][1] - values[source][0]) for source, weight, _ in parts}
    if len(sizes) != 1:
        return False
    jump, count = sizes.pop(), sum(number for _, _, number in parts)
    low = bias + sum(number * weight * values[source][0 if weight > 0 else 1] for source, weight, number in parts)
    for true in range(count + 1):
        if (low + jump * true > 0) != (true > 0 if kind == "any" else true == count):
            return False
    return True


def _is_disjoint(program: Program, group: Group, sizes: tuple[tuple[int, ...], ...]) -> bool:
    """Whether no entry is in two of the group's selectors, and no selector is empty."""
    for size in sizes:
        shapes = {term.source: tuple(int(extent.at(size)) for extent in program.shape_of(term.source)) for term in group.terms}
        for index in group.domain(size):
            touched = {source: np.zeros(shape, int) for source, shape in shapes.items()}
            for term in group.terms:
                places = term_places(term, size, index, shapes[term.source])
                if touched[term.source][places].size == 0:
                    return False
                touched[term.source][places] += 1
            if any((array > 1).any() for array in touched.values()):
                return False
    return True


def _rounded_up(bias: Affine) -> Affine:
    """The bias plus what its constant lacks to an integer, if the rest of it is made of integers."""
    rest = [factor for exponents, factor in bias.constant.terms if exponents != ()] + [multiple for _, multiple in bias.multiples]
    constant = dict(bias.constant.terms).get((), Fraction(0))
    if any(value.denominator != 1 for value in rest):
        return bias
    return bias + Affine(Poly.const(ceil(constant) - constant))
