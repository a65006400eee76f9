"""Learning a machine by asking: words are merged when what they lead to answers alike, and a counterexample says where to ask on.

Mealy machines in the manner of L* (Angluin 1987; Shahbaz and Groz 2009), one suffix from each counterexample (Rivest and Schapire 1993). A word's row is
its outputs after each suffix. What is merged are the hidden states that the words lead a network to; no word is longer than the network's
training sequences, so transitions out of far states stay unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pyssnn.regression.behaviour.machines.mealy import UNKNOWN, Mealy
from pyssnn.regression.behaviour.oracle import Evidence, Inputs, Oracle
from pyssnn.regression.streams import landmarks, short_words


class TooLarge(Exception):
    """The machine has more states than allowed, or needs more words than allowed."""


@dataclass(frozen=True)
class LearningConfig:
    """Limits.

    Attributes:
        states: above which there is no machine.
        symbols: of a larger alphabet only so many are used.
        words: asked at most.
        suffixes: at the start.
    """

    states: int = 60
    symbols: int = 130
    words: int = 40_000
    suffixes: int = 8


def alphabet(inputs: Inputs, config: LearningConfig, generator: np.random.Generator) -> np.ndarray:
    """The symbols, int64 (A, components): all, or those at landmarks and random ones."""
    if (inputs.high - inputs.low) ** inputs.components <= config.symbols:
        return short_words(inputs.low, inputs.high, inputs.components, config.symbols, 1)[:, 0]
    marks = np.array(landmarks(inputs.low, inputs.high))
    some = np.concatenate([np.tile(marks[:, None], inputs.components), generator.integers(inputs.low, inputs.high, (config.symbols // 3, inputs.components))])
    return np.unique(some, axis=0)


def learn(oracle: Oracle, evidence: Evidence, seed: int, config: LearningConfig | None = None) -> Mealy:
    """The smallest machine found that gives all the evidence within its symbols and its known transitions.

    Raises:
        TooLarge: there is none within the limits.
        Unanswered: the oracle does not know a word.
    """
    config = config or LearningConfig()
    generator = np.random.default_rng(seed)
    learner = _Learner(oracle, alphabet(oracle.inputs, config, generator), config, generator)
    tests = [(letters, ys) for xs, ys in evidence.blocks for letters, ys in [_letters(xs, ys, learner.symbols)] if len(letters)]
    for _ in range(4 * config.states):
        machine = learner.machine()
        suffix = next((s for letters, ys in tests for s in [learner.explain(machine, letters, ys)] if s is not None), None)
        if suffix is None:
            return machine
        learner.add(suffix)
    raise TooLarge


def _letters(xs: np.ndarray, ys: np.ndarray, symbols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Words as places in `symbols`, those of other symbols left out, and their outputs."""
    places = {tuple(symbol): i for i, symbol in enumerate(symbols.tolist())}
    found = np.array([[places.get(tuple(x), -1) for x in word] for word in xs.tolist()]).reshape(xs.shape[:2])
    whole = (found >= 0).all(1)
    return found[whole], ys[whole]


