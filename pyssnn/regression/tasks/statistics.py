"""What all inputs so far say together: sums, extremes, counts, the most frequent one."""

from __future__ import annotations

from collections.abc import Sequence

from pyssnn.regression.task import Task
from pyssnn.regression.tasks.shapes import of_state


def mode(xs: Sequence[tuple[int, ...]]) -> list[int]:
    """The most frequent input so far, the lowest of several."""
    counts: dict[int, int] = {}
    ys: list[int] = []
    for (x,) in xs:
        counts[x] = counts.get(x, 0) + 1
        # Only x can have become the mode.
        leads = not ys or (-counts[x], x) <= (-counts[ys[-1]], ys[-1])
        ys.append(x if leads else ys[-1])
    return ys


def _least(least: int | None, x: int) -> tuple[int, int]:
    return (x if least is None else min(least, x),) * 2


def _most(most: int | None, x: int) -> tuple[int, int]:
    return (x if most is None else max(most, x),) * 2


def statistics_tasks() -> tuple[Task, ...]:
    """The tasks of this module."""
    return (
        Task("Sum_All", 0, 100, 1, 10, of_state(0, lambda total, x: (total + x,) * 2)),
        Task("Max_Seen", 0, 100, 1, 10, of_state(None, _most)),
        Task("Min_Seen", 0, 10, 1, 10, of_state(None, _least)),
        Task("Evens_Counter", 0, 10, 1, 10, of_state(0, lambda count, x: (count + (x + 1) % 2,) * 2)),
        *(Task(f"Majority_0_{n}", 0, n + 1, 1, 10, mode) for n in (1, 2, 3)),
    )
