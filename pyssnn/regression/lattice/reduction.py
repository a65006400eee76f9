"""A basis of the lattice that real vectors, known up to noise, generate.

LLL on rows (vector / noise, unit vector) turns vectors into a basis and the relations between them. With more vectors than the
rank the relations have small coefficients, so that little noise adds up.

Source: Lenstra, Lenstra and Lovász, *Factoring polynomials with rational coefficients*, 1982; for dependent vectors Pohst,
*A modification of the LLL reduction algorithm*, 1987.
"""

from __future__ import annotations

import numpy as np

_SLACK = 4.0
_EXTRA = 10
_ROUNDS = 6
_NEAR = 0.25


def lll(rows: np.ndarray) -> np.ndarray:
    """The LLL-reduced basis of independent integer rows (n, m), by sympy."""
    from sympy import ZZ
    from sympy.polys.matrices import DomainMatrix

    matrix = DomainMatrix([[ZZ(int(entry)) for entry in row] for row in rows], rows.shape, ZZ)
    return np.array([[float(entry) for entry in row] for row in matrix.lll().to_list()])


def reduced(basis: np.ndarray, noise: float) -> np.ndarray:
    """A basis (r, d) of the same lattice with short vectors, in order of length, each with a positive leading entry."""
    if len(basis) > 1:
        change = lll(np.hstack([np.round(basis / noise), np.eye(len(basis))]))[:, basis.shape[1] :]
        if abs(abs(np.linalg.det(change)) - 1) < 1e-6:
            basis = change @ basis
    basis = basis[np.argsort(np.linalg.norm(basis, axis=1), kind="stable")]
    leading = basis[np.arange(len(basis)), np.argmax(np.abs(basis), axis=1)] if len(basis) else np.ones(0)
    return basis * np.sign(leading)[:, None]


def coordinates(basis: np.ndarray, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of vectors (n, d) the real coordinates (n, r) in a basis (r, d), and how far (n,) each is from the nearest lattice point."""
    if not len(basis):
        return np.zeros((len(vectors), 0)), np.linalg.norm(vectors, axis=1)
    found = vectors @ np.linalg.pinv(basis)
    return found, np.linalg.norm(vectors - np.round(found) @ basis, axis=1)


def generated(vectors: np.ndarray, noise: float) -> np.ndarray | None:
    """A reduced basis (r, d), r ≤ d, of the lattice that vectors (n, d) generate.

    The shortest vectors first give a basis, which is fitted to ever longer ones; vectors that are off it then join the shortest.

    Args:
        noise: how far, at most, a coordinate of a vector is off.

    None where there is no lattice whose shortest vector stands out of the noise.
    """
    vectors = np.asarray(vectors, np.float64)
    vectors = vectors[np.argsort(np.linalg.norm(vectors, axis=1), kind="stable")]
    d = vectors.shape[1]
    small = _SLACK * noise * np.sqrt(d)
    vectors = vectors[np.linalg.norm(vectors, axis=1) > small]
    if not len(vectors):
        return np.zeros((0, d))
    rank = int((np.linalg.svd(vectors, compute_uv=False) > small * np.sqrt(len(vectors))).sum())
    seeds = _spanning(vectors, rank + _EXTRA, rank, small)
    for _ in range(_ROUNDS):
        basis = _combined(vectors[seeds], rank, noise, small)
        if basis is None:
            return None
        basis = _fitted(basis, vectors)
        found, off = coordinates(basis, vectors)
        wrong = np.flatnonzero(np.abs(found - np.round(found)).max(axis=1) > _NEAR)
        if not len(wrong):
            return basis if off.max() <= 4 * small and np.linalg.norm(basis, axis=1).min() > small else None
        # The basis is a stand-in for what the seeds generate, so it goes on with the vectors that it lacks.
        vectors = np.vstack([basis, vectors[wrong], np.delete(vectors, wrong, axis=0)])
        seeds = np.arange(min(rank + _EXTRA, rank + len(wrong)))
    return None


def _spanning(vectors: np.ndarray, most: int, rank: int, small: float) -> np.ndarray:
    """Places of at most so many of the vectors, which come by length: the first ones, and the first that raise the rank."""
    chosen = list(range(min(most, len(vectors))))
    have = np.linalg.matrix_rank(vectors[chosen], tol=small)
    for i in range(len(chosen), len(vectors)):
        if have == rank:
            break
        if np.linalg.matrix_rank(vectors[[*chosen, i]], tol=small) > have:
            chosen.append(i)
            have += 1
    return np.array(chosen)


def _combined(rows: np.ndarray, rank: int, noise: float, small: float) -> np.ndarray | None:
    """A basis (rank, d) of what rows (n, d) generate, None where fewer than n − rank short combinations of them vanish.

    LLL of (row / noise, unit vector) puts the relations first. With its weights W, of determinant ±1, the rows are W⁻¹ (W rows), and
    W rows is 0 but for the last ones: W⁻¹ has the rows' coordinates in a basis, which is then fitted.
    """
    n, d = rows.shape
    weights = lll(np.hstack([np.round(rows / noise), np.eye(n)]))[:, d:]
    relations = weights[: n - rank]
    if (np.linalg.norm(relations @ rows, axis=1) > small * np.linalg.norm(relations, axis=1)).any():
        return None
    places = np.round(np.linalg.inv(weights))[:, n - rank :]
    basis, *_ = np.linalg.lstsq(places, rows, rcond=None)
    return basis if np.abs(places @ basis - rows).max() <= small else None


def _fitted(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The basis fitted to vectors that it fits already, the shortest first, each time to twice as many."""
    n = 2 * len(basis)
    while True:
        part = vectors[:n]
        found, _ = coordinates(basis, part)
        whole = np.round(found)
        good = np.abs(found - whole).max(axis=1) < _NEAR
        if good.sum() > len(basis) and np.linalg.matrix_rank(whole[good]) == len(basis):
            basis = np.linalg.lstsq(whole[good], part[good], rcond=None)[0]
        if n >= len(vectors):
            return basis
        n *= 2