@dataclass
class _Learner:
    oracle: Oracle
    symbols: np.ndarray
    config: LearningConfig
    generator: np.random.Generator
    suffixes: list[tuple[int, ...]] = field(default_factory=list)
    rows: dict[tuple[int, ...], list[tuple[int, ...]]] = field(default_factory=dict)
    access: list[tuple[int, ...]] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        a, length = len(self.symbols), max(self.oracle.inputs.length // 2, 1)
        whole = 1
        while a ** (whole + 1) <= 2 * self.config.suffixes and whole < length:
            whole += 1
        if a**whole <= 4 * self.config.suffixes:
            self.suffixes = [tuple(int(i) // a**j % a for j in range(whole)) for i in range(a**whole)]
        else:
            self.suffixes = [tuple(self.generator.integers(0, a, min(length, 3)).tolist()) for _ in range(self.config.suffixes)]

    def ask(self, words: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """The outputs of each word."""
        self.asked += len(words)
        if self.asked > self.config.words:
            raise TooLarge
        answers: dict[tuple[int, ...], tuple[int, ...]] = {}
        for length in {len(word) for word in words}:
            same = list({word for word in words if len(word) == length})
            outputs = self.oracle.answers(self.symbols[np.array(same, np.int64).reshape(len(same), length)]) if length else np.zeros((1, 0), np.int64)
            answers.update(zip(same, map(tuple, outputs.tolist()), strict=True))
        return [answers[word] for word in words]

    def fill(self, words: list[tuple[int, ...]]) -> None:
        """Complete the rows of the words: outputs after each suffix, cut to what the length allows."""
        missing = [(word, suffix) for word in words for suffix in self.suffixes[len(self.rows.get(word, [])) :]]
        longest = self.oracle.inputs.length
        outputs = self.ask([(word + suffix)[:longest] for word, suffix in missing])
        for (word, _), output in zip(missing, outputs, strict=True):
            self.rows.setdefault(word, []).append(output[len(word) :])

    def machine(self) -> Mealy:
        """The machine that the table gives once every word one step from a state is like some state."""
        a, longest = len(self.symbols), self.oracle.inputs.length
        room = max(len(suffix) for suffix in self.suffixes)
        self.access = [()]
        self.fill(self.access)
        known = {tuple(self.rows[()]): 0}
        steps: list[list[int]] = []
        q = 0
        while q < len(self.access):
            word = self.access[q]
            if len(word) + 1 + room > max(longest, room + 1):
                steps.append([UNKNOWN] * a)
                q += 1
                continue
            level = [other for other in self.access[q:] if len(other) == len(word)]
            self.fill([other + (i,) for other in level for i in range(a)])
            for other in level:
                steps.append([])
                for i in range(a):
                    key = tuple(self.rows[other + (i,)])
                    if key not in known:
                        known[key] = len(self.access)
                        self.access.append(other + (i,))
                        if len(self.access) > self.config.states:
                            raise TooLarge
                    steps[-1].append(known[key])
            q += len(level)
        if any(len(word) >= longest for word in self.access):
            raise TooLarge
        outputs = self.ask([word + (i,) for word in self.access for i in range(a)])
        last = np.array([output[-1] for output in outputs], np.int64).reshape(len(self.access), a)
        return Mealy(self.symbols, np.array(steps, np.int64), last)

    def explain(self, machine: Mealy, letters: np.ndarray, ys: np.ndarray) -> tuple[int, ...] | None:
        """A suffix that tells two words apart that the machine holds alike, from the shortest word that it answers wrongly; None if there is no such word."""
        states, outputs = machine.run(letters)
        wrong = (outputs != ys) & (states != UNKNOWN)
        if not wrong.any():
            return None
        first = np.where(wrong.any(1), wrong.argmax(1), wrong.shape[1])
        i = int(first.argmin())
        t = int(first[i])
        word, right = tuple(letters[i, : t + 1].tolist()), int(ys[i, t])
        longest = self.oracle.inputs.length
        # The word with its first k letters replaced by the access word of the state that they lead to: right at k = 0, wrong in the end.
        swapped = [self.access[states[i, k]] + word[k:] for k in range(t + 1)]
        usable = [k for k in range(t + 1) if len(swapped[k]) <= longest]
        answers = dict(zip(usable, (output[-1] for output in self.ask([swapped[k] for k in usable])), strict=True))
        good = [k for k in usable if answers[k] == right]
        k = max(good, default=-1)
        suffix = word[k + 1 :]
        if not suffix or suffix in self.suffixes:
            raise TooLarge
        return suffix

    def add(self, suffix: tuple[int, ...]) -> None:
        """A further suffix for all rows."""
        self.suffixes.append(suffix)
