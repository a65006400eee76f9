"""One architecture, many restarts: short sequences first, then longer ones, then those that it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.training.data import Examples, Source
from pyssnn.regression.training.marquardt import Descent, descend, start
from pyssnn.regression.training.moves import moved
from pyssnn.regression.training.stack import Shape, to_network
from pyssnn.regression.training.starts import random_starts
from pyssnn.regression.training.types import Architecture

_LENGTHS, _JUDGED, _MENDED = (2, 3, 4, 6, 8), 8, 5
# How far from an answer an output of an exact network may be.
_OFF = 1e-3


@dataclass(frozen=True)
class Effort:
    """How hard to try.

    Attributes:
        numbers: about how many numbers the derivatives of a stack of restarts may hold; more restarts where each is small.
        steps: Levenberg–Marquardt steps between moves.
        rounds: how often the better quarter is moved before a length is given up.
        exact: the mean squared error, in units of the answers', from which a network counts as exact.
    """

    numbers: int = 200_000
    steps: int = 25
    rounds: int = 5
    exact: float = 1e-15


@dataclass(frozen=True)
class Fitted:
    """The best network of an architecture.

    Attributes:
        network: the network.
        loss: its mean squared error on what it was trained on.
        exact: whether that is as small as was asked.
        errors: on how many sequences of the selection it errs.
        long_errors: on how many sequences of three times the length it errs.
        off: on how many sequences of the selection it is away from an answer by more than a thousandth.
    """

    network: RecurrentNetwork
    loss: float
    exact: bool
    errors: int
    long_errors: int
    off: int

    @property
    def rank(self) -> tuple[int, int, int, float]:
        """Smaller is better."""
        return self.errors, self.off, self.long_errors, self.loss

    @property
    def solved(self) -> bool:
        """Whether the network is exact and errs on nothing that it was tried on."""
        return self.exact and self.errors == 0


def fit(source: Source, architecture: Architecture, seed: int, effort: Effort) -> Fitted:
    """Train networks of one architecture and give the best by the selection."""
    shape = Shape(architecture, source.task.components)
    draw, random = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    lengths = _lengths(source, shape, draw)
    stack: Tensor | None = None
    for length in lengths:
        examples = source.beginnings(length, max(24, 3 * shape.n_parameters // length + 8), draw)
        count = _count(shape, len(examples), length, effort)
        if stack is None:
            stack = random_starts(shape, count, *source.training[np.arange(500)].scaled(source.scale), random)
        found = _solve(shape, stack[:count], count, examples, source, random, effort)
        exact = found.losses < effort.exact
        if not exact.any():
            return _judged(shape, found[:1], source, False)
        stack = found.parameters[exact]
    return _mend(shape, found[exact], examples, source, random, effort)


def _mend(shape: Shape, found: Descent, examples: Examples, source: Source, random: torch.Generator, effort: Effort) -> Fitted:
    """Train on with the sequences on which the best network is off, until there are none."""
    best: Fitted | None = None
    for _ in range(_MENDED):
        # What is exact is cheap to make as exact as the arithmetic.
        found = descend(shape, found[:_JUDGED], *examples.scaled(source.scale), steps=6, enough=0.0)
        judged = [_judged(shape, found[torch.tensor([i])], source, True) for i in range(len(found.losses))]
        now = min(judged, key=lambda one: one.rank)
        best = now if best is None or now.rank < best.rank else best
        gap = np.abs(now.network(source.training.xs) - source.training.ys).max(1)
        off = np.flatnonzero(~(gap < _OFF))
        if not len(off):
            break
        examples = examples.with_more(source.training[off[:60]])
        count = max(8, _count(shape, len(examples), examples.xs.shape[1], effort))
        found = _solve(shape, found.parameters[:count], count, examples, source, random, effort)
        exact = found.losses < effort.exact
        if not exact.any():
            break
        found = found[exact]
    return best


def _solve(shape: Shape, stack: Tensor, count: int, examples: Examples, source: Source, random: torch.Generator, effort: Effort) -> Descent:
    """Descend from a stack; while none is exact, move copies of the better quarter. Sorted by loss."""
    xs, ys = examples.scaled(source.scale)
    found = descend(shape, start(shape, stack, xs, ys), xs, ys, effort.steps)
    for _ in range(effort.rounds):
        found = found[found.losses.argsort()]
        if found.losses[0] < effort.exact:
            break
        kept = found[: max(2, count // 4)].parameters
        tried = torch.cat([kept, moved(shape, kept.repeat(3, 1), xs, random)])
        found = descend(shape, start(shape, tried, xs, ys), xs, ys, effort.steps)
    return found[found.losses.argsort()]


def judge(network: RecurrentNetwork, loss: float, source: Source, exact: bool) -> Fitted:
    """A network with its errors on the selection."""
    errors, long_errors = (mistakes(network, examples) for examples in (source.selection, source.long_selection))
    off = int((~(np.abs(network(source.selection.xs) - source.selection.ys).max(1) < _OFF)).sum())
    return Fitted(network, loss, exact, errors, long_errors, off)


def _judged(shape: Shape, one: Descent, source: Source, exact: bool) -> Fitted:
    return judge(to_network(shape, one.parameters[0], source.scale), float(one.losses[0]), source, exact)


def mistakes(network: RecurrentNetwork, examples: Examples) -> int:
    """On how many sequences a network gives one wrong answer or more."""
    return int((network.predict(examples.xs) != examples.ys).any(1).sum())


def _lengths(source: Source, shape: Shape, draw: np.random.Generator) -> list[int]:
    """Lengths to learn one after the other; the first has about twice as many answers as the network parameters."""
    full, least = source.task.length, 2
    while least < full and len(source.beginnings(least, shape.n_parameters, draw)) * least < 2 * shape.n_parameters + 10:
        least += 1
    least = min(least, full)
    return sorted({least, full, *(length for length in _LENGTHS if least < length < full)})


def _count(shape: Shape, n: int, length: int, effort: Effort) -> int:
    return int(np.clip(effort.numbers / (n * length * shape.n_parameters * shape.architecture.hidden), 24 if length < 4 else 8, 1024))
