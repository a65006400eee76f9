"""Numbers and affine expressions as text that Python, NumPy and OCaml share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

from pyssnn.distillation.ir import Affine, Group, Poly

Number = Callable[[Fraction], str]


def plain(value: Fraction) -> str:
    """A number as Python writes it: an integer, else a decimal."""
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def affine(value: Affine, indices: Sequence[str], names: Sequence[str], number: Number = plain) -> str:
    """An affine expression as a sum, indices first, such as "0.5 * i + 1"."""
    return added([*_multiples(value, indices), *_monomials(value.constant, names)], number)


def length_text(value: Poly, names: Sequence[str], divide: str = "//") -> str:
    """A polynomial that is an integer at every size, such as "n * n - 1" or "n // 2", without a decimal."""
    return place_text(Affine(value), (), names, divide)


def place_text(value: Affine, indices: Sequence[str], names: Sequence[str], divide: str = "//") -> str:
    """An affine expression that is an integer at every size and index, such as "i + 1" or "i + n // 2", without a decimal.

    Args:
        divide: how the language writes the division of integers; "//" rounds down, and of any other no more is asked than to be right
            where nothing is left over.
    """
    if any(multiple.denominator != 1 for _, multiple in value.multiples):
        return added([(Fraction(1), _divided([*_multiples(value, indices), *_monomials(value.constant, names)], divide))])
    whole_terms, broken = Poly.make({}), {}
    for exponents, factor in value.constant.terms:
        if factor.denominator == 1:
            whole_terms = whole_terms + Poly.make({exponents: factor})
        else:
            broken[exponents] = factor
    parts = _multiples(value, indices)
    if broken:
        sign = -1 if max(broken.items())[1] < 0 else 1
        rest = Poly.make(broken).scaled(sign)
        text = _halved(rest, names) if divide == "//" else ""
        text = text or _divided(_monomials(rest, names), divide)
        parts.append((Fraction(sign), text if sign > 0 else f"({text})"))
    return added([*parts, *_monomials(whole_terms, names)])


def _halved(value: Poly, names: Sequence[str]) -> str:
    """Half an odd multiple of a size, rounded by its remainder modulo 2, as a division that rounds; "" for anything else."""
    sizes = len(names) // 2
    if len(value.terms) != 2:
        return ""
    (odd, rounding), (power, factor) = sorted(value.terms, key=lambda term: -len(term[0]))
    position = len(power) - 1
    if sum(power) != 1 or len(odd) != sizes + position + 1 or sum(odd) != 1 or factor.denominator != 2 or abs(rounding) != Fraction(1, 2):
        return ""
    text = names[position] if factor.numerator == 1 else f"{factor.numerator} * {names[position]}"
    return f"{text} // 2" if rounding < 0 else f"({text} + 1) // 2"


def _divided(parts: Sequence[tuple[Fraction, str]], divide: str) -> str:
    common = lcm(*(factor.denominator for factor, _ in parts))
    return f"({added([(factor * common, what) for factor, what in parts])}) {divide} {common}"


def _multiples(value: Affine, indices: Sequence[str]) -> list[tuple[Fraction, str]]:
    return [(multiple, indices[position]) for position, multiple in value.multiples]


def _monomials(value: Poly, names: Sequence[str]) -> list[tuple[Fraction, str]]:
    """The terms of a polynomial, highest powers first."""
    return [(factor, " * ".join(_powers(exponents, names))) for exponents, factor in reversed(value.terms)]


def added(
    parts: Sequence[tuple[Fraction, str]], number: Number = plain, plus: str = "+", minus: str = "-", times: str = "*", negative: str = "-"
) -> str:
    """Factors times texts as a sum; an empty text is 1. Positive parts come first, and an empty sum is 0.

    Args:
        negative: what stands before a sum whose first part is negative.
    """
    rest = sorted((part for part in parts if part[0]), key=lambda part: (part[0] < 0, part[1] == ""))
    text = ""
    for factor, what in rest:
        size = abs(factor)
        piece = number(size) if not what else what if size == 1 else f"{number(size)} {times} {what}"
        if not text:
            text = f"{negative}{piece}" if factor < 0 else piece
        else:
            text += f" {minus if factor < 0 else plus} {piece}"
    return text or number(Fraction(0))


def _powers(exponents: tuple[int, ...], names: Sequence[str]) -> list[str]:
    return [name for name, exponent in zip(names, exponents, strict=False) for _ in range(exponent)]


def whole(group: Group) -> Fraction:
    """What a threshold group's sum is multiplied with so that its numbers are integers where a decimal would not be exact, else 1."""
    common = lcm(*(value.denominator for value in factors(group)))
    exact = common & (common - 1) == 0
    return Fraction(1) if exact or group.activation == "linear" or common > 10**6 else Fraction(common)


def factors(group: Group) -> list[Fraction]:
    """Every number in a group's coefficients and bias."""
    found = [group.bias, *(term.coefficient for term in group.terms)]
    return [
        value for one in found for value in (*(factor for _, factor in one.constant.terms), *(multiple for _, multiple in one.multiples))
    ]
