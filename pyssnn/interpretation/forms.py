"""Closed forms: expressions of named inputs, read from text, with values, exact gradients and a size."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from .dual import evaluate

_FUNCTIONS = {name: getattr(sympy, name) for name in ("exp", "log", "sin", "cos", "tan", "sqrt", "tanh")} | {"abs": sympy.Abs, "Abs": sympy.Abs}
_NAMED = (sympy.pi, sympy.E)
_OPERATIONS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class Form:
    """An expression of named inputs.

    Attributes:
        expression: for sympy; its symbols are real and have the inputs' names.
        inputs: names of the inputs, in the order of the points' columns.
    """

    expression: sympy.Expr
    inputs: tuple[str, ...]

    @classmethod
    def of(cls, text: str, inputs: Sequence[str], meanings: Mapping[str, sympy.Expr] | None = None) -> Form:
        """The form that a text in Python's notation (x**2, exp, log, sin, cos, sqrt, pi, E) describes; nothing is executed.

        Args:
            meanings: what names in the text stand for; the inputs themselves by default.

        Raises:
            ValueError: the text is not such an expression.
        """
        known = {"E": sympy.E, "pi": sympy.pi, **(symbols(inputs) if meanings is None else meanings)}
        return cls(_read(ast.parse(text, mode="eval").body, known), tuple(inputs))

    def values_and_gradients(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n,) and gradients (n, d) at points (n, d); not finite outside the form's domain."""
        return evaluate(self.expression, dict(zip(symbols(self.inputs).values(), range(len(self.inputs)), strict=True)), points)

    def values(self, points: np.ndarray) -> np.ndarray:
        """Values (n,) at points (n, d)."""
        return self.values_and_gradients(points)[0]

    @functools.cached_property
    def size(self) -> float:
        """How much there is to write: one an input, operation or function; a constant by its bits, eight if it is no simple one."""
        return round(_size(self.expression), 2)

    @property
    def exact(self) -> bool:
        """Whether no constant is a decimal number."""
        return not self.expression.has(sympy.Float)

    def __str__(self) -> str:
        return sympy.sstr(self.expression)


@functools.lru_cache(maxsize=64)
def _symbols(names: tuple[str, ...]) -> Mapping[str, sympy.Symbol]:
    return {name: sympy.Symbol(name, real=True) for name in names}


def symbols(names: Sequence[str]) -> Mapping[str, sympy.Symbol]:
    """Real symbols of these names."""
    return _symbols(tuple(names))


def _read(node: ast.expr, known: Mapping[str, sympy.Expr]) -> sympy.Expr:
    match node:
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return sympy.Integer(value)
        case ast.Constant(value=float() as value):
            return sympy.Float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_read(operand, known)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            return _OPERATIONS[type(operation)](_read(left, known), _read(right, known))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_read(argument, known))
    raise ValueError(f"{ast.unparse(node)!r} is no expression of {', '.join(known)}")


def _half_bits(e: sympy.Expr) -> float:
    return 0.5 if e in _NAMED else 0.5 * float(np.log2(max(abs(int(e.p)), 1)) + np.log2(int(e.q)))


def _constant(factors: list[sympy.Expr]) -> tuple[float, list[sympy.Expr]]:
    """What the simple constants among factors add, as one constant and its multiplication, and the other factors.

    2π is one constant, of two bits.
    """
    simple = [a for a in factors if isinstance(a, sympy.Rational) or a in _NAMED]
    rest = [a for a in factors if a not in simple]
    if not simple or not rest:
        return 0.0, factors
    return 2.0 + sum(map(_half_bits, simple)), rest


def _size(e: sympy.Expr) -> float:
    if isinstance(e, sympy.Symbol):
        return 1.0
    if isinstance(e, sympy.Rational) or e in _NAMED:
        return 1.0 + _half_bits(e)
    if e.is_Number:
        return 8.0
    if isinstance(e, sympy.exp):
        return 1.0 + _size(e.args[0])
    if isinstance(e, sympy.Pow):
        base, exponent = e.args
        return _size(base) + (1.0 if abs(exponent) in (1, 2, sympy.Rational(1, 2)) else 1.0 + _size(exponent))
    if isinstance(e, sympy.Mul):
        constant, factors = _constant([a for a in e.args if a != -1])
        # Half of a sum or of a product is one more operation and its constant; a reciprocal is written by the division itself.
        sizes = [_size(1 / a if isinstance(a, sympy.Pow) and a.args[1].could_extract_minus_sign() else a) for a in factors]
        return sum(sizes) + len(sizes) - 1 + constant
    if isinstance(e, sympy.Add):
        return sum(map(_size, e.args)) + len(e.args) - 1
    return 1.0 + sum(map(_size, e.args))
