"""Invariants of matrices: trace and determinant under conjugation, the principal minors of an antisymmetric matrix."""

from __future__ import annotations

import numpy as np

from .experiment import Experiment, Triplets
from .linear_maps import conjugated, rotations

_DRAWN_WITH_TRACE = (
    "A = t/k·1 + S with S traceless; positive M A M⁻¹; negative with another t and the invariants of S kept, so that of all "
    "invariants of conjugation the trace alone tells them apart"
)


def _names(k: int) -> tuple[str, ...]:
    return tuple(f"a{i}{j}" for i in range(1, k + 1) for j in range(1, k + 1))


def _flat(matrices: np.ndarray) -> np.ndarray:
    return matrices.reshape(len(matrices), -1)


def _traceless(rng: np.random.Generator, n: int, k: int, scale: float) -> np.ndarray:
    s = rng.uniform(-scale, scale, size=(n, k, k))
    return s - np.trace(s, axis1=1, axis2=2)[:, None, None] / k * np.eye(k)


def _trace_of(k: int) -> Experiment:
    def draw(rng: np.random.Generator, n: int) -> Triplets:
        s = _traceless(rng, n, k, 1.0)
        t, other = rng.uniform(-2.0 * k, 2.0 * k, size=(2, n, 1, 1)) / k * np.eye(k)
        return Triplets(_flat(t + s), _flat(t + conjugated(rng, s)), _flat(other + conjugated(rng, s)))

    names = _names(k)
    truth = " + ".join(names[:: k + 1])
    return Experiment(f"trace{k}", f"trace of a {k}×{k} matrix", "siamese", names, (truth,), draw, _DRAWN_WITH_TRACE)


def _determinant() -> Experiment:
    half_trace = 0.5

    def draw(rng: np.random.Generator, n: int) -> Triplets:
        s, other = _traceless(rng, n, 2, 2.0), _traceless(rng, n, 2, 2.0)
        half = half_trace * np.eye(2)
        return Triplets(_flat(half + s), _flat(half + conjugated(rng, s)), _flat(half + other))

    how = "matrices of trace 1; positive M A M⁻¹; negative another matrix of trace 1"
    chart = {"a22": "1 - a11"}
    return Experiment("det2", "determinant of a 2×2 matrix of trace 1", "siamese", _names(2), ("a11*a22 - a12*a21",), draw, how, chart=chart)


def _minors() -> Experiment:
    def antisymmetric(v: np.ndarray) -> np.ndarray:
        zero = np.zeros(len(v))
        a, b, c = v.T
        return np.stack([zero, a, b, -a, zero, c, -b, -c, zero], axis=1)

    def draw(rng: np.random.Generator, n: int) -> Triplets:
        v, other = rng.uniform(-2, 2, size=(2, n, 3))
        anchor = antisymmetric(v)
        q = rotations(rng, n)
        positive = q @ anchor.reshape(n, 3, 3) @ np.swapaxes(q, 1, 2)
        return Triplets(anchor, _flat(positive), antisymmetric(other))

    truth = "a11*a22 - a12*a21 + a11*a33 - a13*a31 + a22*a33 - a23*a32"
    chart = {"a11": "0", "a22": "0", "a33": "0", "a21": "-a12", "a31": "-a13", "a32": "-a23"}
    how = "antisymmetric A; positive Q A Qᵀ with Q orthogonal; negative another antisymmetric matrix"
    return Experiment("minors3", "sum of the principal 2×2 minors, antisymmetric 3×3", "siamese", _names(3), (truth,), draw, how, chart=chart)


MATRICES = (_trace_of(2), _determinant(), _trace_of(3), _minors(), _trace_of(4))
