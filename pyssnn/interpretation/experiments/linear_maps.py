"""Random matrices, rotations and Lorentz maps, a batch at a time."""

from __future__ import annotations

import numpy as np


def rotations(rng: np.random.Generator, n: int, k: int = 3) -> np.ndarray:
    """Uniform orthogonal matrices (n, k, k), of determinant 1 or −1."""
    q, r = np.linalg.qr(rng.normal(size=(n, k, k)))
    return q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None, :]


def invertible(rng: np.random.Generator, n: int, k: int, spread: float = 0.7) -> np.ndarray:
    """Invertible matrices (n, k, k) whose singular values lie between e^−spread and e^spread."""
    scales = np.exp(rng.uniform(-spread, spread, size=(n, 1, k)))
    return rotations(rng, n, k) * scales @ rotations(rng, n, k)


def conjugated(rng: np.random.Generator, matrices: np.ndarray) -> np.ndarray:
    """M A M⁻¹ for each A of (n, k, k), with an `invertible` M of its own."""
    n, k, _ = matrices.shape
    m = invertible(rng, n, k)
    return m @ matrices @ np.linalg.inv(m)


def directions(rng: np.random.Generator, n: int) -> np.ndarray:
    """Uniform unit vectors (n, 3)."""
    v = rng.normal(size=(n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def lorentz_vector(rng: np.random.Generator, x: np.ndarray, rapidity: float = 1.0) -> np.ndarray:
    """Four-vectors (n, 4), time first, rotated and then boosted in a uniform direction by up to `rapidity`."""
    n = len(x)
    time, space = x[:, :1], np.einsum("nij,nj->ni", rotations(rng, n), x[:, 1:])
    along, eta = directions(rng, n), rng.uniform(0, rapidity, size=(n, 1))
    parallel = np.sum(along * space, axis=1, keepdims=True)
    new_time = np.cosh(eta) * time + np.sinh(eta) * parallel
    new_parallel = np.cosh(eta) * parallel + np.sinh(eta) * time
    return np.hstack([new_time, space + (new_parallel - parallel) * along])


def lorentz_field(rng: np.random.Generator, fields: np.ndarray, rapidity: float = 1.0) -> np.ndarray:
    """Fields (n, 6), E then B with c = 1, seen from a frame that is rotated and boosted by up to `rapidity`.

    E∥ and B∥ stay; E⊥ becomes γ(E + v×B)⊥ and B⊥ becomes γ(B − v×E)⊥ (Jackson, 11.149).
    """
    n = len(fields)
    # A reflection would turn B, an axial vector, the other way: only proper rotations are used.
    turn = rotations(rng, n)
    turn *= np.linalg.det(turn)[:, None, None]
    e, b = (np.einsum("nij,nj->ni", turn, part) for part in (fields[:, :3], fields[:, 3:]))
    along, eta = directions(rng, n), rng.uniform(0, rapidity, size=(n, 1))

    def boosted(field: np.ndarray, other: np.ndarray) -> np.ndarray:
        parallel = np.sum(along * field, axis=1, keepdims=True) * along
        return parallel + np.cosh(eta) * (field - parallel) + np.sinh(eta) * np.cross(along, other)

    return np.hstack([boosted(e, b), boosted(b, -e)])
