"""Formulas: symbolic edge functions suggested and fixed, and the whole network as one expression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.optimize import least_squares
from torch import Tensor

from pyssnn.checks import check_choice, check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.kan.layers import Layer
from pyssnn.kan.network import Network
from pyssnn.kan.symbolic import SHAPES, SymbolicEdge

if TYPE_CHECKING:
    from sympy import Expr

_GRID = 41  # values of a and of b that are tried first
_LENIENT = 10.0
_RANGE = 10.0  # a goes from -10 to 10 over the inputs' range, b from -10 to 10


# f(s·t) = |s|^degree · f(t), for s > 0 only (0), for every s (1), or for every s with the sign of s before it (-1).
_HOMOGENEOUS = {"x": (1, -1), "x^2": (2, 1), "x^3": (3, -1), "x^4": (4, 1), "abs": (1, 1), "1/x": (-1, -1), "sqrt": (0.5, 0), "step": (0, 0)}


@dataclass(frozen=True)
class Suggestion:
    """c·f(a·x + b) + d for an edge: the name of f, (a, b, c, d), R² on the data, and how complex f is."""

    name: str
    parameters: tuple[float, float, float, float]
    r_squared: float
    complexity: int

    def edge(self) -> SymbolicEdge:
        return SymbolicEdge(self.name, self.parameters)


@torch.no_grad()
def suggest(network: Network, x: Tensor, layer: int, j: int, i: int, names: Sequence[str] | None = None) -> list[Suggestion]:
    """Formulas for the edge from node i to subnode j, the best R² first, the simpler first among those that agree to four digits.

    R² is 1 − (squared error) / (squared deviation from the mean), of this edge's values on the data.

    Args:
        network: left as it is.
        x: (N, n_columns).
        layer: from 0 on.
        names: of `SHAPES`; all by default.

    Raises:
        InputError: a name that there is not.
        IndexError: no such edge.
    """
    names = list(SHAPES) if names is None else list(names)
    for name in names:
        check_choice("names", name, tuple(SHAPES))
    if not network.layers[layer].edges()[j, i]:
        raise IndexError(f"no edge from node {i} to {j} in layer {layer}")
    at = network.levels(x)[layer]
    values = network.layers[layer].edge_values(at)[:, j, i].double().cpu().numpy()
    points = at[:, i].double().cpu().numpy()
    found = [_fitted(name, points, values) for name in names]
    return sorted(found, key=lambda s: (-round(s.r_squared, 4), s.complexity))


def fix(network: Network, x: Tensor, layer: int, j: int, i: int, name: str | None = None) -> tuple[Network, Suggestion]:
    """A network with a formula in place of an edge, and the formula: the best with this shape, or of all. Raises as `suggest`."""
    best = suggest(network, x, layer, j, i, None if name is None else [name])[0]
    fixed = network.copy()
    fixed.layers[layer].set_formula(j, i, best.edge())
    return fixed, best


def fix_all(
    network: Network, x: Tensor, *, least: float = 0.999, names: Sequence[str] | None = None
) -> tuple[Network, dict[tuple[int, int, int], Suggestion]]:
    """Formulas for all edges, first layers first: the simplest whose R² is at least `least`, and whose error is no more than ten times the least.

    Returns:
        the new network, and by (layer, j, i) what was fixed. Edges without such a formula stay splines.
    """
    check_number("least", least, below=1 + 1e-12)
    fixed, done = network.copy(), {}
    for number, layer in enumerate(fixed.layers):
        for j, i in layer.edges().nonzero().tolist():
            if (j, i) in layer.formulas():
                continue
            suggested = suggest(fixed, x, number, j, i, names)
            best = max(s.r_squared for s in suggested)
            enough = max(least, 1 - _LENIENT * (1 - best) - 1e-6)
            good = [s for s in suggested if s.r_squared >= enough]
            if good:
                done[number, j, i] = min(good, key=lambda s: (s.complexity, -s.r_squared))
                layer.set_formula(j, i, done[number, j, i].edge())
    return fixed, done


def formula(network: Network, names: Sequence[str] | None = None, digits: int = 4) -> list[Expr]:
    """The outputs as sympy expressions of the inputs; an edge that is still a spline appears as a function s_layer_j_i.

    Args:
        network: any.
        names: of the columns; x1, x2, … by default.
        digits: significant digits of the numbers.

    Raises:
        InputError: names of another number than the columns.
    """
    import sympy

    check_integer("digits", digits, 1)
    names = [f"x{i + 1}" for i in range(network.n_columns)] if names is None else list(names)
    if len(names) != network.n_columns:
        raise InputError("names", f"{len(names)} of them", f"{network.n_columns}, one for each column")
    nodes = [sympy.Symbol(names[column]) for column in network.inputs.tolist()]
    for level, layer in enumerate(network.layers):
        subnodes = [_sum(layer, level, j, nodes, digits) for j in range(layer.n_out)]
        start, after = 0, []
        for arity in network.arities[level]:
            after.append(sympy.Mul(*subnodes[start : start + arity]))
            start += arity
        nodes = after
    return [node.xreplace({number: sympy.Float(number, digits) for number in node.atoms(sympy.Float)}) for node in nodes]


def _sum(layer: Layer, level: int, j: int, nodes: Sequence[Expr], digits: int) -> Expr:
    import sympy

    total, formulas = sympy.Float(_rounded(layer.bias[j].item(), digits)), layer.formulas()
    for i in layer.edges()[j].nonzero().flatten().tolist():
        if (j, i) in formulas:
            a, b, c, d = (_rounded(value, digits) for value in formulas[j, i].abcd.tolist())
            shape = sympy.sympify(SHAPES[formulas[j, i].name].sympy)
            total += c * shape.subs(sympy.Symbol("t"), (nodes[i] if a == 1 else a * nodes[i]) + b) + d
        elif layer.n_features == 1:
            weight = _rounded(layer.weight[j, i, 0].item(), digits)
            total += weight * (nodes[i] / (1 + sympy.exp(-nodes[i])) if layer.activated else nodes[i])
        else:
            total += sympy.Function(f"s_{level}_{j}_{i}")(nodes[i])
    return total


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _fitted(name: str, x: np.ndarray, y: np.ndarray) -> Suggestion:
    """The best (a, b, c, d) of a shape: a and b on a coarse grid, then all by least squares."""
    shape = SHAPES[name]
    deviation = float(((y - y.mean()) ** 2).sum())
    if deviation <= 1e-24 * max(1.0, float((y**2).sum())):
        return Suggestion(name, (0.0, 1.0, 0.0, float(y.mean())), 1.0, shape.complexity)
    middle, half = (x.max() + x.min()) / 2, max((x.max() - x.min()) / 2, 1e-12)
    scaled, chosen = (x - middle) / half, np.random.default_rng(0).permutation(len(x))[:200]
    a, b = (grid.ravel() for grid in np.meshgrid(np.linspace(-_RANGE, _RANGE, _GRID), np.linspace(-_RANGE, _RANGE, _GRID)))
    if name == "x":
        a, b = np.ones(1), np.zeros(1)
    values = _evaluated(name, a[:, None] * scaled[chosen] + b[:, None])
    squares = _squares(values, y[chosen])
    best: tuple[float, tuple[float, float, float, float]] = (-math.inf, (0.0, 1.0, 0.0, float(y.mean())))
    for k in np.argsort(-squares)[:3]:
        start = np.array([a[k], b[k]])
        if shape.complexity > 1 and name != "step":
            start = least_squares(lambda ab: _residuals(name, ab, scaled, y), start, max_nfev=50).x
        c, d = _line(_evaluated(name, start[0] * scaled + start[1]), y)
        left = float(((c * _evaluated(name, start[0] * scaled + start[1]) + d - y) ** 2).sum())
        if 1 - left / deviation > best[0]:
            best = (1 - left / deviation, _simplest(name, start[0] / half, start[1] - start[0] * middle / half, c, d))
    return Suggestion(name, tuple(float(v) for v in best[1]), best[0], shape.complexity)


def _simplest(name: str, a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    """The same function with a = ±1 where the shape allows it."""
    if a == 0 or name not in _HOMOGENEOUS:
        return a, b, c, d
    degree, sign = _HOMOGENEOUS[name]
    kept = math.copysign(1.0, a) if sign == 0 else 1.0
    scale = abs(a) if sign == 0 else a
    return kept, b / scale, c * (abs(a) ** degree) * (math.copysign(1.0, a) if sign < 0 else 1.0), d


def _evaluated(name: str, t: np.ndarray) -> np.ndarray:
    values = SHAPES[name].evaluate(torch.from_numpy(np.asarray(t))).numpy()
    return np.clip(np.nan_to_num(values, nan=0.0, posinf=1e12, neginf=-1e12), -1e12, 1e12)


def _line(values: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of y on values."""
    centred = values - values.mean()
    spread = float(centred @ centred)
    slope = float(centred @ (y - y.mean())) / spread if spread > 1e-24 else 0.0
    return slope, float(y.mean() - slope * values.mean())


def _residuals(name: str, ab: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    values = _evaluated(name, ab[0] * x + ab[1])
    slope, intercept = _line(values, y)
    return slope * values + intercept - y


def _squares(values: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The squared correlations of rows with y."""
    rows = values - values.mean(1, keepdims=True)
    centred = y - y.mean()
    spread = (rows**2).sum(1) * float(centred @ centred)
    return np.where(spread > 1e-24, (rows @ centred) ** 2 / np.maximum(spread, 1e-24), 0.0)
