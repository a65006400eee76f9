"""Machines that are two smaller ones side by side: each gets numbers and a formula of its own.

A partition of the states is closed when states of a block go on to states of a block. Two closed partitions that no two states share
make the machine a part of the product of the machines of blocks (Hartmanis and Stearns 1966).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

import numpy as np

from pyssnn.regression.behaviour.building import mealy
from pyssnn.regression.behaviour.fitting import Effort, Rows, fit, in_terms_of
from pyssnn.regression.behaviour.machines.labels import Labelling, labellings
from pyssnn.regression.behaviour.machines.mealy import Mealy
from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.program import Program

_STATES = 24
_PAIRS = 3
_LABELLINGS = 12


def closed_partitions(machine: Mealy) -> list[np.ndarray]:
    """The finest closed partitions that merge some two states, as the block (Q,) of each state, without the one that merges all; largest blocks first."""
    found: dict[bytes, np.ndarray] = {}
    for pair in combinations(range(machine.n_states), 2):
        block = _merged(machine, pair)
        if block.max() > 0:
            found.setdefault(block.tobytes(), block)
    return sorted(found.values(), key=lambda block: int(block.max()))


def _merged(machine: Mealy, pair: tuple[int, int]) -> np.ndarray:
    block = np.arange(machine.n_states)
    waiting = [pair]
    while waiting:
        a, b = waiting.pop()
        if block[a] == block[b]:
            continue
        members = np.flatnonzero((block == block[a]) | (block == block[b]))
        block[members] = block[members[0]]
        first = machine.step[members[0]]
        waiting += [(int(p), int(q)) for m in members[1:] for p, q in zip(first, machine.step[m], strict=True) if block[p] != block[q]]
    order = {b: i for i, b in enumerate(dict.fromkeys(block.tolist()))}
    return np.array([order[b] for b in block.tolist()], np.int64)


def product_program(machine: Mealy, effort: Effort) -> Program | None:
    """The shortest program found with a variable for each of two machines of blocks, or None."""
    if machine.n_states > _STATES:
        return None
    partitions = closed_partitions(machine)
    pairs = [(a, b) for a, b in combinations(partitions, 2) if len(np.unique(np.column_stack([a, b]), axis=0)) == machine.n_states]
    pairs.sort(key=lambda pair: int(pair[0].max() + pair[1].max()))
    programs = [_side_by_side(machine, pair, effort) for pair in pairs[:_PAIRS]]
    return min((program for program in programs if program is not None), key=lambda program: program.description_length, default=None)


def _side_by_side(machine: Mealy, pair: tuple[np.ndarray, np.ndarray], effort: Effort) -> Program | None:
    k, (n, a) = machine.symbols.shape[1], machine.step.shape
    inputs: list[Expression] = [inp(i) for i in range(k)]
    symbols = np.tile(machine.symbols, (n, 1))
    labels, updates = [], []
    for place, block in enumerate(pair):
        part = _part(machine, block)
        best = min((option for option in islice(_options(part), _LABELLINGS)), key=lambda option: option[1].bits(1 + k), default=None)
        if best is None:
            return None
        labels.append(best[0].labels[block])
        updates.append(best[1].substitute((state(place),), inputs))
    numbers = np.column_stack(labels)
    initial = tuple(int(value) for value in numbers[0])
    states: list[Expression] = [state(0), state(1)]
    outputs = machine.output.ravel()
    options = []
    for before, where in ((False, machine.step.ravel()), (True, np.repeat(np.arange(n), a))):
        rows = Rows.of(np.column_stack([numbers[where], symbols]), outputs)
        formula = None if rows is None else fit(rows, effort)
        if formula is not None:
            output = in_terms_of(formula, states + inputs)
            options.append(mealy(initial, tuple(updates), output, k, "machines") if before else Program(initial, tuple(updates), output, k, "machines"))
    return min(options, key=lambda program: program.description_length, default=None)


def _part(machine: Mealy, block: np.ndarray) -> Mealy:
    """The machine of the blocks; what it gives out does not matter."""
    firsts = [int(np.flatnonzero(block == b)[0]) for b in range(block.max() + 1)]
    step = block[machine.step[firsts]]
    return Mealy(machine.symbols, step, np.zeros_like(step))


def _options(part: Mealy) -> Iterator[tuple[Labelling, Expression]]:
    """Numberings of a part with the formula of its update."""
    n, a = part.step.shape
    features: list[Expression] = [state(0), *(inp(i) for i in range(part.symbols.shape[1]))]
    for labelling in labellings(part):
        columns = np.column_stack([np.repeat(labelling.labels, a), np.tile(part.symbols, (n, 1))])
        rows = Rows.of(columns, labelling.labels[part.step.ravel()])
        formula = None if labelling.law is not None or rows is None else fit(rows, Effort(2, 0))
        law = labelling.law if labelling.law is not None else None if formula is None else in_terms_of(formula, features)
        if law is not None:
            yield Labelling(labelling.labels), law
