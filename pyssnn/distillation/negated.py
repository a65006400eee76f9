"""Groups that are another group's negative: they go, and what read them reads the other with the opposite coefficient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from pyssnn.distillation.ir import Affine, Group, Program, Term
from pyssnn.distillation.shapes import term_structure


@dataclass(frozen=True)
class Shortened:
    """A program without such groups, and the groups that went: name to that of the group whose negative it is."""

    program: Program
    gone: dict[str, str]


def without_negatives(program: Program) -> Shortened:
    """The program without groups that are another's negative."""
    gone: dict[str, str] = {}
    kept: list[Group] = []
    for layer in range(program.last + 1):
        here = []
        for group in (group for group in program.groups if group.layer == layer):
            if any(term.source in gone for term in group.terms):
                turned = (
                    replace(one, source=gone[one.source], coefficient=-one.coefficient) if one.source in gone else one
                    for one in group.terms
                )
                group = _primitive(replace(group, terms=added_up(turned)))
            here.append(group)
        if layer < program.last:
            # Of two that are opposite the one with more positive coefficients stays.
            for group in sorted(here, key=_negatives, reverse=True):
                twin = next(
                    (other for other in here if other.name not in gone and other is not group and _are_opposite(other, group)), None
                )
                if twin is not None:
                    gone[group.name] = twin.name
        kept += [group for group in here if group.name not in gone]
    return Shortened(replace(program, groups=tuple(kept)), gone)


def added_up(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms in order, those of one selector as one, none with the coefficient 0."""
    found: dict[tuple, Term] = {}
    for term in terms:
        key = term.source, term.spans, term.diagonal
        found[key] = replace(term, coefficient=found[key].coefficient + term.coefficient) if key in found else term
    return tuple(sorted((term for term in found.values() if term.coefficient != Affine()), key=term_structure))


def _negatives(group: Group) -> int:
    """Coefficients below 0 less those above, as far as they do not depend on a size."""
    constants = [term.coefficient.constant.at(()) for term in group.terms if term.coefficient.is_const]
    return sum((value < 0) - (value > 0) for value in constants)


def folded(
    layers: list[tuple[np.ndarray, np.ndarray]], placements: dict[str, np.ndarray], program: Program, gone: dict[str, str]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers' weights and biases with the rows of groups that are gone subtracted from those of their twins, and their neurons 0."""
    found = [(weights.copy(), biases.copy()) for weights, biases in layers]
    for name, twin in gone.items():
        layer = program.group(name).layer
        here, there = placements[name].ravel(), placements[twin].ravel()
        here, there = here[here >= 0], there[there >= 0]
        after = found[layer + 1][0]
        after[there] -= after[here]
        after[here] = 0
        found[layer][0][:, here] = 0
        found[layer][1][here] = 0
    return found


def _are_opposite(one: Group, two: Group) -> bool:
    if (one.layer, one.extents, one.relations, one.activation) != (two.layer, two.extents, two.relations, two.activation):
        return False
    if one.activation == "linear" or two.encoding != one.encoding or one.encoding[1] != 0 or one.encoding[0] != -one.encoding[2]:
        return False
    negative = {replace(term, coefficient=-term.coefficient) for term in two.terms}
    return one.bias == -two.bias and negative == set(one.terms) and len(one.terms) == len(two.terms)


def _primitive(group: Group) -> Group:
    """A threshold group with its coefficients divided by what they have in common."""
    numbers = [value for term in group.terms for value in _numbers(term.coefficient)]
    if group.activation == "linear" or not numbers:
        return group
    common = lcm(*(value.denominator for value in numbers))
    factor = Fraction(common, gcd(*(int(value * common) for value in numbers)))
    terms = tuple(replace(term, coefficient=term.coefficient.scaled(factor)) for term in group.terms)
    return replace(group, terms=terms, bias=group.bias.scaled(factor))


def _numbers(value: Affine) -> list[Fraction]:
    return [factor for _, factor in value.constant.terms] + [multiple for _, multiple in value.multiples]
