"""Who answers questions about a behaviour: a network asked for any word, or a record of words and answers that knows nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from pyssnn.errors import InputError
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.streams import low_entropy, short_words

NO_ANSWER = np.iinfo(np.int64).min


class Unanswered(Exception):
    """The record does not have the word, or what the network gives there is no number."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Words and answers: what programs are fitted to, and fresh ones that they have to give.

    Attributes:
        blocks: pairs of words int64 (n, T, components) of one length and answers (n, T); the first of words as in training.
        fresh: others as in training.
    """

    blocks: tuple[tuple[np.ndarray, np.ndarray], ...]
    fresh: tuple[np.ndarray, np.ndarray]


class Oracle(Protocol):
    """Answers words, and says which words are worth fitting to."""

    inputs: Inputs

    def answers(self, xs: np.ndarray) -> np.ndarray:
        """The answers int64 (n, T) to words (n, T, components). Raises `Unanswered`."""

    def evidence(self, seed: int) -> Evidence:
        """Words to fit programs to and fresh ones, with answers. Raises `Unanswered`."""


class AskedOracle:
    """A function of words that can be asked anything, within the length that it was trained on: a network, or a program in a test."""

    def __init__(self, ask: Callable[[np.ndarray], np.ndarray], inputs: Inputs) -> None:
        self._ask, self.inputs, self.n_asked = ask, inputs, 0

    @classmethod
    def of_network(cls, network: RecurrentNetwork, inputs: Inputs) -> AskedOracle:
        """The network's outputs, rounded.

        Raises:
            InputError: the network takes inputs with another number of components.
        """
        if network.components != inputs.components:
            raise InputError("inputs of the network", f"{inputs.components} components", f"{network.components}")

        def ask(xs: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                return network.predict(xs)

        return cls(ask, inputs)

    def answers(self, xs: np.ndarray) -> np.ndarray:
        """See `Oracle`."""
        self.n_asked += len(xs)
        ys = np.asarray(self._ask(xs), np.int64)
        if (ys == NO_ANSWER).any():
            raise Unanswered
        return ys

    def evidence(self, seed: int) -> Evidence:
        """Words as in training, words with ends in common, every short word, and words of little entropy."""
        inputs, generator = self.inputs, np.random.default_rng(seed)
        span = (inputs.low, inputs.high, inputs.components)

        def uniform(n: int) -> np.ndarray:
            return generator.integers(inputs.low, inputs.high, (n, inputs.length, inputs.components))

        # Many beginnings before the same ends show what does not depend on inputs long ago.
        half = inputs.length // 2
        beginnings, ends = uniform(30)[:, half:], uniform(12)[:, : half]
        crossed = np.concatenate([np.repeat(beginnings, len(ends), axis=0), np.tile(ends, (len(beginnings), 1, 1))], axis=1)
        words = (inputs.sample(300, inputs.length, seed), crossed, short_words(*span, 1024, inputs.length), low_entropy(*span, inputs.length, 100, generator))
        fresh = inputs.sample(700, inputs.length, seed + 1)
        return Evidence(tuple((xs, self.answers(xs)) for xs in words), (fresh, self.answers(fresh)))


class RecordedOracle:
    """Words and answers that are given, and nothing else is known: what a search has to go by without a network."""

    def __init__(self, xs: np.ndarray, ys: np.ndarray, inputs: Inputs) -> None:
        self.inputs, self._xs, self._ys = inputs, np.asarray(xs, np.int64), np.asarray(ys, np.int64)
        self._known: dict[bytes, int] = {}

    def answers(self, xs: np.ndarray) -> np.ndarray:
        """See `Oracle`; a word is answered if it begins one that was recorded."""
        if not self._known:
            for t in range(self._xs.shape[1]):
                keys = np.ascontiguousarray(self._xs[:, : t + 1])
                self._known.update(zip((key.tobytes() for key in keys), self._ys[:, t].tolist(), strict=True))
        try:
            return np.array([[self._known[word[: t + 1].tobytes()] for t in range(len(word))] for word in np.ascontiguousarray(xs, np.int64)], np.int64)
        except KeyError:
            raise Unanswered from None

    def evidence(self, seed: int) -> Evidence:
        """Words of the record."""
        order = np.random.default_rng(seed).permutation(len(self._xs))
        fit, fresh = order[: max(len(order) // 2, 1)][:1000], order[len(order) // 2 :][:1000]
        return Evidence(((self._xs[fit], self._ys[fit]),), (self._xs[fresh], self._ys[fresh]))


class Shortened:
    """An oracle asked for shorter words only."""

    def __init__(self, oracle: Oracle, length: int) -> None:
        self._oracle, self.inputs = oracle, replace(oracle.inputs, length=length)

    def answers(self, xs: np.ndarray) -> np.ndarray:
        """See `Oracle`."""
        return self._oracle.answers(xs)

    def evidence(self, seed: int) -> Evidence:
        """See `Oracle`; words are cut."""
        found = self._oracle.evidence(seed)
        cut = [(xs[:, : self.inputs.length], ys[:, : self.inputs.length]) for xs, ys in (*found.blocks, found.fresh)]
        return Evidence(tuple(cut[:-1]), cut[-1])
