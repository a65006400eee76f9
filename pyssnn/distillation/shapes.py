"""What two groups have in common apart from their numbers, and those numbers: what programs of several sizes are aligned by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from pyssnn.distillation.ir import Affine, Group, Program, Term


def structure(group: Group, renamed: dict[str, str]) -> str:
    """A text that is the same for groups that differ only in numbers; what they read is called as `renamed` says."""
    terms = sorted((renamed.get(term.source, term.source), *term_structure(term)[1:4]) for term in group.terms)
    relations = tuple((relation.first, relation.second, relation.kind) for relation in group.relations)
    rest = tuple(position.multiples for position in group.positions)
    return repr((group.layer, group.activation, group.encoding, len(group.extents), relations, terms, group.bias.multiples, rest))


def term_structure(term: Term) -> tuple:
    """The source, the selector's kind, what its bounds and its coefficient depend on, and, to put terms in order, the numbers."""
    spans = tuple((span.cyclic, span.step, span.lo.multiples, span.hi.multiples) for span in term.spans)
    numbers = tuple(number.constant.terms for number in affines_of_term(term))
    return term.source, term.diagonal, repr(spans), repr(term.coefficient.multiples), numbers


def affines_of_term(term: Term) -> Iterator[Affine]:
    """The numbers of a term, the coefficient first."""
    yield term.coefficient
    for span in term.spans:
        yield span.lo
        yield span.hi


def literals(group: Group) -> tuple[Fraction, ...]:
    """The group's numbers at one size: bias, terms, positions, extents."""
    found = [group.bias, *(number for term in group.terms for number in affines_of_term(term)), *group.positions]
    return tuple(number.constant.at(()) for number in found) + tuple(extent.at(()) for extent in group.extents)


def rebuild(program: Program, numbers: Iterator) -> Program:
    """The program with its polynomials replaced, in the order of `polynomials`."""

    def affine(old: Affine) -> Affine:
        return Affine(next(numbers), old.multiples)

    def term(old: Term) -> Term:
        coefficient = affine(old.coefficient)
        return replace(
            old, coefficient=coefficient, spans=tuple(replace(span, lo=affine(span.lo), hi=affine(span.hi)) for span in old.spans)
        )

    groups = []
    for old in program.groups:
        bias = affine(old.bias)
        terms = tuple(term(one) for one in old.terms)
        positions = tuple(affine(one) for one in old.positions)
        extents = tuple(next(numbers) for _ in old.extents)
        groups.append(replace(old, bias=bias, terms=terms, positions=positions, extents=extents))
    input_shape = tuple(next(numbers) for _ in program.input_shape)
    output_shape = tuple(next(numbers) for _ in program.output_shape)
    return replace(program, groups=tuple(groups), input_shape=input_shape, output_shape=output_shape)


def polynomials(program: Program) -> Iterator:
    """Every polynomial that the program states, in a fixed order."""
    for group in program.groups:
        yield group.bias.constant
        for term in group.terms:
            for number in affines_of_term(term):
                yield number.constant
        for position in group.positions:
            yield position.constant
        yield from group.extents
    yield from program.input_shape
    yield from program.output_shape


def best_order(ours: list[Group], theirs: list[Group]) -> list[Group]:
    """Theirs in the order that shares most numbers with ours; by their numbers where there are too many orders."""
    count = len(ours)
    if count == 1:
        return theirs
    numbers, others = [literals(group) for group in ours], [literals(group) for group in theirs]
    if count > 6:
        by_numbers = sorted(range(count), key=lambda place: numbers[place])
        ranked = sorted(range(count), key=lambda place: others[place])
        order = [0] * count
        for one, two in zip(by_numbers, ranked, strict=True):
            order[one] = two
        return [theirs[place] for place in order]
    shared = [[sum(a == b for a, b in zip(one, two, strict=True)) for two in others] for one in numbers]
    by_rank = sorted(permutations(range(count)), key=lambda order: -sum(shared[place][other] for place, other in enumerate(order)))
    return [theirs[place] for place in by_rank[0]]
