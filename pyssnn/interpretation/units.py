"""Physical units of forms: a sum adds like to like, and a function takes and gives numbers."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from pyssnn.errors import InputError

from .forms import Form, symbols

_PARTS = 360  # of a base unit, as the core counts them

Unit = Mapping[str, float]  # powers of base units, such as {"m": 1, "s": -1}; {} for a number


def unit_of(form: Form, units: Mapping[str, Unit]) -> dict[str, sympy.Rational] | None:
    """The form's unit, or None if it has none: it adds unlike things, or takes a function of something that is no number.

    Constants are numbers.

    Args:
        units: of the inputs; those not named are numbers.
    """
    known = {symbol: _clean({base: _exact(power) for base, power in units.get(name, {}).items()}) for name, symbol in symbols(form.inputs).items()}
    try:
        return _of(form.expression, known)
    except _Mixed:
        return None


def checked_units(units: Mapping[str, Unit], names: tuple[str, ...]) -> Mapping[str, Unit]:
    """The units. Raises `InputError` unless they are powers of base units, multiples of 1/360, for some of the inputs."""
    for name, unit in units.items():
        if name not in names or not isinstance(unit, Mapping) or not all(map(_is_power, unit.values())):
            expected = f'powers of base units, multiples of 1/{_PARTS} such as {{"m": 1, "s": -0.5}}, for one of {", ".join(names)}'
            raise InputError("units", f"{name}: {unit!r}", expected)
    return units


def _is_power(power: object) -> bool:
    return isinstance(power, (int, float)) and abs(power) <= 1000 and abs(_PARTS * power - round(_PARTS * power)) < 1e-9 * _PARTS


def _exact(power: float) -> sympy.Rational:
    return sympy.Rational(round(_PARTS * power), _PARTS)


class _Mixed(Exception):
    pass


def _clean(unit: dict[str, sympy.Rational]) -> dict[str, sympy.Rational]:
    return {base: power for base, power in unit.items() if power != 0}


def _of(e: sympy.Expr, known: Mapping[sympy.Symbol, dict]) -> dict[str, sympy.Rational]:
    if e.is_Symbol:
        return known[e]
    if e.is_number:
        return {}
    parts = [_of(a, known) for a in e.args]
    if e.is_Mul:
        return _clean({base: sum(part.get(base, sympy.Integer(0)) for part in parts) for base in set().union(*parts)})
    if e.is_Pow and e.args[1].is_number:
        return _clean({base: power * e.args[1] for base, power in parts[0].items()})
    if any(part != parts[0] for part in parts) or (parts[0] and not (e.is_Add or isinstance(e, sympy.Abs))):
        raise _Mixed
    return parts[0]
