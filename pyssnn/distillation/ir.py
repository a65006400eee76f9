"""The representation between weights and text: families of threshold units over index domains, reading arrays through selectors.

A `Group` stands for all units that one formula describes. A unit has an index tuple inside the group's domain; it adds up
coefficient × selector terms of the input array or of groups of the layer before, adds its bias and compares with 0. Numbers are
affine in the indices and polynomial in the sizes of the input, so a program whose polynomials are constants describes one network, and
others describe one network for every size. `expand.py` turns either back into weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

INPUT = "x"


def augmented(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes and then each modulo 2: the variables of a `Poly`."""
    return (*sizes, *(size % 2 for size in sizes))


@dataclass(frozen=True)
class Poly:
    """A polynomial in the sizes and their remainders modulo 2: ((exponents, one a variable), coefficient) pairs, sorted, none 0."""

    terms: tuple[tuple[tuple[int, ...], Fraction], ...] = ()

    @staticmethod
    def const(value: Fraction | int) -> Poly:
        """The polynomial that is this number at every size."""
        return Poly((((), Fraction(value)),)) if value else Poly()

    @staticmethod
    def make(terms: dict[tuple[int, ...], Fraction]) -> Poly:
        """The polynomial of these terms; exponents lose the zeros at their end, so that equal polynomials are equal objects."""
        found: dict[tuple[int, ...], Fraction] = {}
        for exponents, value in terms.items():
            while exponents and exponents[-1] == 0:
                exponents = exponents[:-1]
            found[exponents] = found.get(exponents, Fraction(0)) + Fraction(value)
        return Poly(tuple(sorted((key, value) for key, value in found.items() if value)))

    @staticmethod
    def size(position: int) -> Poly:
        """The size at this position itself."""
        return Poly((((0,) * position + (1,), Fraction(1)),))

    def at(self, sizes: tuple[int, ...]) -> Fraction:
        """Its value at these sizes (see `augmented`)."""
        total = Fraction(0)
        for exponents, value in self.terms:
            for base, exponent in zip(sizes, exponents, strict=False):
                value = value * base**exponent
            total += value
        return total

    @property
    def is_const(self) -> bool:
        """Whether it is the same number at every size."""
        return not self.terms or (len(self.terms) == 1 and self.terms[0][0] == ())

    def __add__(self, other: Poly) -> Poly:
        terms = dict(self.terms)
        for exponents, value in other.terms:
            terms[exponents] = terms.get(exponents, Fraction(0)) + value
        return Poly.make(terms)

    def __neg__(self) -> Poly:
        return Poly(tuple((exponents, -value) for exponents, value in self.terms))

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def scaled(self, factor: Fraction | int) -> Poly:
        """Its product with a number."""
        return Poly.make({exponents: value * factor for exponents, value in self.terms})


@dataclass(frozen=True)
class Affine:
    """A polynomial in the sizes plus a rational multiple of each index: (position of the index, multiple), sorted, none 0."""

    constant: Poly = Poly()
    multiples: tuple[tuple[int, Fraction], ...] = ()

    @staticmethod
    def const(value: Fraction | int) -> Affine:
        """This number, whatever the indices."""
        return Affine(Poly.const(value))

    def at(self, sizes: tuple[int, ...], index: tuple[int, ...]) -> Fraction:
        """Its value for a unit."""
        return self.constant.at(sizes) + sum((multiple * index[position] for position, multiple in self.multiples), Fraction(0))

    def __add__(self, other: Affine) -> Affine:
        multiples = dict(self.multiples)
        for position, value in other.multiples:
            multiples[position] = multiples.get(position, Fraction(0)) + value
        return Affine(self.constant + other.constant, tuple(sorted((key, value) for key, value in multiples.items() if value)))

    def __neg__(self) -> Affine:
        return Affine(-self.constant, tuple((position, -value) for position, value in self.multiples))

    def __sub__(self, other: Affine) -> Affine:
        return self + -other

    def scaled(self, factor: Fraction | int) -> Affine:
        """Its product with a number."""
        return Affine(
            self.constant.scaled(factor), tuple((position, value * factor) for position, value in self.multiples) if factor else ()
        )

    @property
    def is_const(self) -> bool:
        """Whether it is one number, for every size and index."""
        return not self.multiples and self.constant.is_const


