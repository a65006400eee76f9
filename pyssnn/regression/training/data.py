"""Examples of a task: drawn from seeds, three disjoint streams for training, selection and certification."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from torch import Tensor

from pyssnn.regression.task import Task
from pyssnn.regression.training.stack import Scale

_TRAINING, _SELECTION, _CERTIFICATION = 0, 1, 2


@dataclass(frozen=True)
class Examples:
    """Inputs int64 (n, T, k) with answers int64 (n, T)."""

    xs: np.ndarray
    ys: np.ndarray

    def __len__(self) -> int:
        return len(self.xs)

    def scaled(self, scale: Scale) -> tuple[Tensor, Tensor]:
        """Inputs and answers as float64 tensors in the units of `scale`."""
        return scale.inputs(self.xs), scale.answers(self.ys)

    def with_more(self, other: Examples) -> Examples:
        """These and others of the same length."""
        return Examples(np.concatenate([self.xs, other.xs]), np.concatenate([self.ys, other.ys]))

    def __getitem__(self, rows: np.ndarray) -> Examples:
        return Examples(self.xs[rows], self.ys[rows])


@dataclass(frozen=True)
class Source:
    """Where the examples of a task come from.

    Attributes:
        task: the task.
        seed: the seed of the run; each stream takes its own from it.
        many: how many sequences of full length are drawn for training.
    """

    task: Task
    seed: int
    many: int = 4000

    @cached_property
    def training(self) -> Examples:
        """Sequences of full length to learn from."""
        return self._drawn(_TRAINING, self.many, self.task.length)

    @cached_property
    def selection(self) -> Examples:
        """Sequences that decide between networks."""
        return self._drawn(_SELECTION, 2000, self.task.length)

    @cached_property
    def long_selection(self) -> Examples:
        """Sequences three times as long, which break ties between networks that are perfect on the others."""
        return self._drawn(_SELECTION, 200, 3 * self.task.length, salt=1)

    def certification(self, many: int) -> Examples:
        """Fresh sequences that nothing was trained or chosen by."""
        return self._drawn(_CERTIFICATION, many, self.task.length)

    @cached_property
    def scale(self) -> Scale:
        """Units of the inputs and answers: zero stays zero, the largest input is 1, answers have a mean square of 1."""
        size = float(np.sqrt(np.mean(self.training.ys.astype(float) ** 2)))
        return Scale(0.0, float(max(abs(self.task.low), abs(self.task.high - 1), 1)), 0.0, size or 1.0)

    @property
    def wide_scale(self) -> Scale:
        """Units for descents that need neighbouring inputs well apart: a few integers are 1 apart, of many the middle is 0 and the size about 4."""
        task = self.task
        return replace(self.scale, x_middle=(task.low + task.high - 1) / 2, x_unit=max(1.0, (task.high - task.low) / 8))

    def beginnings(self, length: int, many: int, random: np.random.Generator) -> Examples:
        """At most `many` different beginnings of the training sequences, in random order."""
        xs = self.training.xs[:, :length]
        _, first = np.unique(xs.reshape(len(xs), -1), axis=0, return_index=True)
        rows = random.permutation(first)[:many]
        return Examples(xs[rows], self.training.ys[rows, :length])

    def _drawn(self, stream: int, many: int, length: int, salt: int = 0) -> Examples:
        seed = int(np.random.SeedSequence([self.seed, stream, salt]).generate_state(1, np.uint64)[0])
        xs = self.task.sample(many, length, seed)
        return Examples(xs, self.task.answers(xs))
