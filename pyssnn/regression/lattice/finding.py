"""The linear lattice finder: from the generators of an affine update, or from the differences of a nonlinear one's states."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.lattice.code import IntegerCode, choose
from pyssnn.regression.lattice.common_divisor import divisor_code
from pyssnn.regression.lattice.reduction import generated, reduced


def distinct(states: np.ndarray, noise: float, most: int = 5000) -> np.ndarray:
    """One of each group of states (n, d) that agree to about the noise, in the order of first appearance, at most so many."""
    cells = np.round((states - states.min(axis=0)) / (8 * noise)).astype(np.int64)
    # A cell's border may cut a group: of neighbours along an axis the later is dropped.
    _, first = np.unique(cells, axis=0, return_index=True)
    kept = states[np.sort(first)[:most]]
    if len(kept) > 600:
        return kept
    chosen: list[int] = []
    for i in range(len(kept)):
        if not chosen or np.abs(kept[chosen] - kept[i]).max(axis=1).min() > 4 * noise:
            chosen.append(i)
    return kept[chosen]


def krylov(a: np.ndarray, b: np.ndarray, steps: int | None = None) -> np.ndarray:
    """The rows of B, B A, B A², … for A (d, d) and B (k, d), by power."""
    rows = [b]
    for _ in range((len(a) if steps is None else steps) - 1):
        rows.append(rows[-1] @ a)
    return np.vstack(rows)


def affine_lattice(a: np.ndarray, b: np.ndarray, noise: float) -> np.ndarray | None:
    """A reduced basis of the lattice that the inputs' effects B Aᵏ (k < d) generate in the states of h' = h A + x B + c."""
    rows = krylov(a, b)
    rows = rows[np.linalg.norm(rows, axis=1) > 8 * noise * np.sqrt(len(a))]
    return generated(rows, noise) if len(rows) else np.zeros((0, len(a)))


def state_lattice(states: np.ndarray, noise: float) -> IntegerCode | None:
    """The code of the lattice that the differences of states (n, d) generate, fitted to all of them; None where there is none.

    States that only move along some directions, up to the noise, have a lattice of that rank.
    """
    points = distinct(np.asarray(states, np.float64), noise)
    if len(points) < 2:
        return None
    centre = points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(points - centre, full_matrices=False)
    moving = axes[sizes / np.sqrt(len(points)) > 4 * noise]
    flat = (points - centre) @ moving.T
    order = np.argsort(np.linalg.norm(flat, axis=1), kind="stable")
    origin = flat[order[0]]
    basis = generated(_differences(flat, origin, noise), noise)
    if basis is not None:
        basis = reduced(basis, noise)
    if basis is None or len(basis) < len(moving):
        return None
    return IntegerCode.of("lattice", basis @ moving, centre + origin @ moving).fitted(points)


def _differences(points: np.ndarray, origin: np.ndarray, noise: float, most: int = 300) -> np.ndarray:
    """Short differences between points (n, d), and each point's from the origin."""
    some = points[:most]
    gaps = (some[:, None] - some[None])[np.triu_indices(len(some), 1)]
    lengths = np.linalg.norm(gaps, axis=1)
    return np.vstack([gaps[np.argsort(lengths, kind="stable")[: 8 * most]], points - origin])


def find_code(states: np.ndarray, noise: float) -> IntegerCode | None:
    """Of the lattice's and the GCD finder's codes of states (n, d) the one with the shorter description."""
    found = [code for code in (state_lattice(states, noise), divisor_code(states, noise)) if code is not None]
    return choose(found, distinct(states, noise), noise)
