"""Two ways to say what a task's answers are: by the last inputs, or by a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pyssnn.regression.task import Solve

State = TypeVar("State")


def of_last(n: int, answer: Callable[..., int]) -> Solve:
    """Answers f(x, x₋₁, …, x₋ₙ₊₁) of the last n inputs of one component, where inputs before the start are 0."""

    def solve(xs: Sequence[tuple[int, ...]]) -> list[int]:
        padded = [0] * (n - 1) + [x for (x,) in xs]
        return [int(answer(*reversed(padded[t : t + n]))) for t in range(len(xs))]

    return solve


def of_state(start: State, step: Callable[..., tuple[State, int]]) -> Solve:
    """Answers y of (state, y) = f(state, x₀, x₁, …), one step after the other."""

    def solve(xs: Sequence[tuple[int, ...]]) -> list[int]:
        state, ys = start, []
        for x in xs:
            state, y = step(state, *x)
            ys.append(int(y))
        return ys

    return solve
