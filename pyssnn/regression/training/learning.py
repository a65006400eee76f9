"""Training: the smallest architecture that learns a task, certified on fresh sequences."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.regression.task import Task
from pyssnn.regression.training.data import Source
from pyssnn.regression.training.fitting import mistakes
from pyssnn.regression.training.search import search
from pyssnn.regression.training.types import Trained


@dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    Attributes:
        certified: on how many fresh sequences a perfect network errs never.
        levels: how often the search starts over with more effort, 1 to 3.
        fallback: whether to train larger networks by Adam where the search fails.
    """

    certified: int = 20_000
    levels: int = 3
    fallback: bool = True

    def __post_init__(self) -> None:
        check_integer("certified", self.certified, 1)
        check_integer("levels", self.levels, 1)
        if self.levels > 3:
            raise InputError("levels", self.levels, "1 to 3")


def train(task: Task, config: TrainingConfig = TrainingConfig(), *, seed: int) -> Trained:
    """Search for the smallest network that learns a task.

    The same seed gives the same network on the same machine. A task that is not learned gives the best network found, not perfect; a task is never an error
    because it cannot be learned.

    Raises:
        InputError: the task's own functions fail or give something other than integers.
    """
    began, threads = time.monotonic(), torch.get_num_threads()
    source = Source(task, seed)
    # The matrices are small: threads cost more than they bring.
    torch.set_num_threads(1)
    try:
        candidate = search(source, seed, config.levels, config.fallback)
    finally:
        torch.set_num_threads(threads)
    found = candidate.fitted
    fresh = source.certification(config.certified)
    errors = mistakes(found.network, fresh)
    residual = float(abs(found.network(fresh.xs) - fresh.ys).max())
    return Trained(found.network, candidate.architecture, errors == 0, errors, time.monotonic() - began, residual, candidate.method)
