"""A program that a language model wrote, asked for and run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.regression.task import Task

from .chat import Message
from .sandbox import Limits, run

_BLOCK = re.compile(r"```[ \t]*([A-Za-z0-9_+-]*)[ \t]*\n(.*?)```", re.DOTALL)
_SYSTEM = "You find the rule behind sequences of integers and write it as a short Python program."


class SolutionFailed(RuntimeError):
    """A solution gave no outputs: what `sandbox.Outcome` says of it."""


@dataclass(frozen=True)
class Solution:
    """A text with a function `solve(xs)`, run in the sandbox; verified as a `Program` is.

    Attributes:
        source: the text.
        limits: of each run.
    """

    source: str
    limits: Limits = Limits()

    def run(self, xs: Sequence[tuple[int, ...]]) -> list[int]:
        """Its outputs for one sequence. Raises `SolutionFailed`."""
        return self._outputs([xs])[0]

    def run_many(self, xs: np.ndarray) -> np.ndarray:
        """Its outputs (n, T) for inputs (n, T, components), all in one process: Python's integers. Raises `SolutionFailed`."""
        xs = np.asarray(xs)
        found = np.empty(xs.shape[:2], dtype=object)
        for row, outputs in zip(found, self._outputs(xs.tolist()), strict=True):
            row[:] = outputs
        return found

    def _outputs(self, inputs: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
        outcome = run(self.source, inputs, self.limits)
        if outcome.outputs is None:
            raise SolutionFailed(f"{outcome.status}: {outcome.message}")
        return outcome.outputs


def question(task: Task, *, seed: int, n: int = 10) -> list[Message]:
    """What a model is asked: `n` sequences of the task's training length with their answers. Neither its name nor its definition is told."""
    xs = task.sample(n, task.length, seed)
    shown = [f"xs = {_written(x)}\nys = {[int(y) for y in answers]}" for x, answers in zip(xs, task.answers(xs), strict=True)]
    kind = "1-tuple of an integer" if task.components == 1 else f"tuple of {task.components} integers"
    asked = (
        f"Write a Python function solve(xs). xs is a list with a {kind} for each step; the result is a list with one integer for each step, "
        "which depends on the inputs up to and with that step. It must be right for every list: any length, any integers. Here are examples.\n\n"
        + "\n\n".join(shown)
        + "\n\nAnswer with one Python code block that defines solve, and nothing else. Only the standard library's modules that compute are there."
    )
    return [Message("system", _SYSTEM), Message("user", asked)]


def _written(x: np.ndarray) -> str:
    return "[" + ", ".join(str(tuple(step)) for step in x.tolist()) + "]"


def code(answer: str) -> str:
    """The program in an answer: its last Python block that defines solve, else its last block, else the whole text."""
    blocks = [text for language, text in _BLOCK.findall(answer) if language.lower() in ("", "python", "py", "python3")]
    defining = [text for text in blocks if re.search(r"^\s*(def\s+solve\b|solve\s*=)", text, re.MULTILINE)]
    return (defining or blocks or [answer])[-1]
