"""Whether a language model's program is right: on the words on which every program is verified."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.task import Task
from pyssnn.regression.verify import Verification, verification_words

from .solution import Solution


def is_right(solution: Solution, task: Task, config: Verification, *, seed: int) -> bool:
    """Whether it gives every answer of the task, as `verify` asks of a program; that no part is idle is not asked.

    Raises:
        SolutionFailed: it gives no answers.
    """
    for _, xs in verification_words(task, config, seed):
        truth = np.array([task.solve([tuple(x) for x in word]) for word in xs.tolist()], dtype=object)
        if not np.array_equal(solution.run_many(xs), truth):
            return False
    return True
