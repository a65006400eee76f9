"""Numbers for the states of a machine, chosen so that what a symbol does to them has a short formula.

Nothing here knows a machine in advance: each way takes a form of law (a sum modulo the number of states; a sum that some transitions do not follow; the
symbol that led there; the output on a symbol) and solves for the numbers that make the machine follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

from pyssnn.regression.behaviour.fitting.sums import as_sum
from pyssnn.regression.behaviour.machines.mealy import UNKNOWN, Mealy
from pyssnn.regression.expression import Expression, inp, state

_MOST = 5_000_000


@dataclass(frozen=True, eq=False)
class Labelling:
    """Numbers int64 (Q,) for the states, and the next number as an expression of number and input, where a law gave it."""

    labels: np.ndarray
    law: Expression | None = None


def labellings(machine: Mealy) -> Iterator[Labelling]:
    """Numberings of the states, different for different states, the likelier first."""
    seen: set[bytes] = set()
    ways = (_modular(machine), _quotients(machine), _sums(machine), _memories(machine), _outputs(machine), _orders(machine))
    for labelling in (labels if isinstance(labels, Labelling) else Labelling(np.asarray(labels, np.int64)) for way in ways for labels in way):
        if len(np.unique(labelling.labels)) == machine.n_states and labelling.labels.tobytes() not in seen:
            seen.add(labelling.labels.tobytes())
            yield labelling


def _tree(machine: Mealy) -> list[tuple[int, int, int]]:
    """(state, symbol, next state) for each state but the first, as they are first reached."""
    found, edges, order = {0}, [], [0]
    for q in order:
        for i, after in enumerate(machine.step[q].tolist()):
            if after != UNKNOWN and after not in found:
                found.add(after)
                order.append(after)
                edges.append((q, i, after))
    return edges


def _modular(machine: Mealy) -> Iterator[np.ndarray]:
    """next = (a · label + Σ bᵢ xᵢ + c) mod Q, from 0 at the start: all laws at once, those that the machine follows kept."""
    n, (n_symbols, k) = machine.n_states, machine.symbols.shape
    if n < 2 or not machine.is_whole or n ** (k + 3) > _MOST:
        return
    laws = np.stack([part.ravel() for part in np.meshgrid(*[np.arange(n)] * (k + 2), indexing="ij")], axis=1)
    symbols = np.column_stack([machine.symbols, np.ones(n_symbols, np.int64)]) % n
    labels = np.zeros((len(laws), n), np.int64)
    for q, i, after in _tree(machine):
        labels[:, after] = (laws[:, 0] * labels[:, q] + laws[:, 1:] @ symbols[i]) % n
    whole = (np.sort(labels, axis=1) == np.arange(n)).all(1)
    laws, labels = laws[whole], labels[whole]
    for i in range(n_symbols):
        after = (laws[:, :1] * labels + (laws[:, 1:] @ symbols[i])[:, None]) % n
        good = (after == labels[:, machine.step[:, i]]).all(1)
        laws, labels = laws[good], labels[good]
    weight = np.minimum(laws, n - laws).sum(1)
    yield from labels[np.argsort(weight, kind="stable")][:4]


def _quotients(machine: Mealy) -> Iterator[Labelling]:
    """next = (a · label + Σ bᵢ xᵢ + c) div d, from 0 at the start: a carry, a part of what came before."""
    k = machine.symbols.shape[1]
    if machine.n_states < 3 or not machine.is_whole or k > 2:
        return
    reach = np.arange(-10, 11) if k == 1 else np.arange(-3, 4)
    grids = [np.array([1, 2, -1]), *[reach] * k, np.arange(-2, 3), np.array([2, 3, 4, 5, 10])]
    laws = np.stack([part.ravel() for part in np.meshgrid(*grids, indexing="ij")], axis=1)
    symbols = np.column_stack([machine.symbols, np.ones(len(machine.symbols), np.int64)])
    labels = np.zeros((len(laws), machine.n_states), np.int64)
    for q, i, after in _tree(machine):
        labels[:, after] = (laws[:, 0] * labels[:, q] + laws[:, 1:-1] @ symbols[i]) // laws[:, -1]
    for i in range(len(symbols)):
        after = (laws[:, :1] * labels + (laws[:, 1:-1] @ symbols[i])[:, None]) // laws[:, -1:]
        good = (after == labels[:, machine.step[:, i]]).all(1)
        laws, labels = laws[good], labels[good]
    apart = (np.diff(np.sort(labels, axis=1), axis=1) > 0).all(1)
    laws, labels = laws[apart], labels[apart]
    for i in np.argsort(np.abs(laws).sum(1), kind="stable")[:3]:
        total = as_sum(laws[i, :-2], int(laws[i, -2])).substitute((state(0), *(inp(j) for j in range(k))), ())
        yield Labelling(labels[i], total // int(laws[i, -1]))


def _sums(machine: Mealy) -> Iterator[np.ndarray]:
    """next = label + u(x) wherever that can be: for simple u, along the transitions that agree; sinks and what is left get numbers at the ends."""
    known = machine.step != UNKNOWN
    sinks = np.flatnonzero(((machine.step == np.arange(machine.n_states)[:, None]) | ~known).all(1) & known.any(1))
    found: list[tuple[int, np.ndarray]] = []
    for u in _increments(machine.symbols):
        labels = _spread(machine, u, set(sinks.tolist()))
        if labels is None:
            continue
        expected = labels[:, None] + u
        broken = known & (expected != labels[machine.step])
        found.append((int(broken.sum()), labels))
    found.sort(key=lambda option: option[0])
    yield from (labels for _, labels in found[:4])


def _increments(symbols: np.ndarray) -> Iterator[np.ndarray]:
    """Simple functions of a symbol, (A,): affine ones, and for few symbols all with small values."""
    if len(symbols) <= 3:
        values = product(range(-2, 3), repeat=len(symbols))
        yield from (np.array(u) for u in sorted(values, key=lambda u: (sum(map(abs, u)), sum(value < 0 for value in u))) if any(u))
        return
    for weights in product((1, -1, 0, 2, -2), repeat=symbols.shape[1] + 1):
        if any(weights[:-1]):
            yield symbols @ np.array(weights[:-1]) + weights[-1]
    for part in symbols.T:
        for value in np.unique(part)[:12]:
            yield (part == value).astype(np.int64)
        yield part % 2


def _spread(machine: Mealy, u: np.ndarray, sinks: set[int]) -> np.ndarray | None:
    """Labels from the start on along all transitions, one for a state; states that would share a number lose it and are numbered at the ends."""
    labels: dict[int, int] = {0: 0}
    queue = [0]
    for q in queue:
        for i in np.argsort(np.abs(u), kind="stable"):
            after = int(machine.step[q, i])
            if after == UNKNOWN or after in labels or after in sinks:
                continue
            labels[after] = labels[q] + int(u[i])
            queue.append(after)
    if len(set(labels.values())) < len(labels) or len(labels) + len(sinks) < machine.n_states:
        return None
    for sink in sorted(sinks - set(labels)):
        entries = np.argwhere(machine.step == sink)
        wanted = [labels[q] + int(u[i]) for q, i in entries.tolist() if q in labels]
        free = [value for value in (*wanted, -1, min(labels.values()) - 1, max(labels.values()) + 1) if value not in labels.values()]
        if not free:
            return None
        labels[sink] = max(set(free[: len(wanted)] or free), key=free.count)
    return np.array([labels[q] for q in range(machine.n_states)], np.int64)


def _memories(machine: Mealy) -> Iterator[np.ndarray]:
    """The symbol's component that led there, where that tells the states apart; the start takes what is left or an end."""
    for part in machine.symbols.T:
        labels: dict[int, int] = {}
        for q, i, after in _tree(machine):
            if q == 0:
                labels[after] = int(part[i])
        missing = [q for q in range(machine.n_states) if q not in labels]
        if missing == [0]:
            for start in (0, int(part.max()), int(part.min()) - 1, int(part.max()) + 1):
                yield np.array([start, *(labels[q] for q in range(1, machine.n_states))])


def _outputs(machine: Mealy) -> Iterator[np.ndarray]:
    """What is given out on one symbol."""
    yield from machine.output.T[:8]


def _orders(machine: Mealy) -> Iterator[np.ndarray]:
    """All orders of a few states, the order of first arrival of more."""
    n = machine.n_states
    yield np.arange(n)
    if n <= 4:
        yield from (np.array(order) for order in permutations(range(n)))
