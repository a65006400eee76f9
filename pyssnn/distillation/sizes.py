"""One program for every size, from programs of several sizes: groups are aligned, and every number becomes a polynomial in the sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from math import lcm

import numpy as np

from pyssnn.distillation.emit.words import affine
from pyssnn.distillation.ir import Affine, Poly, Program, augmented
from pyssnn.distillation.shapes import best_order, polynomials, rebuild, structure, term_structure

NAMES = ("n", "m", "p")


@dataclass(frozen=True)
class Sizing:
    """What came of fitting.

    Attributes:
        program: with size variables; or the first program as it was.
        sizes: for each program given, the values of the size variables, then their remainders modulo 2 (see `augmented`).
        confirmed: whether the held-out program agreed with every polynomial, each of which has fewer terms than there were sizes.
        reason: why there are no size variables, or why nothing is confirmed; "" where neither is so.
        renamed: for each program, its groups' names to those of the first.
    """

    program: Program
    sizes: tuple[tuple[int, ...], ...]
    confirmed: bool
    reason: str
    renamed: tuple[dict[str, str], ...] = ()


def any_size(programs: list[Program], training: int) -> Sizing:
    """A program for every size.

    Args:
        programs: of distinct sizes; their polynomials are constants.
        training: so many of them are fitted, the others confirm.
    """
    single = Sizing(programs[0], ((),) * len(programs), False, "one size only: its numbers stay as they are")
    if training == 1:
        alone = f"{single.reason}, and what is held out cannot confirm them"
        return single if len(programs) == 1 else replace(single, reason=alone)
    for program in programs[1:]:
        if _kind(program) != _kind(programs[0]):
            return replace(single, reason="the networks differ in axes, layers, input values or output: nothing is said of other sizes")
    lengths = _size_variables([tuple(int(extent.at(())) for extent in program.input_shape) for program in programs])
    if not lengths:
        return replace(single, reason="all networks have one input shape: nothing varies with a size")
    variables = [augmented(sizes) for sizes in lengths]
    for program in programs[1:]:
        if len(program.groups) != len(programs[0].groups):
            return replace(single, reason=f"the sizes have {len(programs[0].groups)} and {len(program.groups)} groups, which do not match")
    aligned, renamed = [programs[0]], [{group.name: group.name for group in programs[0].groups}]
    for number, program in enumerate(programs[1:], 1):
        matched = _align(programs[0], program)
        if matched is None:
            return replace(single, reason=f"the groups at {_shape(programs[0])} and {_shape(programs[number])} do not match")
        aligned.append(matched[0])
        renamed.append(matched[1])
    fitted, reason, spare = [], "", True
    for numbers in zip(*(polynomials(program) for program in aligned), strict=True):
        values = [number.at(()) for number in numbers]
        poly = fit(variables, values, training)
        if poly is None:
            return replace(
                single, reason=f"no polynomial of degree 2, nor one with a size modulo 2, goes through {', '.join(map(str, values))}"
            )
        spare &= len(poly.terms) < len(programs)
        fitted.append(poly)
    program = replace(rebuild(programs[0], iter(fitted)), sizes=NAMES[: len(lengths[0])])
    broken = next((poly for poly in _places(program) if not _is_whole(poly, len(lengths[0]))), None)
    if broken is not None:
        return replace(single, reason=f"{affine(Affine(broken), (), program.variables())}, a length or a place, is no integer at sizes between")
    if training == len(programs):
        reason = "no held-out size: the polynomials are not confirmed"
    elif not spare:
        reason = "as many terms as sizes: the polynomials are not confirmed"
    return Sizing(program, tuple(variables), not reason, reason, tuple(renamed))


def fit(sizes: list[tuple[int, ...]], values: list[Fraction], training: int) -> Poly | None:
    """The polynomial of fewest terms and least degree (2 at most) through all values; the first `training` of them determine it."""
    width = len(sizes[0]) // 2
    powers = sorted((e for e in product(range(3), repeat=width) if sum(e) <= 2), key=lambda e: (sum(e), max(e), [-v for v in e]))
    odd = [(0,) * (width + place) + (1,) for place in range(width)]
    for chosen in _choices(powers, odd, min(training, 3)):
        table = [[Fraction(int(np.prod([base**power for base, power in zip(size, e, strict=False)]))) for e in chosen] for size in sizes]
        solved = _solve(table[:training], values[:training])
        if solved is None or not _plain(solved):
            continue
        poly = Poly.make(dict(zip(chosen, solved, strict=True)))
        if all(poly.at(size) == value for size, value in zip(sizes, values, strict=True)):
            return poly
    return None


def _choices(powers: list[tuple[int, ...]], odd: list[tuple[int, ...]], most: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Sets of monomials, few and low ones first, and then those with the remainder of a size modulo 2."""
    for count in range(most + 1):
        yield from sorted(combinations(powers, count), key=lambda chosen: sum(map(sum, chosen)))
    constant = powers[0]
    for extra in odd:
        linear = [power for power in powers if sum(power) == 1]
        for rest in ((), (constant,), *((power,) for power in linear), *((constant, power) for power in linear)):
            if len(rest) < most:
                yield (*rest, extra)


