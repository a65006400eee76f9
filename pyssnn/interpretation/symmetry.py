"""Symmetry tests on gradients: inputs that a latent sees only through x − y, x·y, x² + y², … become one, before any search.

z is a function of g(x, y) and the other inputs if and only if its gradient's (x, y) part is parallel to ∇g everywhere. What of the unit
gradient is not is what the test measures. The tests are Udrescu and Tegmark's (AI Feynman 2.0, 2020), with more invariants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import sympy

from .forms import Form


@dataclass(frozen=True)
class Reduced:
    """A latent over fewer inputs.

    Attributes:
        inputs: each new input y as a form of the original ones.
        points, gradients: (n, k), of y, and of the latent with respect to y.
        residual: the largest share of the squared unit gradient that a step left out.
        steps: what was found, in words.
    """

    inputs: tuple[Form, ...]
    points: np.ndarray
    gradients: np.ndarray
    residual: float = 0.0
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Invariant:
    """g(x, y) with its value, its two derivatives, and its form."""

    value: Callable
    gradient: Callable
    form: Callable
    ordered: bool = False


_INVARIANTS = (
    _Invariant(lambda x, y: x + y, lambda x, y: (1.0, 1.0), lambda x, y: x + y),
    _Invariant(lambda x, y: x - y, lambda x, y: (1.0, -1.0), lambda x, y: x - y),
    _Invariant(lambda x, y: x * y, lambda x, y: (y, x), lambda x, y: x * y),
    _Invariant(lambda x, y: x / y, lambda x, y: (1 / y, -x / y**2), lambda x, y: x / y, ordered=True),
    _Invariant(lambda x, y: x**2 + y**2, lambda x, y: (2 * x, 2 * y), lambda x, y: x**2 + y**2),
    _Invariant(lambda x, y: x**2 - y**2, lambda x, y: (2 * x, -2 * y), lambda x, y: x**2 - y**2),
    _Invariant(lambda x, y: x + y**2, lambda x, y: (1.0, 2 * y), lambda x, y: x + y**2, ordered=True),
    _Invariant(lambda x, y: x - y**2, lambda x, y: (1.0, -2 * y), lambda x, y: x - y**2, ordered=True),
)


def reduced(points: np.ndarray, gradients: np.ndarray, names: tuple[str, ...], *, least: int = 2, tolerance: float = 5e-3, share: float = 0.03) -> Reduced:
    """Shrink the problem while a test passes, the clearest first.

    Args:
        points, gradients: (n, d), the latent's; they must fill the space, since on a thinner set gradients are known in part.
        least: inputs to leave at least. A search of two is cheap, and weighs forms against each other where a test would decide.
        tolerance: the largest share of the squared unit gradient that one step may leave out.
        share: the same, of what the pair holds of the squared unit gradient.
    """
    state = Reduced(tuple(Form.of(name, names) for name in names), points, gradients)
    while state.points.shape[1] > least:
        step = _irrelevant(state, tolerance) or _joined(state, tolerance, share)
        if step is None:
            break
        state = step
    return state


def _irrelevant(state: Reduced, tolerance: float) -> Reduced | None:
    """Without the input that the latent depends on least, if that is hardly at all."""
    unit = state.gradients / np.maximum(np.linalg.norm(state.gradients, axis=1, keepdims=True), 1e-300)
    shares = np.mean(unit**2, axis=0)
    least = int(np.argmin(shares))
    if shares[least] > tolerance or shares[least] > 0.05 / len(shares):
        return None
    rest = [i for i in range(len(shares)) if i != least]
    text = f"does not depend on {state.inputs[least].expression}"
    return _next(state, tuple(state.inputs[i] for i in rest), state.points[:, rest], state.gradients[:, rest], shares[least], text)


def _joined(state: Reduced, tolerance: float, share: float) -> Reduced | None:
    """With the pair of inputs that passes a test most clearly made one."""
    squared = np.maximum(np.sum(state.gradients**2, axis=1), 1e-300)
    best: tuple[float, int, int, _Invariant] | None = None
    for i, j in permutations(range(state.points.shape[1]), 2):
        x, y, p, q = state.points[:, i], state.points[:, j], state.gradients[:, i], state.gradients[:, j]
        held = np.mean((p**2 + q**2) / squared)
        for invariant in _INVARIANTS:
            if i > j and not invariant.ordered:
                continue
            with np.errstate(all="ignore"):
                a, b = invariant.gradient(x, y)
                lost = (p * b - q * a) ** 2 / (a * a + b * b) / squared
            if not np.isfinite(lost).all():
                continue
            residual = float(np.mean(lost))
            if residual < min(tolerance, share * held) and (best is None or residual / held < best[0]):
                best = (residual / held, i, j, invariant)
    if best is None:
        return None
    _, i, j, invariant = best
    x, y, p, q = state.points[:, i], state.points[:, j], state.gradients[:, i], state.gradients[:, j]
    a, b = invariant.gradient(x, y)
    rest = [k for k in range(state.points.shape[1]) if k not in (i, j)]
    names = state.inputs[0].inputs
    form = Form(invariant.form(state.inputs[i].expression, state.inputs[j].expression), names)
    points = np.column_stack([invariant.value(x, y), state.points[:, rest]])
    gradients = np.column_stack([(p * a + q * b) / (np.square(a) + np.square(b)), state.gradients[:, rest]])
    lost = float(np.mean((p * b - q * a) ** 2 / (np.square(a) + np.square(b)) / squared))
    text = f"depends on {state.inputs[i].expression} and {state.inputs[j].expression} through {sympy.sstr(form.expression)}"
    return _next(state, (form, *(state.inputs[k] for k in rest)), points, gradients, lost, text)


def _next(state: Reduced, inputs: tuple[Form, ...], points: np.ndarray, gradients: np.ndarray, lost: float, text: str) -> Reduced:
    return Reduced(inputs, points, gradients, max(state.residual, float(lost)), (*state.steps, text))
