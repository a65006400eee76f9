"""Random programs, and the networks that they are: what condensing has to find again.

Draws that do not say which groups they were made of are left out: a unit that reads nothing, or two neurons that decide alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pyssnn.distillation.expand import expand_layers, term_places
from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Program, Relation, Span, Term
from pyssnn.distillation.network import Layer, Network

SIGNS = (Fraction(-1), Fraction(0), Fraction(1))
STEPS = (Fraction(0), Fraction(1, 2), Fraction(1))


@dataclass(frozen=True, eq=False)
class Planted:
    """A network, and for each hidden layer and for the last the groups it was made of, as sets of neurons."""

    program: Program
    network: Network
    groups: tuple[frozenset[frozenset[int]], ...]


def planted(seed: int, noise: float = 0.0) -> Planted | None:
    """A random program as a network with its hidden neurons in random order; None where the draw is left out.

    Args:
        noise: of a normal distribution that is added to every weight and bias.
    """
    rng = np.random.default_rng(seed)
    shape = tuple(int(length) for length in rng.integers(4, 7, size=rng.integers(1, 3)))
    arrays = {INPUT: shape}
    groups: list[Group] = []
    depth = int(rng.integers(1, 3))
    for layer in range(depth):
        made = [_group(f"g{layer}{number}", layer, arrays, rng) for number in range(rng.integers(1, 3))]
        if any(group is None for group in made):
            return None
        groups += [group for group in made if group is not None]
        arrays = {group.name: group.shape(()) for group in made if group is not None}
    last = [_output(f"o{number}", depth, number, arrays, rng) for number in range(2)]
    groups += last
    encoding = STEPS if rng.random() < 0.3 else SIGNS
    input_encoding = (Fraction(0), Fraction(1)) if rng.random() < 0.6 else (Fraction(-1), Fraction(1))
    output = Program((), tuple(map(Poly.const, shape)), input_encoding, tuple(groups), "max", STEPS, (Poly.const(2),))
    return _network(output, encoding, noise, rng)


def _group(name: str, layer: int, arrays: dict[str, tuple[int, ...]], rng: np.random.Generator) -> Group | None:
    source = list(arrays)[int(rng.integers(len(arrays)))]
    shape = arrays[source]
    kind = rng.choice(["slab", "point", "box", "pair", "prefix"]) if shape else "single"
    coefficient = Fraction(int(rng.choice([1, 2, 3])))
    bias = Affine.const(Fraction(int(rng.integers(-7, 8)), 2))
    full = [Span(Affine(), Affine.const(length)) for length in shape]

    def point(index: int) -> Span:
        at = Affine(Poly(), ((index, Fraction(1)),))
        return Span(at, at + Affine.const(1))

    axis = int(rng.integers(len(shape))) if shape else 0
    if kind == "single" or (shape and min(shape) < 3):
        spans = tuple(full)
        return _made(name, layer, (), (), (Term(Affine.const(coefficient), source, spans),), bias)
    if kind == "slab":
        spans = tuple(point(0) if one == axis else span for one, span in enumerate(full))
        return _made(name, layer, (shape[axis],), (), (Term(Affine.const(coefficient), source, spans),), bias)
    if kind == "point":
        return _made(
            name, layer, shape, (), (Term(Affine.const(coefficient), source, tuple(point(one) for one in range(len(shape)))),), bias
        )
    if kind == "box":
        extent = shape[axis] - 1
        at = Affine(Poly(), ((0, Fraction(1)),))
        spans = tuple(Span(at, at + Affine.const(2)) if one == axis else span for one, span in enumerate(full))
        return _made(name, layer, (extent,), (), (Term(Affine.const(coefficient), source, spans),), bias)
    if kind == "prefix":
        at = Affine(Poly.const(1), ((0, Fraction(1)),))
        spans = tuple(Span(Affine(), at) if one == axis else span for one, span in enumerate(full))
        return _made(name, layer, (shape[axis],), (), (Term(Affine.const(coefficient), source, spans),), bias)
    spans = tuple(point(0) if one == axis else span for one, span in enumerate(full))
    others = tuple(point(1) if one == axis else span for one, span in enumerate(full))
    terms = (Term(Affine.const(coefficient), source, spans), Term(Affine.const(-coefficient), source, others))
    return _made(name, layer, (shape[axis], shape[axis]), (Relation(0, 1, "<"),), terms, bias)


def _made(name: str, layer: int, extents: tuple[int, ...], relations: tuple[Relation, ...], terms: tuple[Term, ...], bias: Affine) -> Group:
    return Group(name, layer, tuple(map(Poly.const, extents)), relations, terms, bias, "sign", SIGNS)


def _output(name: str, layer: int, place: int, arrays: dict[str, tuple[int, ...]], rng: np.random.Generator) -> Group:
    terms = []
    for source, shape in arrays.items():
        spans = tuple(Span(Affine(), Affine.const(length)) for length in shape)
        terms.append(Term(Affine.const(int(rng.choice([-2, -1, 1, 2])) * (3 * place + 1)), source, spans))
    return Group(name, layer, (), (), tuple(terms), Affine.const(place), "linear", STEPS, (Affine.const(place),))


def _network(program: Program, encoding: tuple[Fraction, ...], noise: float, rng: np.random.Generator) -> Planted | None:
    placements, widths, orders = {}, [int(np.prod([int(e.at(())) for e in program.input_shape]))], []
    for layer in range(program.last + 1):
        units = [(group.name, index) for group in program.groups if group.layer == layer for index in group.domain(())]
        order = rng.permutation(len(units)) if layer < program.last else np.arange(len(units))
        for group in program.groups:
            if group.layer == layer:
                placements[group.name] = np.full(group.shape(()), -1)
        for (name, index), neuron in zip(units, order, strict=True):
            placements[name][index] = neuron
        widths.append(len(units))
        orders.append(len(units))
    layers = []
    for number, (weights, biases) in enumerate(expand_layers(program, (), placements, widths)):
        columns = np.vstack([weights, biases])
        scaled = np.round(columns / np.abs(weights).max(axis=0, initial=1e-9), 9)
        if len(np.unique(scaled, axis=1).T) < columns.shape[1] or not weights.any(axis=0).all():
            return None
        if any(_is_empty(program, group, placements) for group in program.groups if group.layer == number):
            return None
        last = number == program.last
        if noise:
            weights, biases = weights + noise * rng.standard_normal(weights.shape), biases + noise * rng.standard_normal(biases.shape)
        shape = (2,) if last else (len(biases),)
        layers.append(Layer(weights, biases, "max" if last else "sign", tuple(map(float, STEPS if last else encoding)), shape))
    network = Network(tuple(layers), tuple(int(e.at(())) for e in program.input_shape), tuple(map(float, program.input_encoding)))
    groups = tuple(
        frozenset(
            frozenset(placements[group.name][placements[group.name] >= 0].ravel().tolist())
            for group in program.groups
            if group.layer == layer
        )
        for layer in range(program.last + 1)
    )
    return Planted(program, network, groups)


def _is_empty(program: Program, group: Group, placements: dict[str, np.ndarray]) -> bool:
    """Whether a selector of some unit selects nothing."""
    for index in group.domain(()):
        for term in group.terms:
            shape = tuple(int(extent.at(())) for extent in program.shape_of(term.source))
            ids = placements[term.source] if term.source != INPUT else np.zeros(shape)
            if not (ids[term_places(term, (), index, shape)] >= 0).any():
                return True
    return False
