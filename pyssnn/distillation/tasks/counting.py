"""Functions of the number of ones: parity, majority, at least three. All 2ⁿ points are the examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from pyssnn.distillation.enn import EnnConfig, train_enn
from pyssnn.distillation.network import Network
from pyssnn.distillation.tasks.points import binary_points, counted_points
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test

AT_LEAST = 3
Label = Callable[[np.ndarray], np.ndarray]


def parity(x: np.ndarray) -> np.ndarray:
    """1 where the number of ones in a row is odd, else 0."""
    return (x.sum(axis=1) % 2).astype(float)


def majority(x: np.ndarray) -> np.ndarray:
    """1 where most of a row are ones, −1 where most are zeros, 0 where they are as many."""
    return np.sign(2 * x.sum(axis=1) - x.shape[1])


def at_least_three(x: np.ndarray) -> np.ndarray:
    """1 where a row holds three ones or more, else 0."""
    return (x.sum(axis=1) >= AT_LEAST).astype(float)


def _train(label: Label, last: str, size: Size) -> Network:
    (n,) = size
    points = binary_points(n)
    labels = label(points)
    if last == "sign":  # a tie is no class: what the network says of it follows from the others
        points, labels = points[labels != 0], labels[labels != 0]
    return train_enn(points, labels, EnnConfig(last=last))


def _examples(label: Label, size: Size, rng: np.random.Generator, count: int = 200) -> Examples:
    points = counted_points(size[0], count, rng)
    return points, label(points)[:, None]


def _near(label: Label, size: Size, rng: np.random.Generator, count: int = 200) -> Examples:
    """Rows whose number of ones is at, just below or just above the half or three."""
    (n,) = size
    ones = rng.choice([0, 1, 2, 3, 4, n // 2 - 1, n // 2, n // 2 + 1, (n + 1) // 2, n - 1, n], count)
    points = np.stack([rng.permutation(np.arange(n) < k) for k in ones]).astype(float)
    return points, label(points)[:, None]


def _task(name: str, summary: str, label: Label, last: str, trivial: Label, trivial_rule: str) -> Task:
    sizes = (7, 100, 1000, 1001)
    tests = [Test(f"n={n}", (n,), partial(_examples, label, (n,))) for n in sizes]
    tests += [Test(f"n={n}, edges", (n,), partial(_near, label, (n,))) for n in sizes[1:]]
    return Task(
        name=name,
        summary=summary,
        train=partial(_train, label, last),
        sizes=((4,), (5,), (6,)),
        held_out=((7,), (8,)),
        tests=tuple(tests),
        trivial=lambda x: trivial(x)[:, None],
        trivial_rule=trivial_rule,
        examples=partial(_examples, label, count=1000),
    )


def counting() -> tuple[Task, ...]:
    """The tasks of this module."""
    return (
        _task("parity", "whether the number of ones is odd", parity, "step", lambda x: x[:, 0], "the first bit"),
        _task("majority", "whether most are ones", majority, "sign", lambda x: 2 * x[:, 0] - 1, "the first bit"),
        _task("at-least-3", "whether there are three ones or more", at_least_three, "step", lambda x: np.ones(len(x)), "always"),
    )
