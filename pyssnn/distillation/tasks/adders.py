"""Binary addition: a full adder, and an adder of n bits with carries that ripple.

The adder of n bits is a chain of essence neural networks, each trained from examples of its own concept: a place *generates* a carry
(both bits are 1) or *propagates* one (at least one is 1); a carry generated at j *reaches* i when all places between propagate; there is a
carry at i when one reaches it; a place's bit is its *half* sum (it propagates and does not generate) unless there is a carry.
"""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np

from pyssnn.distillation.enn import EnnConfig, placed, stacked, train_enn
from pyssnn.distillation.network import Network
from pyssnn.distillation.tasks.points import binary_points
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test

_ONE = EnnConfig(depth=1, last="step")
_WHOLE = EnnConfig(last="step")


def added(bits: np.ndarray) -> np.ndarray:
    """The sums (m, n + 1) of two numbers of n bits (m, 2, n), the lowest bit first."""
    found = np.zeros((len(bits), bits.shape[2] + 1))
    carry = np.zeros(len(bits))
    for place in range(bits.shape[2]):
        total = bits[:, :, place].sum(axis=1) + carry
        found[:, place], carry = total % 2, total // 2
    found[:, -1] = carry
    return found


def _train_full(size: Size) -> Network:
    points = binary_points(3)
    total = points.sum(axis=1)
    return placed([(range(3), train_enn(points, labels, _WHOLE)) for labels in (total % 2, total // 2)], size)


@lru_cache(maxsize=None)
def _all(n: int) -> Network:
    points = binary_points(n)
    return train_enn(points, points.all(axis=1), _ONE)


@lru_cache(maxsize=None)
def _any(n: int) -> Network:
    points = binary_points(n)
    return train_enn(points, points.any(axis=1), _ONE)


@lru_cache(maxsize=None)
def _one_of_two() -> Network:
    """Whether the first of two bits is 1 and the second is not; the second is never 1 alone."""
    return train_enn(np.array([[0.0, 0], [1, 0], [1, 1]]), np.array([0, 1, 0]), _ONE)


@lru_cache(maxsize=None)
def _odd(n: int) -> Network:
    points = binary_points(n)
    return train_enn(points, points.sum(axis=1) % 2, _WHOLE)


def _train_ripple(size: Size) -> Network:
    _, n = size
    generates = [((i, n + i), _all(2)) for i in range(n)]
    propagates = [((i, n + i), _any(2)) for i in range(n)]
    halves = [((i, n + i), _one_of_two()) for i in range(n)]
    reaches = [((n + j, *range(j + 1, i)), _all(i - j)) for i in range(1, n + 1) for j in range(i)]
    same = [((i,), _all(1)) for i in range(n)]
    starts = [n + i * (i - 1) // 2 for i in range(1, n + 1)]
    carries = [(range(start, start + i), _any(i)) for i, start in enumerate(starts, 1)]
    bits = [((0,), _odd(1)), *(((i, n + i - 1), _odd(2)) for i in range(1, n)), ((2 * n - 1,), _odd(1))]
    first = placed([*propagates, *generates], size)
    second = placed([*halves, *reaches], (first.n_outputs,))
    third = placed([*same, *carries], (second.n_outputs,))
    return stacked([first, second, third, placed(bits, (third.n_outputs,))])


def _full_examples(size: Size, rng: np.random.Generator) -> Examples:
    points = binary_points(3)
    total = points.sum(axis=1)
    return points, np.column_stack([total % 2, total // 2])


def _ripple_examples(size: Size, rng: np.random.Generator, count: int = 200, share: float = 0.5) -> Examples:
    bits = rng.integers(0, 2, (count, *size)).astype(float)
    one = rng.random((count, size[1])) < share
    bits[:, 1] = np.where(one, 1 - bits[:, 0], bits[:, 1])  # places with one 1 carry on what comes
    return bits, added(bits)


def full_adder() -> Task:
    """The sum and the carry of three bits."""
    return Task(
        name="full-adder",
        summary="sum and carry of three bits",
        train=_train_full,
        sizes=((3,),),
        tests=(Test("all inputs", (3,), partial(_full_examples, (3,))),),
        trivial=lambda x: x[:, :2],
        trivial_rule="the first two bits",
        examples=_full_examples,
    )


def ripple_adder() -> Task:
    """The sum of two numbers of n bits."""
    tests = [Test(f"{n} bits", (2, n), partial(_ripple_examples, (2, n), count=count)) for n, count in ((8, 200), (64, 50), (1024, 2))]
    tests.append(Test("1024 bits, long carries", (2, 1024), partial(_ripple_examples, (2, 1024), count=2, share=0.99)))
    return Task(
        name="ripple-adder",
        summary="sum of two numbers of n bits",
        train=_train_ripple,
        sizes=((2, 3), (2, 4)),
        held_out=((2, 5),),
        tests=tuple(tests),
        trivial=lambda x: np.column_stack([(x[:, 0] + x[:, 1]) % 2, np.zeros(len(x))]),
        trivial_rule="the sum without carries",
        examples=partial(_ripple_examples, count=1000),
    )
