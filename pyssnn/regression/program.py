"""Integer programs: an initial state, an update and an output, as a loop that runs exactly, as Python and as terms."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from pyssnn.regression.expression import Expression, apply, number_bits
from pyssnn.regression.values import Wide, evaluate_many
from pyssnn.regression.writing import python, term


@dataclass(frozen=True)
class Term:
    """A closed term of the typed λ-calculus: its text in stitch notation, and its type such as ``int -> int -> int``."""

    text: str
    type: str


@dataclass(frozen=True)
class Program:
    """s ← initial; at each step s ← update(s, x), all variables at once, then y = output(s, x), from the new state.

    Attributes:
        initial: the state's variables before the first step.
        update: for each, what it becomes, from the old state and the input.
        output: what is given out, from the new state and the input.
        components: how many input variables there are at each step.
        method: how it was found.
    """

    initial: tuple[int, ...]
    update: tuple[Expression, ...]
    output: Expression
    components: int
    method: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "initial", tuple(int(value) for value in self.initial))
        object.__setattr__(self, "update", tuple(apply("add", expression, 0) for expression in self.update))
        object.__setattr__(self, "output", apply("add", self.output, 0))
        if len(self.initial) != len(self.update):
            raise ValueError(f"{len(self.initial)} initial values for {len(self.update)} updates")

    @property
    def description_length(self) -> float:
        """Bits to write it down: the initial state, and each expression over the variables that there are."""
        n = len(self.initial) + self.components
        expressions = (*self.update, self.output)
        return sum(number_bits(value) for value in self.initial) + sum(expression.bits(n) for expression in expressions)

    @property
    def is_table(self) -> bool:
        """Whether some part of it is a look-up table."""
        return any(expression.is_table for expression in (*self.update, self.output))

    def run(self, xs: Sequence[Sequence[int]]) -> list[int]:
        """What its source gives: one output a step, in Python's integers. Raises `ZeroDivisionError`."""
        return _compiled(self.source())([tuple(int(value) for value in x) for x in xs])

    def run_many(self, xs: np.ndarray) -> np.ndarray:
        """The outputs (n, T) for inputs (n, T, components), exact: int64, or Python's integers where some do not fit.

        Raises `ZeroDivisionError`.
        """
        xs = np.asarray(xs)
        try:
            return self._run_many(xs.astype(np.int64), np.int64)
        except Wide:
            return self._run_many(xs.astype(object), object)

    def _run_many(self, xs: np.ndarray, kind: type) -> np.ndarray:
        n, length, _ = xs.shape
        outputs = np.zeros((n, length), kind)
        states: list[np.ndarray] = [np.full(n, value, kind) for value in self._initial(kind)]
        for t in range(length):
            inputs = [xs[:, t, k] for k in range(self.components)]
            states = evaluate_many(self.update, states, inputs)
            outputs[:, t] = evaluate_many((self.output,), states, inputs)[0]
        return outputs

    def _initial(self, kind: type) -> tuple[int, ...]:
        if kind is not object and any(abs(value) >= 2**62 for value in self.initial):
            raise Wide
        return self.initial

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        n = len(self.initial)
        states = ["s"] if n == 1 else list(string.ascii_lowercase[:n]) if n <= 8 else [f"s{i}" for i in range(n)]
        return states, ["x"] if self.components == 1 else [f"x{i}" for i in range(self.components)]

    def source(self) -> str:
        """Readable Python: ``def solve(xs)`` takes a list of tuples and gives a list of integers."""
        states, inputs = self._names
        lines = ["def solve(xs):"]
        if states:
            lines.append(f"    {', '.join(states)} = {', '.join(str(value) for value in self.initial)}")
        lines += ["    ys = []", f"    for {', '.join(inputs)}{',' if len(inputs) == 1 else ''} in xs:"]
        changes = [(name, python(new, states, inputs)) for name, new in zip(states, self.update, strict=True)]
        changes = [(name, text) for name, text in changes if name != text]
        if changes:
            lines.append(f"        {', '.join(name for name, _ in changes)} = {', '.join(_in_tuple(text, changes) for _, text in changes)}")
        lines += [f"        ys.append({python(self.output, states, inputs)})", "    return ys"]
        return "\n".join(lines) + "\n"

    def terms(self) -> tuple[Term, ...]:
        """Each state variable's update and then the output as functions of the state and the input, for the library's compression."""
        n, k = len(self.initial), self.components
        kind = " -> ".join(["int"] * (n + k + 1))
        return tuple(Term(term(expression, n, k), kind) for expression in (*self.update, self.output))


def _in_tuple(text: str, changes: list[tuple[str, str]]) -> str:
    return f"({text})" if len(changes) > 1 and " if " in text else text


@lru_cache(maxsize=256)
def _compiled(source: str) -> Callable[[Sequence[tuple[int, ...]]], list[int]]:
    space: dict[str, Callable[[Sequence[tuple[int, ...]]], list[int]]] = {}
    exec(compile(source, "<program>", "exec"), space)  # noqa: S102 - written by `Program.source` from a checked tree, never read
    return space["solve"]
