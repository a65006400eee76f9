"""What is checked before a program counts as solved: three agreements, apart, on words of many kinds, and that all parts of it were put to use.

Runs prove nothing about words that were not run. What makes it hard to be wrong unseen: every short word; lengths far beyond the network's training;
words at the ends of the range and with little entropy, where counters and thresholds go furthest; exact integers of any size; and a
program with a part that no run has put to use (see `exercise`) is not called exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.regression.exercise import Exercise
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.streams import low_entropy, short_words
from pyssnn.regression.task import Task
from pyssnn.regression.writing import python

_BEYOND = (10**3, 10**9, 10**24)


@dataclass(frozen=True)
class Verification:
    """How many words of each kind are run.

    Attributes:
        short: words of the exhaustive kind, at most; of length 1 if there are more symbols.
        drawn: as the task draws them, of its length.
        longer: as the task draws them, of three times that.
        longest: of twenty times that.
        plain: of little entropy, at each of the three lengths.
        marathons: of little entropy, of a hundred times the task's length.
    """

    short: int = 4096
    drawn: int = 1000
    longer: int = 300
    longest: int = 40
    plain: int = 120
    marathons: int = 12

    def __post_init__(self) -> None:
        for name in ("short", "drawn", "longer", "longest", "plain", "marathons"):
            check_integer(f"verification: {name}", getattr(self, name), 1)


@dataclass(frozen=True)
class Stream:
    """One kind of words, and on how many of their answers two of the three differ.

    Attributes:
        name: what the words are.
        words: how many.
        length: of each.
        program_truth, program_network, network_truth: answers that differ; None without a network.
    """

    name: str
    words: int
    length: int
    program_truth: int
    program_network: int | None
    network_truth: int | None


@dataclass(frozen=True)
class Counterexample:
    """A word on which a program is wrong: its inputs up to the first wrong answer, the right answer and the program's (None: it fails)."""

    word: tuple[tuple[int, ...], ...]
    expected: int
    found: int | None


@dataclass(frozen=True)
class Agreements:
    """What `verify` found.

    Attributes:
        program_truth, program_network, network_truth: the share of answers that agree, over all streams; those with the network over the streams that are no
            longer than its training sequences. None without a network.
        exact: whether every answer of the program is right and no part of it is idle.
        counterexample: the shortest beginning of a word seen with a wrong answer.
        idle: parts of the program, as Python, that no word has put to use.
        beyond: whether the program is also right for inputs up to 10^24, far out of the range, or None where the task has no answer there. Not
            asked of an exact program.
        streams: the counts for each kind of words.
    """

    program_truth: float
    program_network: float | None
    network_truth: float | None
    exact: bool
    counterexample: Counterexample | None
    idle: tuple[str, ...] = ()
    beyond: bool | None = None
    streams: tuple[Stream, ...] = ()


def verify(program: Program, network: RecurrentNetwork | None, task: Task, *, seed: int, config: Verification | None = None) -> Agreements:
    """Compare a program, the network that it was read from and the task's definition.

    Args:
        network: None for a program that was found without one.
        seed: of the words; it should be one that nothing before has used.

    Raises:
        InputError: the program or the network takes inputs of another shape than the task's.
    """
    for name, part in (("program", program), ("network", network)):
        if part is not None and part.components != task.components:
            raise InputError(f"the {name} for task {task.name}", f"{part.components} components", f"{task.components}")
    config = config or Verification()
    exercise, streams, wrong = Exercise(program), [], None
    for name, xs in verification_words(task, config, seed):
        truth, found = _truth(task, xs), _answers(program, xs)
        counted = network is not None
        seen = _network_answers(network, xs) if counted else None
        streams.append(Stream(name, len(xs), xs.shape[1], _differ(found, truth), _differ(found, seen) if counted else None, _differ(seen, truth) if counted else None))
        here = _counterexample(xs, truth, found)
        if here is not None and (wrong is None or len(here.word) < len(wrong.word)):
            wrong = here
        if streams[-1].program_truth == 0:
            exercise.show(xs)
    names = ["s"] if len(program.initial) == 1 else [f"s{i}" for i in range(len(program.initial))]
    inputs = ["x"] if task.components == 1 else [f"x{i}" for i in range(task.components)]
    idle = tuple(python(node, names, inputs) for node in exercise.idle) if wrong is None else ()
    near = [stream for stream in streams if stream.length <= task.length]
    return Agreements(
        program_truth=_share(streams, "program_truth"),
        program_network=_share(near, "program_network") if network is not None else None,
        network_truth=_share(near, "network_truth") if network is not None else None,
        exact=wrong is None and not idle,
        counterexample=wrong,
        idle=idle,
        beyond=_beyond(program, task, seed) if wrong is None else False,
        streams=tuple(streams),
    )


