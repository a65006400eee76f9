"""Programs from a behaviour: each way of looking for one in turn, the cheap ones first, and what agrees with fresh words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pyssnn.regression.behaviour.counts import counts
from pyssnn.regression.behaviour.fitting import Effort
from pyssnn.regression.behaviour.machines import TooLarge, learn, machine_programs
from pyssnn.regression.behaviour.oracle import AskedOracle, Evidence, Inputs, Oracle, Shortened, Unanswered
from pyssnn.regression.behaviour.recurrences import recurrences
from pyssnn.regression.behaviour.registers import registers
from pyssnn.regression.behaviour.windows import windows
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program

_WRONG = 0.01


def candidates(network: RecurrentNetwork, inputs: Inputs, *, seed: int = 0) -> list[Program]:
    """Programs that give a network's outputs on fresh words, the shortest first, those with tables last.

    Args:
        network: asked only for its outputs on words within `inputs`.
        inputs: what the network was trained on.
        seed: of the words asked.

    Raises:
        InputError: the network takes another number of components.
    """
    return extract(AskedOracle.of_network(network, inputs), seed=seed)


def extract(oracle: Oracle, *, seed: int = 0) -> list[Program]:
    """`candidates` of whatever answers; none where it does not answer.

    A network may be nearly right only. Where no program gives all that it says, words of little entropy are left out, which are rare in training; then
    words of more than half the length, as errors grow along a word; and a share of the fresh answers may differ.
    """
    try:
        evidence = oracle.evidence(seed)
    except Unanswered:
        return []
    found: list[Program] = []
    for attempt in (_whole, _usual, _halved):
        if not found:
            found = list(_found(*attempt(oracle, evidence), seed))
    return sorted(found, key=lambda program: (program.is_table, program.description_length))


def _whole(oracle: Oracle, evidence: Evidence) -> tuple[Oracle, Evidence, float]:
    return oracle, evidence, 0.0


def _usual(oracle: Oracle, evidence: Evidence) -> tuple[Oracle, Evidence, float]:
    return oracle, Evidence(evidence.blocks[:1], evidence.fresh), _WRONG


def _halved(oracle: Oracle, evidence: Evidence) -> tuple[Oracle, Evidence, float]:
    half = max(oracle.inputs.length // 2, 1)
    parts = [(xs[:, :half], ys[:, :half]) for xs, ys in (*evidence.blocks, evidence.fresh)]
    return Shortened(oracle, half), Evidence(tuple(parts[:-1]), parts[-1]), _WRONG


def _found(oracle: Oracle, evidence: Evidence, wrong: float, seed: int) -> Iterator[Program]:
    formulas: list[Program] = []
    memoryless = False  # a function of the input alone: there is no more to find
    for way, enough in _WAYS:
        if any(program.description_length <= enough for program in formulas) or memoryless:
            return
        for program in way(oracle, evidence, seed):
            if agrees(program, *evidence.fresh, wrong):
                yield program
                formulas += [] if program.is_table else [program]
                memoryless |= not program.initial


def agrees(program: Program, xs: np.ndarray, ys: np.ndarray, wrong: float = 0.0) -> bool:
    """Whether the program gives these outputs (n, T) to the inputs (n, T, components), but for a share of at most `wrong`."""
    try:
        return bool(np.asarray(program.run_many(xs) != ys, bool).mean() <= wrong)
    except ZeroDivisionError:
        return False


def _linear(oracle: Oracle, evidence: Evidence, seed: int) -> Iterator[Program]:
    yield from recurrences(evidence, oracle.inputs)


def _windows(oracle: Oracle, evidence: Evidence, seed: int) -> Iterator[Program]:
    yield from windows(evidence, oracle.inputs)


def _machines(oracle: Oracle, evidence: Evidence, seed: int) -> Iterator[Program]:
    try:
        machine = learn(oracle, evidence, seed)
    except (TooLarge, Unanswered):
        return
    if machine.n_states > 1:
        yield from machine_programs(machine)


def _counts(oracle: Oracle, evidence: Evidence, seed: int) -> Iterator[Program]:
    yield from counts(evidence, oracle.inputs, Effort(cases=6))


def _registers(oracle: Oracle, evidence: Evidence, seed: int) -> Iterator[Program]:
    yield from registers(evidence, oracle.inputs)


# Each way, and how long a formula may be, in bits, that makes it needless.
_WAYS = ((_linear, math.inf), (_windows, 60.0), (_machines, 90.0), (_counts, 120.0), (_registers, math.inf))
