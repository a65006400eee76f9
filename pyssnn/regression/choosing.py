"""Choosing among programs by what the network says, never by the truth.

Two-part description length: the bits of a program, and for each answer on which it and the network differ the bits to say where and
what the network answers instead. A program that needs corrections for more than a small share of the answers is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer, check_number
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.streams import low_entropy, short_words


@dataclass(frozen=True)
class ChoiceConfig:
    """How much of the network's behaviour is asked for.

    Attributes:
        short: words of the exhaustive kind, at most.
        drawn: as in training.
        plain: of little entropy.
        most_wrong: the share of answers that may need a correction.
    """

    short: int = 1024
    drawn: int = 1000
    plain: int = 120
    most_wrong: float = 0.01

    def __post_init__(self) -> None:
        for name in ("short", "drawn", "plain"):
            check_integer(name, getattr(self, name), 1)
        check_number("most_wrong", self.most_wrong, least=0, below=1)


@dataclass(frozen=True)
class Evidence:
    """Words and what the network answers.

    Attributes:
        words: pairs of inputs (n, T, components) and outputs (n, T), both int64; none longer than in training.
        distance: how far the network's outputs are from integers, on average over words as in training: 0.25 for outputs that are spread evenly.
    """

    words: tuple[tuple[np.ndarray, np.ndarray], ...]
    distance: float

    @property
    def has_integers(self) -> bool:
        """Whether the network answers integers, on the whole."""
        return self.distance < 0.2

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return sum(ys.size for _, ys in self.words)

    def different(self, program: Program) -> int | None:
        """On how many answers the program and the network differ; None for a program that fails on a word."""
        try:
            return sum(int(np.asarray(program.run_many(xs) != ys, bool).sum()) for xs, ys in self.words)
        except (ArithmeticError, MemoryError, RecursionError, ValueError):
            return None


def evidence(network: RecurrentNetwork, inputs: Inputs, config: ChoiceConfig = ChoiceConfig(), *, seed: int) -> Evidence:
    """What the network answers to short words, words as in training, and words of little entropy."""
    span = (inputs.low, inputs.high, inputs.components)
    drawn = inputs.sample(config.drawn, inputs.length, seed)
    plain = low_entropy(*span, inputs.length, config.plain, np.random.default_rng([seed, 1]))
    kinds = (drawn, short_words(*span, config.short, inputs.length), plain)
    with np.errstate(all="ignore"):
        outputs = network(drawn)
        distance = float(np.abs(outputs - np.rint(outputs)).mean()) if np.isfinite(outputs).all() else math.inf
        return Evidence(tuple((xs, network.predict(xs)) for xs in kinds), distance)


@dataclass(frozen=True)
class Candidate:
    """A program that says what the network says.

    Attributes:
        program: the program.
        path: what proposed it.
        different: answers on which it and the network differ, of all that were asked for.
        bits: its description length, corrections included.
    """

    program: Program
    path: str
    different: int
    bits: float


def rank(programs: Iterable[tuple[str, Program]], seen: Evidence, config: ChoiceConfig = ChoiceConfig()) -> list[Candidate]:
    """The programs, each with its path, that need few corrections: the shortest description first; without a table before with one
    where both are equally right."""
    values = [ys for _, ys in seen.words]
    spread = max(int(ys.max()) for ys in values) - min(int(ys.min()) for ys in values) + 1
    price = math.log2(max(seen.answers, 2)) + math.log2(max(spread, 2))
    found = []
    for path, program in programs:
        different = seen.different(program)
        if different is not None and different <= config.most_wrong * seen.answers:
            found.append(Candidate(program, path, different, program.description_length + price * different))
    return sorted(found, key=lambda each: (each.program.is_table and _has_plain_rival(each, found), each.bits))


def _has_plain_rival(candidate: Candidate, found: list[Candidate]) -> bool:
    return any(not other.program.is_table and other.different <= candidate.different for other in found)
