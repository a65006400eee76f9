"""Proofs that two forms have the same level sets: their gradients are parallel identically."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import sympy

from .forms import Form, symbols

_DIGITS = 40


def same_level_sets(form: Form, truth: Sequence[Form], chart: Mapping[str, str] | None = None) -> bool:
    """Whether sympy proves that the form is, locally, a function of the truth: its gradient lies in the span of theirs everywhere.

    A form with a constant that is a decimal number proves nothing.

    Args:
        truth: one form, or two, of the same inputs.
        chart: substitutions that put the inputs on the data; gradients are taken along the inputs that are left.
    """
    if not form.exact:
        return False
    names = symbols(form.inputs)
    put = {names[name]: Form.of(text, form.inputs).expression for name, text in (chart or {}).items()}
    left = [s for s in names.values() if s not in put]
    jacobian = sympy.Matrix([[sympy.diff(f.expression.subs(put), x) for x in left] for f in (form, *truth)])
    if all(entry == 0 for entry in jacobian.row(0)):
        return False
    return _vanish_at_points(jacobian, left) and all(_is_zero(minor) for minor in _minors(jacobian))


def _minors(jacobian: sympy.Matrix) -> Iterator[sympy.Expr]:
    """The determinants of all full sets of rows; none where there are fewer inputs than forms."""
    rows, columns = jacobian.shape
    for chosen in combinations(range(columns), rows):
        yield jacobian[:, list(chosen)].det(method="berkowitz")


def _vanish_at_points(jacobian: sympy.Matrix, left: list[sympy.Symbol]) -> bool:
    """Whether the minors do at three rational points, to 40 digits: a cheap test that most forms fail."""
    for shift in range(3):
        at = {x: sympy.Rational(3 + 2 * i + 5 * shift, 7 + i + shift) for i, x in enumerate(left)}
        numbers = jacobian.subs(at).evalf(_DIGITS)
        size = max(abs(entry) for entry in numbers)
        if any(abs(minor) > size**jacobian.rows * sympy.Float(10) ** (15 - _DIGITS) for minor in _minors(numbers)):
            return False
    return True


def _is_zero(e: sympy.Expr) -> bool:
    return sympy.expand(e) == 0 or sympy.simplify(e) == 0
