"""The real Jordan form of the update's linear part, for matrices known up to noise.

Eigenvalues of a Jordan block of size m spread by the m-th root of the noise, so nearby ones are taken together at several
widths, the widest first, until chains built for the common value reproduce the matrix.
"""

from __future__ import annotations

import numpy as np

from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.normalizers.linear import linear_part

_WIDTHS = (0.3, 0.1, 0.03, 0.01, 1e-3, 1e-5)
_NOISE = 1e-4
_CONDITION = 1e6


def jordan(network: RecurrentNetwork, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The change (matrix, shift) that brings the update's linear part to real Jordan form; see `real_jordan_basis`."""
    matrix, _ = linear_part(network, xs)
    return real_jordan_basis(matrix), np.zeros(network.hidden_size)


def real_jordan_basis(a: np.ndarray) -> np.ndarray:
    """T (d, d) for which T⁻¹ A T is in real Jordan form as nearly as noise lets one see.

    Blocks have their eigenvalue on the diagonal and ones above it; a pair of conjugate eigenvalues r ± is has blocks
    ((r, s), (−s, r)). The identity where no well-conditioned basis is found.
    """
    for width in _WIDTHS:
        basis = _basis(a, width)
        if basis is None or np.linalg.cond(basis) > _CONDITION:
            continue
        form = np.linalg.solve(basis, a @ basis)
        if np.abs(form - _ideal(form)).max() <= _NOISE * max(1.0, np.abs(a).max()):
            return basis
    return np.eye(len(a))


def _ideal(form: np.ndarray) -> np.ndarray:
    """The nearest matrix with Jordan's pattern: diagonal, ones or nothing above it, pairs of opposite entries beside it."""
    d = len(form)
    ideal = np.diag(np.diag(form)).astype(float)
    i = 0
    while i < d - 1:
        beside, below = form[i, i + 1], form[i + 1, i]
        if abs(below) > _NOISE:
            ideal[i, i + 1], ideal[i + 1, i] = (beside - below) / 2, (below - beside) / 2
            for j in (i + 2, i + 3):  # a chain of pairs has ones two places above the diagonal
                if j < d and abs(form[j - 2, j] - 1) < 0.5:
                    ideal[j - 2, j] = 1.0
            i += 2
            continue
        if abs(beside - 1) < 0.5:
            ideal[i, i + 1] = 1.0
        i += 1
    return ideal


def _basis(a: np.ndarray, width: float) -> np.ndarray | None:
    d = len(a)
    columns: list[np.ndarray] = []
    left = list(np.linalg.eigvals(a))
    while left:
        start = max(left, key=lambda z: (round(abs(z), 6), z.real, z.imag))
        group = [z for z in left if abs(z - start) <= width * max(1.0, abs(start))]
        left = [z for z in left if not any(z is other for other in group)]
        value = np.mean(group)
        mirror = [z for z in left if abs(z - start.conjugate()) <= width * max(1.0, abs(start))]
        if abs(value.imag) <= width * max(1.0, abs(value)) and (not mirror or abs(start.imag) <= width):
            group, value = group + mirror, np.mean(group + mirror).real
            left = [z for z in left if not any(z is other for other in mirror)]
            chains = _chains(a - value * np.eye(d), len(group))
            if chains is None:
                return None
            columns += [vector for chain in chains for vector in chain]
            continue
        if len(mirror) != len(group):
            return None
        left = [z for z in left if not any(z is other for other in mirror)]
        chains = _chains(a - value * np.eye(d), len(group))
        if chains is None:
            return None
        columns += [part for chain in chains for vector in chain for part in (vector.real, vector.imag)]
    return np.array(columns).real.T if len(columns) == d else None


def _chains(shifted: np.ndarray, size: int) -> list[list[np.ndarray]] | None:
    """Jordan chains that span the space of the `size` eigenvalues of a matrix nearest 0: N t₁ = 0, N t₂ = t₁, …"""
    _, _, right = np.linalg.svd(np.linalg.matrix_power(shifted, size))
    space = right[-size:].conj().T
    nilpotent = space.conj().T @ shifted @ space
    kernels = [np.zeros((size, 0))]
    power = np.eye(size)
    while kernels[-1].shape[1] < size:
        power = power @ nilpotent
        if len(kernels) > size:
            return None
        _, values, rows = np.linalg.svd(power)
        kernels.append(rows[int((values > _NOISE).sum()) :].conj().T)
    chains: list[list[np.ndarray]] = []
    for level in range(len(kernels) - 1, 0, -1):
        # New tops at this level: in the kernel of N^level, beyond that of N^(level − 1) and what longer chains have here.
        taken = [chain[level - 1] for chain in chains]
        known = np.column_stack([kernels[level - 1], *taken]) if taken else kernels[level - 1]
        missing = kernels[level].shape[1] - known.shape[1]
        if missing < 0:
            return None
        if missing:
            basis = np.linalg.qr(known)[0] if known.shape[1] else known
            rest = kernels[level] - basis @ (basis.conj().T @ kernels[level])
            tops = np.linalg.svd(rest)[0][:, :missing]
            for top in tops.T:
                chain = [top]
                for _ in range(level - 1):
                    chain.append(nilpotent @ chain[-1])
                chains.append(chain[::-1])
    return [[space @ vector for vector in chain] for chain in chains]
