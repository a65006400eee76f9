"""Answers by the last few inputs alone; those before the start are 0."""

from __future__ import annotations

from math import isqrt

from pyssnn.regression.task import Task
from pyssnn.regression.tasks.shapes import of_last


def _square(x: int) -> bool:
    return x >= 0 and isqrt(x) ** 2 == x


def window_tasks() -> tuple[Task, ...]:
    """The tasks of this module."""
    return (
        Task("Current_Number", 0, 100, 1, 10, of_last(1, lambda x: x)),
        *(Task(f"Prev{n}", 0, 100, 1, 20 if n == 5 else 10, of_last(n + 1, lambda *xs: xs[-1])) for n in range(1, 6)),
        *(Task(f"Sum_Last{n}", 0, 100, 1, 20 if n >= 5 else 10, of_last(n, lambda *xs: sum(xs))) for n in range(2, 8)),
        Task("Abs_Current", -100, 100, 1, 10, of_last(1, abs)),
        Task("Abs_Diff", -100, 100, 1, 10, of_last(2, lambda x, before: abs(x - before))),
        Task("Diff_Last2", -100, 100, 1, 10, of_last(2, lambda x, before: x - before)),
        Task("Diff_Abs_Values", -100, 100, 1, 10, of_last(2, lambda x, before: abs(x) - abs(before))),
        Task("Evens_Detector", 0, 10, 1, 10, of_last(1, lambda x: x % 2 == 0)),
        Task("Perfect_Square_Detector", 0, 20, 1, 10, of_last(1, _square)),
        Task("Previous_Equals_Current", 0, 8, 1, 10, of_last(2, lambda x, before: x == before)),
    )
