"""Values and exact gradients of sympy expressions on many points at once, by forward differentiation on arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sympy

Dual = tuple[np.ndarray, np.ndarray]  # values (n,), gradients (n, d)

_DERIVATIVES = {
    sympy.exp: (np.exp, lambda x, f: f),
    sympy.log: (np.log, lambda x, f: 1 / x),
    sympy.sin: (np.sin, lambda x, f: np.cos(x)),
    sympy.cos: (np.cos, lambda x, f: -np.sin(x)),
    sympy.tan: (np.tan, lambda x, f: 1 + f * f),
    sympy.tanh: (np.tanh, lambda x, f: 1 - f * f),
    sympy.Abs: (np.abs, lambda x, f: np.sign(x)),
}


def evaluate(expression: sympy.Expr, columns: Mapping[sympy.Symbol, int], points: np.ndarray) -> Dual:
    """Values (n,) and gradients (n, d) of the expression at points (n, d).

    Args:
        columns: which column of the points a symbol stands for.

    Raises:
        ValueError: the expression holds another symbol or a function without a known derivative.
    """
    with np.errstate(all="ignore"):
        return _of(expression, columns, points, {})


def _of(e: sympy.Expr, columns: Mapping[sympy.Symbol, int], points: np.ndarray, made: dict[sympy.Expr, Dual]) -> Dual:
    if e not in made:
        made[e] = _make(e, columns, points, made)
    return made[e]


def _make(e: sympy.Expr, columns: Mapping[sympy.Symbol, int], points: np.ndarray, made: dict[sympy.Expr, Dual]) -> Dual:
    if e.is_Symbol and e in columns:
        gradient = np.zeros_like(points)
        gradient[:, columns[e]] = 1.0
        return points[:, columns[e]], gradient
    if e.is_number:
        return np.full(len(points), float(e) if e.is_real else np.nan), np.zeros_like(points)
    parts = [_of(a, columns, points, made) for a in e.args]
    if e.is_Add:
        return sum(v for v, _ in parts), sum(g for _, g in parts)
    if e.is_Mul:
        value, gradient = parts[0]
        for v, g in parts[1:]:
            value, gradient = value * v, gradient * v[:, None] + g * value[:, None]
        return value, gradient
    if e.is_Pow and e.args[1].is_number:
        (x, g), power = parts[0], float(e.args[1])
        return x**power, (power * x ** (power - 1))[:, None] * g
    if e.is_Pow:
        (x, g), (p, h) = parts
        value = x**p
        return value, value[:, None] * (h * np.log(x)[:, None] + (p / x)[:, None] * g)
    if e.func in _DERIVATIVES:
        function, derivative = _DERIVATIVES[e.func]
        (x, g) = parts[0]
        value = function(x)
        return value, derivative(x, value)[:, None] * g
    raise ValueError(f"no derivative is known of {e}")
