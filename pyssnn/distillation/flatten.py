"""Units of a few entries read straight from those: two layers of "and" and "or" become one.

A unit that reads single entries of groups which read single entries is a function of the latter. Its table is written out for all their
joint values; where one threshold of small weights on some of them has the same table, ties included, that takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

from pyssnn.distillation.copies import substituted
from pyssnn.distillation.ir import Affine, Group, Program, Span, Term
from pyssnn.distillation.shapes import term_structure

MAX_ENTRIES = 4
MAX_JOINT = 81
Entry = tuple[str, tuple[Span, ...]]
Values = dict[str, tuple[Fraction, ...]]


@dataclass(frozen=True)
class Flat:
    """A program with such units, how many groups changed and how many joint values were compared."""

    program: Program
    changed: int
    compared: int


def flattened(program: Program, values: Values) -> Flat:
    """The program with groups of few entries read straight from those.

    Args:
        values: what the entries of each array can be.
    """
    groups = {group.name: group for group in program.groups}
    changed = compared = 0
    for group in program.groups:
        if group.layer == 0 or not _reads_points(groups[group.name]):
            continue
        found = _flat(groups[group.name], groups, values)
        if found is not None:
            groups[group.name], count = found
            changed, compared = changed + 1, compared + count
    return Flat(replace(program, groups=tuple(groups[group.name] for group in program.groups)), changed, compared)


def _reads_points(group: Group) -> bool:
    """Whether it is a threshold of single entries with weights and a bias that are numbers."""
    if group.activation == "linear" or not group.terms or not group.bias.is_const:
        return False
    return all(term.coefficient.is_const and not term.diagonal and all(span.is_point for span in term.spans) for term in group.terms)


def _flat(group: Group, groups: dict[str, Group], values: Values) -> tuple[Group, int] | None:
    open_sources = [term.source for term in group.terms if term.source in groups and _opens(groups[term.source])]
    open_sources = list(dict.fromkeys(open_sources))[:3]
    tried = [some for count in range(1, len(open_sources) + 1) for some in combinations(open_sources, count)]
    for some in tried:
        entries = list(dict.fromkeys(_entries(group, groups, some)))
        domains = [values[source] for source, _ in entries]
        joint = 1
        for domain in domains:
            joint *= len(domain)
        if len(entries) > min(MAX_ENTRIES, len(group.terms)) or not 1 < joint <= MAX_JOINT:
            continue
        table = {point: _value(group, dict(zip(entries, point, strict=True)), groups, some) for point in product(*domains)}
        made = _threshold(table, group.encoding)
        if made is None:
            continue
        weights, bias = made
        terms = (Term(Affine.const(weight), source, spans) for weight, (source, spans) in zip(weights, entries, strict=True) if weight)
        return replace(group, terms=tuple(sorted(terms, key=term_structure)), bias=Affine.const(bias)), joint
    return None


def _opens(source: Group) -> bool:
    """Whether a unit that reads an entry of the group can read through it: no entry is outside the group's domain or wraps around."""
    return _reads_points(source) and not source.relations and not any(span.cyclic for term in source.terms for span in term.spans)


def _entries(group: Group, groups: dict[str, Group], some: tuple[str, ...]) -> Iterator[Entry]:
    for term in group.terms:
        if term.source in some and not any(span.cyclic for span in term.spans):
            for inner in groups[term.source].terms:
                yield inner.source, _through(inner, term)
        else:
            yield term.source, term.spans


def _through(inner: Term, term: Term) -> tuple[Span, ...]:
    return tuple(Span(lo := substituted(span.lo, term.spans), lo + Affine.const(1)) for span in inner.spans)


def _value(group: Group, point: dict[Entry, Fraction], groups: dict[str, Group], some: tuple[str, ...]) -> Fraction:
    total = group.bias.constant.at(())
    for term in group.terms:
        if term.source in some and not any(span.cyclic for span in term.spans):
            source = groups[term.source]
            inner = source.bias.constant.at(())
            for one in source.terms:
                inner += one.coefficient.constant.at(()) * point[one.source, _through(one, term)]
            entry = _level(inner, source.encoding)
        else:
            entry = point[term.source, term.spans]
        total += term.coefficient.constant.at(()) * entry
    return _level(total, group.encoding)


def _level(total: Fraction, encoding: tuple[Fraction, Fraction, Fraction]) -> Fraction:
    return encoding[2] if total > 0 else encoding[0] if total < 0 else encoding[1]


def _threshold(
    table: dict[tuple[Fraction, ...], Fraction], encoding: tuple[Fraction, Fraction, Fraction]
) -> tuple[tuple[int, ...], Fraction] | None:
    """Weights −1, 0, 1, fewest first, and a bias with which a threshold has the table; None where there are none."""
    width = len(next(iter(table)))
    for weights in sorted(product((0, 1, -1), repeat=width), key=lambda weights: sum(map(abs, weights))):
        sums = {point: sum((weight * value for weight, value in zip(weights, point, strict=True)), Fraction(0)) for point in table}
        low = [total for point, total in sums.items() if table[point] == encoding[0]]
        high = [total for point, total in sums.items() if table[point] == encoding[2]]
        ties = {total for point, total in sums.items() if table[point] == encoding[1]}
        if not low or not high or not any(weights) or max(low) >= min(high) or len(ties) > 1:
            continue
        bias = -(ties.pop() if ties else (max(low) + min(high)) / 2)
        if all(_level(total + bias, encoding) == table[point] for point, total in sums.items()):
            return weights, bias
    return None
