"""A task: sequences of integer inputs, and the integer that is the answer at each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer
from pyssnn.errors import InputError

Solve = Callable[[Sequence[tuple[int, ...]]], list[int]]
Sampler = Callable[["Task", int, int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Task:
    """What a network is to learn, with an exact reference.

    Functions of the task may be nested, so a task itself need not be picklable: send another process the name or the file it came from.

    Attributes:
        name: a word of letters, digits and underscores.
        low: the least value of a component of an input.
        high: one more than the greatest.
        components: how many integers an input has.
        length: how many steps a training sequence has.
        solve: from a sequence of inputs, each a tuple of `components` Python integers, to one answer a step. Exact for integers of any size and
            sequences of any length.
        sampler: draws int64 (n, length, components) for a task whose training inputs are not uniform: f(task, n, length, generator).
    """

    name: str
    low: int
    high: int
    components: int
    length: int
    solve: Solve
    sampler: Sampler | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise InputError("a task's name", repr(self.name), "a word of letters, digits and underscores")
        for where, value in (("low", self.low), ("high", self.high)):
            if not isinstance(value, int) or isinstance(value, bool):
                raise InputError(f"task {self.name}: {where}", repr(value), "an integer")
        if self.high <= self.low:
            raise InputError(f"task {self.name}: high", self.high, f"more than low, {self.low}")
        check_integer(f"task {self.name}: components", self.components, 1)
        check_integer(f"task {self.name}: length", self.length, 1)

    def sample(self, n: int, length: int, seed: int) -> np.ndarray:
        """Draw n sequences of inputs, int64 (n, length, components): uniform, unless the task says otherwise."""
        generator = np.random.default_rng(seed)
        if self.sampler is not None:
            return self.sampler(self, n, length, generator)
        return generator.integers(self.low, self.high, (n, length, self.components))

    def answers(self, xs: np.ndarray) -> np.ndarray:
        """The answers, int64 (n, length), to inputs (n, length, components).

        Raises:
            InputError: the inputs have another shape, or the task's function does not give an integer a step.
        """
        xs = np.asarray(xs)
        if xs.ndim != 3 or xs.shape[2] != self.components:
            raise InputError(f"inputs of task {self.name}", f"shape {xs.shape}", f"(n, length, {self.components})")
        found = [self.solve([tuple(x) for x in sequence]) for sequence in xs.tolist()]
        if any(len(one) != xs.shape[1] for one in found):
            raise InputError(f"the solution of task {self.name}", "another number of answers", f"one a step, {xs.shape[1]}")
        ys = np.array(found).reshape(xs.shape[:2]) if found else np.zeros(xs.shape[:2], np.int64)
        if ys.dtype.kind not in "iub":
            raise InputError(f"the solution of task {self.name}", f"answers of type {ys.dtype}", "integers of at most 63 bits")
        return ys.astype(np.int64)
