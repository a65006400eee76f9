"""Places on a ring that never leave it: written without a remainder."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pyssnn.distillation.ir import Affine, Group, Poly, Program, Span, Term


def plain_places(program: Program) -> Program:
    """The program with spans that are a unit's own index, on an axis as long as that runs, taken as they are."""
    groups = tuple(replace(group, terms=tuple(_plain(program, group, term) for term in group.terms)) for group in program.groups)
    return replace(program, groups=groups)


def _plain(program: Program, group: Group, term: Term) -> Term:
    if term.diagonal:
        return term
    shape = program.shape_of(term.source)
    return replace(term, spans=tuple(_uncycled(span, group, extent) for span, extent in zip(term.spans, shape, strict=True)))


def _uncycled(span: Span, group: Group, extent: Poly) -> Span:
    own = (Affine(Poly(), ((position, Fraction(1)),)) for position, length in enumerate(group.extents) if length == extent)
    return replace(span, cyclic=False) if span.cyclic and span.is_point and span.lo in own else span
