"""The 62 tasks, in the order of the paper's table, and tasks from a user's file."""

from __future__ import annotations

from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.regression.task import Task
from pyssnn.regression.tasks.arithmetic import arithmetic_tasks
from pyssnn.regression.tasks.bits import bit_tasks
from pyssnn.regression.tasks.loading import load_task
from pyssnn.regression.tasks.mechanics import mechanics_tasks
from pyssnn.regression.tasks.statistics import statistics_tasks
from pyssnn.regression.tasks.windows import window_tasks

__all__ = ["all_tasks", "find_task", "load_task"]


def all_tasks() -> tuple[Task, ...]:
    """The 62 tasks, by name."""
    found = (*arithmetic_tasks(), *bit_tasks(), *mechanics_tasks(), *statistics_tasks(), *window_tasks())
    return tuple(sorted(found, key=lambda task: task.name))


def find_task(name: str) -> Task:
    """The task of that name, or the one in the Python file of that name (see `load_task`).

    Raises:
        InputError: there is neither.
    """
    known = {task.name: task for task in all_tasks()}
    if name in known:
        return known[name]
    if name.endswith(".py"):
        return load_task(Path(name))
    near = [other for other in known if other.lower().startswith(name.lower()[:3])]
    raise InputError("task", repr(name), f"a file .py or one of {len(known)} names" + (f", such as {', '.join(near[:5])}" if near else ""))
