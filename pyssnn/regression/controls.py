"""What the same search finds where there is nothing to read: without a network, from an untrained one, from shuffled labels.

A count of solved tasks says what a network has given only beside these. *No network*: the search by behaviour has a record of random inputs with their right
outputs, and can ask nothing. *Untrained*: everything as with a trained network, whose parameters are random. *Shuffled*: as without a network,
with the outputs of each sequence exchanged for another's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_choice
from pyssnn.regression.behaviour import Inputs, RecordedOracle, candidates, extract
from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.task import Task
from pyssnn.regression.verify import verify

CONTROLS = ("no network", "untrained", "shuffled")

Search = Callable[[RecurrentNetwork, Task], Sequence[Program]]


@dataclass(frozen=True)
class Controlled:
    """One control of one task.

    Attributes:
        task, control: their names.
        solved: whether the program is exact.
        is_table: whether it looks something up.
        program: the one chosen, the shortest without a table; None if nothing was found.
        seconds: that it took, checks included.
    """

    task: str
    control: str
    solved: bool
    is_table: bool
    program: Program | None
    seconds: float


def run_control(
    task: Task, control: str, *, seed: int, network: RecurrentNetwork | None = None, search: Search | None = None, words: int = 20_000
) -> Controlled:
    """Search for a program without what a trained network knows, choose as always, and certify it by the task.

    Args:
        control: one of `CONTROLS`.
        seed: of the words, the random parameters and the shuffling.
        network: whose shape an untrained one takes; without it four hidden numbers and 32 units a layer.
        search: what reads programs off a network; `behaviour.candidates` unless given.
        words: recorded sequences, where there is no network.

    Raises:
        InputError: there is no such control.
    """
    check_choice("control", control, CONTROLS)
    started = time.perf_counter()
    if control == "untrained":
        found = list((search or _by_behaviour)(untrained(task.components, seed, network), task))
    else:
        xs = task.sample(words, task.length, seed)
        ys = task.answers(xs)
        if control == "shuffled":
            ys = ys[np.random.default_rng(seed).permutation(len(ys))]
        found = extract(RecordedOracle(xs, ys, Inputs.of(task)), seed=seed)
    program = min(found, key=lambda program: (program.is_table, program.description_length), default=None)
    solved = program is not None and verify(program, None, task, seed=seed + 1).exact
    return Controlled(task.name, control, solved, program is not None and program.is_table, program, time.perf_counter() - started)


def untrained(components: int, seed: int, like: RecurrentNetwork | None = None) -> RecurrentNetwork:
    """A network of random parameters (normal, of variance 2 a unit before), of the shape of another or of the usual one."""
    generator = np.random.default_rng(seed)

    def layers(widths: Sequence[int]) -> tuple[Affine, ...]:
        pairs = list(zip(widths, widths[1:], strict=False))
        return tuple(Affine(generator.normal(0, np.sqrt(2 / a), (a, b)), generator.normal(0, 1, b)) for a, b in pairs)

    if like is None:
        return RecurrentNetwork(layers((4 + components, 32, 4)), layers((4, 32, 1)), np.zeros(4))
    update = [like.update[0].weights.shape[0], *(layer.weights.shape[1] for layer in like.update)]
    output = [like.hidden_size, *(layer.weights.shape[1] for layer in like.output)]
    return RecurrentNetwork(layers(update), layers(output), np.zeros(like.hidden_size))


def _by_behaviour(network: RecurrentNetwork, task: Task) -> list[Program]:
    return candidates(network, Inputs.of(task))