def verification_words(task: Task, config: Verification, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """The kinds of words, by name, each int64 (n, length, components)."""
    generator = np.random.default_rng(seed)
    span = (task.low, task.high, task.components)
    yield "short", short_words(*span, config.short)
    yield "drawn", task.sample(config.drawn, task.length, seed)
    yield "plain", low_entropy(*span, task.length, config.plain, generator)
    for times, n in ((3, config.longer), (20, config.longest)):
        yield f"drawn ×{times}", task.sample(n, times * task.length, seed + times)
        yield f"plain ×{times}", low_entropy(*span, times * task.length, config.plain, generator)
    yield "plain ×100", low_entropy(*span, 100 * task.length, config.marathons, generator)


def _truth(task: Task, xs: np.ndarray) -> np.ndarray:
    """The task's answers (n, T), Python's integers where they do not fit int64."""
    return _fitted([task.solve([tuple(x) for x in word]) for word in xs.tolist()])


def _answers(program: Program, xs: np.ndarray) -> np.ndarray:
    """The program's answers (n, T); None from where it fails on."""
    try:
        return program.run_many(xs)
    except (ZeroDivisionError, OverflowError):
        answers = np.full(xs.shape[:2], None, object)
        for i, word in enumerate(xs.tolist()):
            runs = bisect_left(range(len(word)), True, key=lambda t, word=word: _run(program, word[: t + 1]) is None)
            answers[i, :runs] = _run(program, word[:runs])
        return answers


def _run(program: Program, word: list[list[int]]) -> list[int] | None:
    try:
        return program.run(word)
    except ZeroDivisionError:
        return None


def _network_answers(network: RecurrentNetwork, xs: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return network.predict(xs)


def _fitted(answers: Sequence[Sequence[int]]) -> np.ndarray:
    found = np.array(answers, dtype=object)
    return found if any(abs(value) >= 2**62 for value in found.ravel()) else found.astype(np.int64)


def _differ(first: np.ndarray, second: np.ndarray) -> int:
    return int(np.asarray(first != second, bool).sum())


def _share(streams: Sequence[Stream], name: str) -> float:
    answers = sum(stream.words * stream.length for stream in streams)
    return 1.0 - sum(getattr(stream, name) for stream in streams) / answers


def _counterexample(xs: np.ndarray, truth: np.ndarray, found: np.ndarray) -> Counterexample | None:
    wrong = np.asarray(truth != found, bool)
    if not wrong.any():
        return None
    first = np.where(wrong.any(1), wrong.argmax(1), wrong.shape[1])
    i = int(first.argmin())
    t = int(first[i])
    answer = found[i, t]
    return Counterexample(tuple(tuple(x) for x in xs[i, : t + 1].tolist()), int(truth[i, t]), None if answer is None else int(answer))


def _beyond(program: Program, task: Task, seed: int) -> bool | None:
    generator = np.random.default_rng([seed, 1])
    for scale in _BEYOND:
        for _ in range(8):
            drawn = generator.integers(-(10**6) if task.low < 0 else 0, 10**6, (task.length, task.components))
            word = [tuple(int(value) * scale // 10**6 for value in x) for x in drawn.tolist()]
            try:
                truth = task.solve(word)
            except Exception:  # a definition may refuse what is out of its range, in any way
                return None
            try:
                if program.run(word) != truth:
                    return False
            except ZeroDivisionError:
                return False
    return True
