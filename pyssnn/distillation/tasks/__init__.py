"""The tasks of the table: where examples come from, what is trained at which sizes, and where the program is tested."""

from __future__ import annotations

import re

from pyssnn.distillation.tasks.adders import full_adder, ripple_adder
from pyssnn.distillation.tasks.argmax import argmax
from pyssnn.distillation.tasks.automata import RULES, elementary, life
from pyssnn.distillation.tasks.counting import counting
from pyssnn.distillation.tasks.maxsat import maxsat
from pyssnn.distillation.tasks.orientation import orientation
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test
from pyssnn.errors import InputError

__all__ = ["RULES", "Examples", "Size", "Task", "Test", "all_tasks", "find_task"]


def all_tasks() -> tuple[Task, ...]:
    """Every task but the elementary automata, of which there are 254."""
    return (life(), full_adder(), ripple_adder(), *counting(), argmax(), orientation(), maxsat())


def find_task(name: str) -> Task:
    """The task of that name; "ca-1" to "ca-254" are the elementary automata. Raises `InputError` for another name."""
    if (match := re.fullmatch(r"ca-([1-9][0-9]{0,2})", name)) and int(match[1]) in RULES:
        return elementary(int(match[1]))
    known = {task.name: task for task in all_tasks()}
    if name not in known:
        raise InputError("task", repr(name), f"ca-1 to ca-254, {', '.join(known)}", "or name a network's file")
    return known[name]
