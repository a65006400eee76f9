"""Closed forms: a sympy expression of the inputs with its values, gradients and size; proofs that two forms share level sets."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy


@dataclass(frozen=True)
class Form:
    """An expression of named inputs.

    Attributes:
        expression: for sympy, over `symbols`.
        inputs: names of the inputs, in the order of the points' columns.
    """

    expression: sympy.Expr
    inputs: tuple[str, ...]

    @classmethod
    def of(cls, text: str | sympy.Expr, inputs: Sequence[str]) -> Form:
        """The form that a text in Python's notation (x**2, exp, sin, pi, E) describes."""
        names = symbols(inputs)
        known = {"E": sympy.E, "pi": sympy.pi, **names}
        return cls(sympy.sympify(text, locals=known), tuple(inputs))

    @functools.cached_property
    def _compiled(self) -> tuple:
        arguments = list(symbols(self.inputs).values())
        derivatives = [sympy.diff(self.expression, x) for x in arguments]
        return sympy.lambdify(arguments, [self.expression, *derivatives], modules="numpy", cse=True)

    def values_and_gradients(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n,) and gradients (n, d) at points (n, d); not finite outside the form's domain."""
        with np.errstate(all="ignore"):
            made = self._compiled(*points.T)
        value, *gradient = (np.broadcast_to(np.real(part), len(points)).astype(float) for part in made)
        return value, np.stack(gradient, axis=1)

    def values(self, points: np.ndarray) -> np.ndarray:
        """Values (n,) at points (n, d)."""
        return self.values_and_gradients(points)[0]

    @property
    def size(self) -> float:
        """How much there is to write: inputs and operations one each, small integers one, other rationals two, other numbers four."""
        return float(_size(self.expression))


def symbols(names: Sequence[str]) -> dict[str, sympy.Symbol]:
    """Real symbols of these names."""
    return {name: sympy.Symbol(name, real=True) for name in names}


def _size(e: sympy.Expr) -> float:
    if isinstance(e, sympy.Symbol) or e in (sympy.pi, sympy.E):
        return 1
    if isinstance(e, sympy.Integer):
        return 1 if abs(int(e)) <= 10 else 2
    if isinstance(e, sympy.Rational):
        return 1 if (abs(e.p), e.q) == (1, 2) else 2
    if e.is_Number:
        return 4
    if isinstance(e, sympy.Pow):
        base, exponent = e.args
        return _size(base) + (1 if exponent in (2, -1, sympy.Rational(1, 2)) else 1 + _size(exponent))
    if isinstance(e, sympy.Mul):
        sign, rest = e.as_coeff_Mul()
        if sign == -1:
            return _size(rest)
        return sum(map(_size, e.args)) + len(e.args) - 1
    if isinstance(e, sympy.Add):
        return sum(map(_size, e.args)) + len(e.args) - 1
    return 1 + sum(map(_size, e.args))


def same_level_sets(form: Form, truth: Sequence[Form], chart: Mapping[str, str] | None = None) -> bool:
    """Whether sympy proves that the form is, locally, a function of the truth: its gradient lies in the span of theirs everywhere.

    Args:
        truth: one form, or two, of the same inputs.
        chart: substitutions that put the inputs on the data; gradients are taken along what is left.
    """
    expressions = [f.expression for f in (form, *truth)]
    names = symbols(form.inputs)
    substitutions = {names[name]: sympy.sympify(text, locals=names) for name, text in (chart or {}).items()}
    on_data = [e.subs(substitutions) for e in expressions]
    left = [s for s in names.values() if s not in substitutions]
    jacobian = sympy.Matrix([[sympy.diff(e, x) for x in left] for e in on_data])
    if all(entry == 0 for entry in jacobian.row(0)) or any(e.has(sympy.Float) for e in expressions[:1]):
        return False
    if not _minors_vanish_numerically(jacobian, left):
        return False
    return all(_is_zero(minor) for minor in _minors(jacobian))


def _minors(jacobian: sympy.Matrix):
    from itertools import combinations

    rows, columns = jacobian.shape
    for chosen in combinations(range(columns), min(rows, columns)):
        if rows <= columns:
            yield jacobian[:, list(chosen)].det(method="berkowitz")


def _minors_vanish_numerically(jacobian: sympy.Matrix, left: list[sympy.Symbol]) -> bool:
    """Whether they do at a few rational points, to 40 digits; cheap, and most forms fail it."""
    for shift in (0, 1, 2):
        at = {x: sympy.Rational(3 + 2 * i + 5 * shift, 7 + i + shift) for i, x in enumerate(left)}
        numbers = jacobian.subs(at).evalf(40)
        if any(abs(sympy.re(m)) + abs(sympy.im(m)) > 1e-25 for m in _minors(numbers)):
            return False
    return True


def _is_zero(e: sympy.Expr) -> bool:
    expanded = sympy.expand(e)
    return expanded == 0 or sympy.simplify(expanded) == 0
