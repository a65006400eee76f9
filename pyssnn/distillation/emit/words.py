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


def poly(value: Poly, names: Sequence[str], number: Number = plain) -> str:
    """A polynomial as a sum, highest powers first, such as "n * n - 1"."""
    return added([(factor, " * ".join(_powers(exponents, names))) for exponents, factor in reversed(value.terms)], number)


def affine(value: Affine, indices: Sequence[str], names: Sequence[str], number: Number = plain) -> str:
    """An affine expression as a sum, indices first, such as "i + 1"."""
    parts = [(multiple, indices[position]) for position, multiple in value.multiples]
    parts += [(factor, " * ".join(_powers(exponents, names))) for exponents, factor in reversed(value.constant.terms)]
    return added(parts, number)


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
