"""Programs from a network whose update is one affine map: integer matrices in coordinates of the lattice that its inputs generate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from pyssnn.regression.expression import inp, state
from pyssnn.regression.lattice import affine_lattice, krylov
from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.normalizers import normalise
from pyssnn.regression.program import Program
from pyssnn.regression.regressors import Examples, Regressor
from pyssnn.regression.regressors.linear import combination

_NEAR = 0.02
_LARGEST = 1000


@dataclass(frozen=True, eq=False)
class IntegerSystem:
    """z' = z A + x B + c with integers, from z = 0."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray

    def states(self, xs: np.ndarray) -> np.ndarray:
        """The states (n, T, r) after each step of inputs (n, T, k)."""
        z = np.zeros((len(xs), len(self.a)), np.int64)
        found = np.empty((*xs.shape[:2], len(self.a)), np.int64)
        for t in range(xs.shape[1]):
            found[:, t] = z = z @ self.a + xs[:, t] @ self.b + self.c
        return found


def affine_programs(network: RecurrentNetwork, xs: np.ndarray, regressor: Regressor, max_programs: int) -> list[Program]:
    """Programs that give the network's rounded outputs on xs; none where the update has more than one layer."""
    if len(network.update) > 1:
        return []
    observed = _observed(network)
    wanted = network.predict(xs).ravel()
    found = []
    for system in _systems(observed, xs):
        states = system.states(xs).reshape(-1, len(system.a))
        if np.abs(states).max(initial=0) > 2**40:
            continue
        old, inputs = [state(i) for i in range(len(system.a))], [inp(k) for k in range(xs.shape[2])]
        examples = Examples.of(old, states, wanted)
        fit = None if examples is None else regressor.fit(examples, max_programs)
        if fit is None:
            continue
        update = [
            combination([*map(int, system.b[:, j]), *map(int, system.a[:, j])], int(system.c[j]), [*inputs, *old]) for j in range(len(old))
        ]
        method = "linear" if fit[1] == "linear" else f"linear, {fit[1]}"
        found.append(Program((0,) * len(old), tuple(update), fit[0], network.components, method))
    return found


def _observed(network: RecurrentNetwork, near: float = 1e-4) -> RecurrentNetwork:
    """The network on the part of its state that some output, now or later, depends on."""
    layer, d = network.update[0], network.hidden_size
    a, c = layer.weights[:d], network.output[0].weights
    seen = [c / max(np.abs(c).max(), 1e-12)]
    for _ in range(d - 1):
        step = a @ seen[-1]
        size = np.abs(step).max()
        if size < near:
            break
        seen.append(step / size)
    axes, sizes, _ = np.linalg.svd(np.hstack(seen), full_matrices=False)
    q = axes[:, sizes > near * max(sizes.max(initial=0.0), 1e-12)]
    update = Affine(np.vstack([q.T @ a @ q, layer.weights[d:] @ q]), layer.biases @ q)
    output = (Affine(q.T @ c, network.output[0].biases), *network.output[1:])
    return RecurrentNetwork((update,), output, network.initial @ q)


def _systems(network: RecurrentNetwork, xs: np.ndarray) -> Iterator[IntegerSystem]:
    """Integer systems of the network in several coordinates, different ones only."""
    seen: set[bytes] = set()
    for encoder in _encoders(network, xs):
        for system in _in_coordinates(network, encoder):
            key = system.a.tobytes() + system.b.tobytes() + system.c.tobytes()
            if key not in seen:
                seen.add(key)
                yield system


def _parts(network: RecurrentNetwork) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    d = network.hidden_size
    layer = network.update[0]
    return layer.weights[:d], layer.weights[d:], network.initial @ layer.weights[:d] + layer.biases - network.initial


def _encoders(network: RecurrentNetwork, xs: np.ndarray) -> Iterator[np.ndarray]:
    """Matrices (d, r) from states to coordinates in which the lattice may be all integers."""
    a, b, move = _parts(network)
    d = network.hidden_size
    scale = max(np.abs(krylov(a, np.vstack([b, move[None]]))).max(initial=0.0), 1e-12) if d else 1.0
    for generators, noise in product((b, np.vstack([b, move[None]])), (1e-6 * scale, 1e-4 * scale)):
        rows = krylov(a, generators)
        chain = _independent(rows, 20 * noise)
        if len(chain):
            yield np.linalg.pinv(chain)
        lattice = affine_lattice(a, generators, noise)
        if lattice is not None and len(lattice):
            yield np.linalg.pinv(lattice)
    if len(network.output) == 1 and d:
        c = network.output[0].weights
        functionals = _independent(krylov(a.T, c.T), 1e-3 * np.abs(c).max()).T
        if functionals.shape[1] == d:
            yield functionals
    if d:
        change = np.eye(d)
        for step in normalise(network, xs[:50], ("jordan", "toeplitz", "quantisation")).steps:
            change = change @ step.matrix if step.applied else change
        yield change


def _independent(rows: np.ndarray, small: float) -> np.ndarray:
    """The first rows that do not depend on the ones before."""
    kept = np.zeros((0, rows.shape[1]))
    for row in rows:
        rest = row - (row @ np.linalg.pinv(kept)) @ kept if len(kept) else row
        if np.linalg.norm(rest) > small:
            kept = np.vstack([kept, row])
    return kept


def _in_coordinates(network: RecurrentNetwork, encoder: np.ndarray) -> Iterator[IntegerSystem]:
    """The system in coordinates z = (h − h₀) · encoder, where its matrices are integers; the constant is 0 if it is none."""
    a, b, move = _parts(network)
    basis = np.linalg.pinv(encoder)
    real_a, real_b, real_c = basis @ a @ encoder, b @ encoder, move @ encoder
    whole = [np.rint(part) for part in (real_a, real_b)]
    if any(np.abs(part).max(initial=0) > _LARGEST for part in whole):
        return
    if any(np.abs(part - near).max(initial=0) > _NEAR for part, near in zip((real_a, real_b), whole, strict=True)):
        return
    matrices = [part.astype(np.int64) for part in whole]
    if np.abs(real_c - np.rint(real_c)).max(initial=0) <= _NEAR and np.abs(real_c).max(initial=0) <= _LARGEST:
        yield IntegerSystem(*matrices, np.rint(real_c).astype(np.int64))
    yield IntegerSystem(*matrices, np.zeros(len(real_c), np.int64))
