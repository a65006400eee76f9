"""Groups whose units hand on what they read, or its negative: they go, and what read them reads through them.

A unit that reads one entry and gives back its value, for every value that the entry can have, ties included, says nothing new. Where the
last layer does so it takes over the formula of what it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Program, Span, Term
from pyssnn.distillation.negated import added_up


@dataclass(frozen=True)
class Direct:
    """A program without such groups, their names, and how many values were compared."""

    program: Program
    gone: tuple[str, ...]
    values: int


def without_copies(program: Program) -> Direct:
    """The program without groups that hand on a group's values, where all that read them can read through them."""
    gone: list[str] = []
    compared = 0
    groups = {group.name: group for group in program.groups}
    for name in [group.name for group in program.groups]:
        group = groups[name]
        term = group.terms[0] if len(group.terms) == 1 else None
        if (
            term is None
            or term.source == INPUT
            or group.activation == "linear"
            or not all(span.is_point and not span.cyclic for span in term.spans)
        ):
            continue
        source = groups[term.source]
        sign = _hands_on(group, term, source) if source.activation != "linear" else 0
        if not sign:
            continue
        if group.layer == program.last:
            if (
                sum(one.source == source.name for other in groups.values() if other.name not in gone for one in other.terms) == 1
                and not source.relations
            ):
                groups[name] = _taken_over(group, term, source, sign)
                gone.append(source.name)
                compared += len(source.encoding)
            continue
        moved = {
            other.name: _through(other, group, term, sign) for other in groups.values() if any(one.source == name for one in other.terms)
        }
        if all(other is not None for other in moved.values()):
            groups.update({key: other for key, other in moved.items() if other is not None})
            gone.append(name)
            compared += len(source.encoding)
    left = tuple(groups[group.name] for group in program.groups if group.name not in gone)
    return Direct(replace(program, groups=left), tuple(gone), compared)


def _hands_on(group: Group, term: Term, source: Group) -> int:
    """1 where a unit's value is that of what it reads, −1 where it is the negative of that, else 0."""
    if not term.coefficient.is_const or not group.bias.is_const:
        return 0
    factor, bias = term.coefficient.constant.at(()), group.bias.constant.at(())
    below, at, above = group.encoding

    def value(entry: Fraction) -> Fraction:
        total = factor * entry + bias
        return above if total > 0 else below if total < 0 else at

    for sign in (1, -1):
        if all(value(entry) == sign * entry for entry in source.encoding):
            return sign
    return 0


def _through(reader: Group, group: Group, term: Term, sign: int) -> Group | None:
    """The reader with its terms on the group turned into terms on what the group reads; None where one is no box of that."""
    terms = []
    for one in reader.terms:
        if one.source != group.name:
            terms.append(one)
            continue
        if one.diagonal or (group.relations and not all(span.is_point for span in one.spans)):
            return None
        spans = _composed(one.spans, term.spans, group)
        if spans is None:
            return None
        terms.append(replace(one, source=term.source, spans=spans, coefficient=one.coefficient.scaled(sign)))
    return replace(reader, terms=added_up(terms))


def _composed(outer: tuple[Span, ...], inner: tuple[Span, ...], group: Group) -> tuple[Span, ...] | None:
    ranged = {axis for axis, span in enumerate(outer) if not span.is_point or span.cyclic}
    for axis in ranged:
        reading = [span for span in inner if any(position == axis for position, _ in span.lo.multiples)]
        if len(reading) != 1 or reading[0].lo != Affine(Poly(), ((axis, Fraction(1)),)):
            return None
        if (
            not outer[axis].cyclic
            and not outer[axis].is_full(group.extents[axis])
            and (outer[axis].lo.multiples or outer[axis].hi.multiples)
        ):
            return None
    if any(outer[axis].cyclic for axis in ranged):
        return None
    found = []
    for span in inner:
        axes = [position for position, _ in span.lo.multiples]
        if len(axes) == 1 and axes[0] in ranged:
            found.append(outer[axes[0]])
            continue
        lo = substituted(span.lo, outer)
        found.append(Span(lo, lo + Affine.const(1)))
    return tuple(found)


def substituted(number: Affine, places: tuple[Span, ...]) -> Affine:
    """A number of one unit's indices, where each index is the point that another unit reads."""
    total = Affine(number.constant)
    for position, multiple in number.multiples:
        total = total + places[position].lo.scaled(multiple)
    return total


def _taken_over(group: Group, term: Term, source: Group, sign: int) -> Group:
    terms = tuple(
        replace(
            one,
            coefficient=substituted(one.coefficient, term.spans).scaled(sign),
            spans=tuple(replace(span, lo=substituted(span.lo, term.spans), hi=substituted(span.hi, term.spans)) for span in one.spans),
        )
        for one in source.terms
    )
    below, at, above = source.encoding
    encoding = source.encoding if sign > 0 else (-above, -at, -below)
    bias = substituted(source.bias, term.spans).scaled(sign)
    return replace(group, terms=terms, bias=bias, encoding=encoding, activation=source.activation)