@dataclass(frozen=True)
class Span:
    """The places lo ≤ place < hi of one axis: cut off at the array's ends, or, where `cyclic`, taken modulo its length.

    With a `step`, only every such place from lo on.
    """

    lo: Affine
    hi: Affine
    cyclic: bool = False
    step: int = 1

    @property
    def is_point(self) -> bool:
        """Whether it holds one place for every unit and size."""
        return self.hi - self.lo == Affine.const(1) and self.step == 1

    def is_full(self, extent: Poly) -> bool:
        """Whether it is the whole axis for every unit and size."""
        return not self.cyclic and self.step == 1 and self.lo == Affine() and self.hi == Affine(extent)


@dataclass(frozen=True)
class Term:
    """A coefficient times the sum of an array's entries: over a box, or, with `diagonal`, over the entries whose two places differ
    (second minus first) by the one span's number, modulo the second length where that is cyclic."""

    coefficient: Affine
    source: str
    spans: tuple[Span, ...]
    diagonal: bool = False


@dataclass(frozen=True)
class Relation:
    """A condition on two indices, by their positions: "<", "<=" or "!="."""

    first: int
    second: int
    kind: str

    def holds(self, index: tuple[int, ...]) -> bool:
        """Whether a unit fulfils it."""
        one, two = index[self.first], index[self.second]
        return one < two if self.kind == "<" else one <= two if self.kind == "<=" else one != two


@dataclass(frozen=True)
class Group:
    """Units of one formula.

    Attributes:
        name: of its array in the program.
        layer: which layer of the network it belongs to, from 0.
        extents: index k runs from 0 to extents[k] − 1.
        relations: what index tuples fulfil besides.
        terms: what a unit adds up.
        bias: what it adds to that.
        activation: "sign", "step" or "linear" ("max" and "softmax" are linear groups, and the program's output says the rest).
        encoding: the values below, at and above the threshold.
        positions: in the last layer, where in the output array a unit stands; elsewhere empty.
    """

    name: str
    layer: int
    extents: tuple[Poly, ...]
    relations: tuple[Relation, ...]
    terms: tuple[Term, ...]
    bias: Affine
    activation: str
    encoding: tuple[Fraction, Fraction, Fraction]
    positions: tuple[Affine, ...] = ()

    def shape(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """The lengths of its array."""
        return tuple(max(int(extent.at(sizes)), 0) for extent in self.extents)

    def domain(self, sizes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """The index tuples of its units, in order."""
        for index in product(*(range(length) for length in self.shape(sizes))):
            if all(relation.holds(index) for relation in self.relations):
                yield index


@dataclass(frozen=True)
class Program:
    """A network as groups.

    Attributes:
        sizes: names of the size variables; none where the program is for one size.
        input_shape: the lengths of the input array.
        input_encoding: the values an input may take.
        groups: those of earlier layers first.
        output: "values" (what the last groups give), "max" (the largest along the last axis wins) or "softmax" (the sums are given).
        output_encoding: for "max": the values of losers, of those that are largest together, and of a sole winner.
        output_shape: the lengths of the output array.
    """

    sizes: tuple[str, ...]
    input_shape: tuple[Poly, ...]
    input_encoding: tuple[Fraction, ...]
    groups: tuple[Group, ...]
    output: str
    output_encoding: tuple[Fraction, Fraction, Fraction]
    output_shape: tuple[Poly, ...]

    def variables(self, remainder: str = "%") -> tuple[str, ...]:
        """What the variables of a polynomial are called, with the language's operator for a remainder."""
        return (*self.sizes, *(f"({size} {remainder} 2)" for size in self.sizes))

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return self.groups[-1].layer

    def group(self, name: str) -> Group:
        """The group of this name."""
        return next(group for group in self.groups if group.name == name)

    def shape_of(self, source: str) -> tuple[Poly, ...]:
        """The lengths of the input's or a group's array."""
        return self.input_shape if source == INPUT else self.group(source).extents

    def literals(self) -> int:
        """How many numbers one writes down to state it, a coarse measure of its length."""
        count = 0
        for group in self.groups:
            count += 1 + len(group.extents) + len(group.relations)
            for term in group.terms:
                full = zip(term.spans, self.shape_of(term.source), strict=False)
                count += 1 + sum(0 if span.is_full(extent) else 1 if span.is_point else 2 for span, extent in full)
        return count
