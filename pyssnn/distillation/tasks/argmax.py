"""Which of n numbers is the largest. Examples have a sole largest number; ties are met in the tests only."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np

from pyssnn.distillation.enn import EnnConfig, train_enn
from pyssnn.distillation.network import Network
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test

_VALUES = (0.0, 1.0, 2.0)


def largest(x: np.ndarray) -> np.ndarray:
    """1 for the sole largest number of a row, ½ for each of several that are largest, 0 for the others."""
    found = x == x.max(axis=1, keepdims=True)
    return np.where(found, np.where(found.sum(axis=1, keepdims=True) > 1, 0.5, 1.0), 0.0)


def _train(size: Size) -> Network:
    (n,) = size
    points = np.array(list(product(_VALUES, repeat=n)))
    found = largest(points)
    sole = found.max(axis=1) == 1
    config = EnnConfig(division="hierarchical", counts=(1,) * n, depth=2)
    return train_enn(points[sole], found[sole].argmax(axis=1), config)


def _examples(size: Size, rng: np.random.Generator, count: int = 100, values: int = 1000) -> Examples:
    points = rng.integers(0, values, (count, *size)).astype(float)
    return points, largest(points)


def _tied(size: Size, rng: np.random.Generator, count: int = 50) -> Examples:
    points, _ = _examples(size, rng, count)
    for row in points:
        row[rng.choice(size[0], rng.integers(2, size[0] + 1), replace=False)] = row.max()
    return points, largest(points)


def argmax() -> Task:
    """The task of this module."""
    return Task(
        name="argmax",
        summary="which of n numbers is the largest",
        train=_train,
        sizes=((4,), (5,), (6,)),
        held_out=((7,),),
        tests=(
            Test("n=100", (100,), partial(_examples, (100,))),
            Test("n=100, ties", (100,), partial(_tied, (100,))),
            Test("n=1000", (1000,), partial(_examples, (1000,), count=5, values=10**6)),
            Test("n=1000, ties", (1000,), partial(_tied, (1000,), count=5)),
        ),
        trivial=lambda x: np.eye(x.shape[1])[np.zeros(len(x), dtype=int)],
        trivial_rule="the first",
        examples=partial(_examples, count=1000, values=len(_VALUES)),
    )
