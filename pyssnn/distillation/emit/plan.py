"""What a program computes and in which order, before a language writes it down.

A sum that does not depend on all indices of the units that add it up is computed once (`Shared`), for all places it is taken at; a group
that one place of one other group reads is written where it is read (`inlined`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Program, Span, Term

INDEX_NAMES = ("i", "j", "k", "l")


@dataclass(frozen=True)
class Shared:
    """Sums over some axes of an array: an array over the others.

    Attributes:
        name: of the array of sums.
        source: what is added up.
        spans: on each axis a constant span that is added up, or None where the sums have an index.
    """

    name: str
    source: str
    spans: tuple[Span | None, ...]

    def entry(self) -> tuple[list[int], tuple[Span, ...]]:
        """Which axes of the source have an index, and the spans that one entry adds up: the one place that an index names, on those axes."""
        free = [axis for axis, span in enumerate(self.spans) if span is None]
        places = {axis: Affine(Poly(), ((index, Fraction(1)),)) for index, axis in enumerate(free)}
        spans = (span or Span(places[axis], places[axis] + Affine.const(1)) for axis, span in enumerate(self.spans))
        return free, tuple(spans)


@dataclass(frozen=True)
class Plan:
    """A program in order of computing.

    Attributes:
        program: what is computed.
        steps: shared sums and groups, each after what it reads.
        taken: for (group name, position of the term) the shared sums it reads.
        inlined: names of groups that are written where they are read.
        sizes: sizes at which spans were looked at for being cut off.
    """

    program: Program
    steps: tuple[Shared | Group, ...]
    taken: dict[tuple[str, int], Shared]
    inlined: frozenset[str]
    sizes: tuple[tuple[int, ...], ...]

    def is_cut(self, span: Span, group: Group, extent: Poly, related: bool = True) -> tuple[bool, bool]:
        """Whether a span that is not cyclic starts before its axis, or ends after it, for some unit at the sizes seen.

        With `related` False for some index tuple of the box, whether the relations hold or not.
        """
        before = after = False
        for sizes in self.sizes:
            lo, _ = bounds(span.lo, group, sizes, related)
            _, hi = bounds(span.hi, group, sizes, related)
            before |= lo < 0
            after |= hi > extent.at(sizes)
        return before, after


def is_sound(program: Program, sizes: tuple[int, ...], seen: tuple[tuple[int, ...], ...]) -> bool:
    """Whether at a size every unit reads and writes inside its arrays; only selectors that an edge cuts off at the sizes seen may leave."""
    made = Plan(program, (), {}, frozenset(), seen)
    output = tuple(extent.at(sizes) for extent in program.output_shape)
    for group in program.groups:
        if any(extent.at(sizes) < 0 for extent in group.extents):
            return False
        if not all(group.shape(sizes)):
            continue
        for term in group.terms:
            for span, extent in zip(term.spans, program.shape_of(term.source), strict=False):
                length = extent.at(sizes)
                if term.diagonal or (span.cyclic and length > 0) or (span.lo.multiples and not span.is_point):
                    continue
                cut = made.is_cut(span, group, extent)
                if (bounds(span.lo, group, sizes)[0] < 0 and not cut[0]) or (bounds(span.hi, group, sizes)[1] > length and not cut[1]):
                    return False
        places = zip(group.positions, output, strict=False)
        if any(bounds(place, group, sizes)[0] < 0 or bounds(place, group, sizes)[1] >= length for place, length in places):
            return False
    return True


def bounds(number: Affine, group: Group, sizes: tuple[int, ...], related: bool = True) -> tuple:
    """The least and the largest value of a number over the smallest box that holds a group's indices, or over all of its array."""
    ends = [[0, max(length - 1, 0)] for length in group.shape(sizes)]
    for relation in group.relations if related else ():
        if relation.kind == "<":
            ends[relation.first][1] = min(ends[relation.first][1], ends[relation.second][1] - 1)
            ends[relation.second][0] = max(ends[relation.second][0], ends[relation.first][0] + 1)
    corners = [number.at(sizes, corner) for corner in product(*ends)]
    return min(corners), max(corners)


def plan(program: Program, sizes: tuple[tuple[int, ...], ...], trace: bool = False) -> Plan:
    """The order of computing. With `trace` every group has its array; else groups that nothing reads are left out, and some are inlined."""
    used = {group.name for group in program.groups} if trace else _needed(program)
    shared: dict[tuple, Shared] = {}
    taken: dict[tuple[str, int], Shared] = {}
    steps: list[Shared | Group] = []
    for group in program.groups:
        if group.name not in used:
            continue
        for position, term in enumerate(group.terms):
            if not _worth_sharing(program, group, term):
                continue
            key = term.source, tuple(None if span.is_point else span for span in term.spans)
            if key not in shared:
                shared[key] = Shared(_name(program, *key, {step.name for step in shared.values()}), *key)
                steps.append(shared[key])
            taken[group.name, position] = shared[key]
        steps.append(group)
    inlined = (
        frozenset()
        if trace
        else frozenset(group.name for group in program.groups if group.name in used and _is_inlined(program, group, used))
    )
    return Plan(program, tuple(steps), taken, inlined, sizes)


def _needed(program: Program) -> set[str]:
    needed = {group.name for group in program.groups if group.layer == program.last}
    for group in reversed(program.groups):
        if group.name in needed:
            needed |= {term.source for term in group.terms}
    return needed


def _worth_sharing(program: Program, group: Group, term: Term) -> bool:
    """Whether the term adds up several entries that are the same for several units, or for another group."""
    if term.diagonal or not term.spans or all(span.is_point for span in term.spans) or any(span.cyclic for span in term.spans):
        return False
    if any((span.lo.multiples or span.hi.multiples) and not span.is_point for span in term.spans):
        return False
    named = {position for span in term.spans for position, _ in span.lo.multiples}
    if len(named) < len(group.extents):
        return True
    alike = [
        other
        for other in program.groups
        for one in other.terms
        if one.source == term.source and [span.is_point or span for span in one.spans] == [span.is_point or span for span in term.spans]
    ]
    return len(alike) > 1 and len(group.extents) > 0


def _name(program: Program, source: str, spans: tuple[Span | None, ...], used: set[str]) -> str:
    full = [span is not None and span.is_full(extent) for span, extent in zip(spans, program.shape_of(source), strict=True)]
    word = "sum"
    if all(full):
        word = "all"
    elif len(spans) == 2 and full == [False, True] and spans[0] is None:
        word = "rows"
    elif len(spans) == 2 and full == [True, False] and spans[1] is None:
        word = "cols"
    name, number = f"{source}_{word}", 2
    while name in used:
        name, number = f"{source}_{word}{number}", number + 1
    return name


def _is_inlined(program: Program, group: Group, used: set[str]) -> bool:
    """Whether the group is read once, at one place by each unit that reads it, and has few terms."""
    if group.layer == program.last or group.name == INPUT:
        return False
    readers = [(other, term) for other in program.groups if other.name in used for term in other.terms if term.source == group.name]
    if len(readers) != 1 or len(group.terms) > 2:
        return False
    reader, term = readers[0]
    whole = all(span.is_point and not span.cyclic for span in term.spans)
    places = [position for span in term.spans for position, _ in span.lo.multiples]
    return whole and len(set(places)) == len(reader.extents) and group.activation != "linear"