def _plain(coefficients: list[Fraction]) -> bool:
    return all(value.denominator <= 12 for value in coefficients) or len(coefficients) == 1


def _solve(table: list[list[Fraction]], values: list[Fraction]) -> list[Fraction] | None:
    """The sole solution of a linear system that may have more equations than unknowns; None where there is none or many."""
    rows = [[*row, value] for row, value in zip(table, values, strict=True)]
    width = len(rows[0]) - 1
    for column in range(width):
        pivot = next((number for number in range(column, len(rows)) if rows[number][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [value / rows[column][column] for value in rows[column]]
        for number, row in enumerate(rows):
            if number != column and row[column]:
                rows[number] = [value - row[column] * top for value, top in zip(row, head, strict=True)]
    return [rows[number][width] for number in range(width)] if not any(row[width] for row in rows[width:]) else None


def _size_variables(shapes: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """For each shape the lengths that vary, equal ones once."""
    columns: list[tuple[int, ...]] = []
    for lengths in zip(*shapes, strict=True):
        if len(set(lengths)) > 1 and lengths not in columns:
            columns.append(lengths)
    return list(zip(*columns, strict=True)) if columns else []


def _align(first: Program, other: Program) -> tuple[Program, dict[str, str]] | None:
    """The other program with its groups in the first one's order and under its names, and the names; None where they do not match."""
    names: dict[str, str] = {}
    groups = []
    for layer in range(first.last + 1):
        want = [group for group in first.groups if group.layer == layer]
        have = [group for group in other.groups if group.layer == layer]
        for key in dict.fromkeys(structure(group, {}) for group in want):
            ours = [group for group in want if structure(group, {}) == key]
            theirs = [group for group in have if structure(group, names) == key]
            if len(ours) != len(theirs):
                return None
            for one, two in zip(ours, best_order(ours, theirs), strict=True):
                names[two.name] = one.name
                renamed = (replace(term, source=names.get(term.source, term.source)) for term in two.terms)
                terms = tuple(sorted(renamed, key=term_structure))
                groups.append(replace(two, name=one.name, terms=terms))
    order = {group.name: place for place, group in enumerate(first.groups)}
    groups.sort(key=lambda group: order[group.name])
    if len(groups) != len(first.groups):
        return None
    return replace(other, groups=tuple(groups)), names


def _places(program: Program) -> Iterator[Poly]:
    """Every polynomial that counts units or entries, and so has to be an integer."""
    yield from (*program.input_shape, *program.output_shape)
    for group in program.groups:
        yield from (*group.extents, *(position.constant for position in group.positions))
        for term in group.terms:
            for span in term.spans:
                yield from (span.lo.constant, span.hi.constant)


def _is_whole(poly: Poly, width: int) -> bool:
    """Whether the polynomial is an integer at all sizes: it is where it is at all remainders modulo twice its denominator."""
    period = 2 * lcm(*(factor.denominator for _, factor in poly.terms))
    if period == 2:
        return True
    return all(poly.at(augmented(size)).denominator == 1 for size in product(range(period), repeat=width))


def _kind(program: Program) -> tuple:
    """What networks of different sizes have to share."""
    axes = len(program.input_shape), len(program.output_shape)
    return axes, program.last, program.input_encoding, program.output, program.output_encoding


def _shape(program: Program) -> str:
    return "x".join(str(extent.at(())) for extent in program.input_shape)
