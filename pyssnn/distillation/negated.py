"""Groups that are another group's negative: they go, and what read them reads the other with the opposite coefficient."""

from __future__ import annotations

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
    for group in program.groups:
        terms: dict[tuple, Term] = {}
        touched = False
        for term in group.terms:
            touched |= term.source in gone
            new = replace(term, source=gone[term.source], coefficient=-term.coefficient) if term.source in gone else term
            key = new.source, new.spans, new.diagonal
            touched |= key in terms
            terms[key] = replace(new, coefficient=terms[key].coefficient + new.coefficient) if key in terms else new
        left = tuple(sorted((term for term in terms.values() if term.coefficient != Affine()), key=term_structure))
        group = _primitive(replace(group, terms=left)) if touched else group
        twin = next((other for other in kept if _are_opposite(other, group)), None) if group.layer < program.last else None
        if twin is None:
            kept.append(group)
        else:
            gone[group.name] = twin.name
    return Shortened(replace(program, groups=tuple(kept)), gone)


def folded(layers: list[tuple[np.ndarray, np.ndarray]], placements: dict[str, np.ndarray], program: Program, gone: dict[str, str]) -> list[tuple[np.ndarray, np.ndarray]]:
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
