"""Tasks of bits: one at a time, in pairs, parities, palindromes, parentheses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyssnn.regression.task import Task
from pyssnn.regression.tasks.shapes import of_last, of_state


def palindrome(xs: Sequence[tuple[int, ...]]) -> list[int]:
    """Whether the inputs so far read the same in both directions."""
    return [int(xs[: t + 1] == xs[: t + 1][::-1]) for t in range(len(xs))]


def palindromic(task: Task, n: int, length: int, generator: np.random.Generator) -> np.ndarray:
    """Bits whose first 2 to 10, as many as are drawn for each sequence, are a palindrome; int64 (n, length, 1)."""
    xs = generator.integers(task.low, task.high, (n, length))
    sizes = generator.integers(2, 11, n)
    for size in range(2, min(10, length) + 1):
        rows = sizes == size
        xs[rows, size - size // 2 : size] = xs[rows, : size // 2][:, ::-1]
    return xs[:, :, None]


def _balanced(open_ones: int, x: int) -> tuple[int, int]:
    # Below zero it stays: no later input can mend a closed parenthesis that nothing opened.
    open_ones = -1 if open_ones < 0 else open_ones + 1 - 2 * x
    return open_ones, open_ones == 0


def _parity(total: int, x: int) -> tuple[int, int]:
    return (total ^ x,) * 2


def bit_tasks() -> tuple[Task, ...]:
    """The tasks of this module.

    Balanced_Parenthesis asks whether the word so far is balanced: all that was opened is closed, and never was more closed than opened.
    Parity_Bits_Mod2 numbers positions from 0.
    """
    pairs = {"And": lambda a, b: a & b, "Or": lambda a, b: a | b, "Xor": lambda a, b: a ^ b}
    return (
        *(Task(f"Bitwise_{name}", 0, 2, 2, 10, of_state(0, lambda _, a, b, f=f: (0, f(a, b)))) for name, f in pairs.items()),
        Task("Bitwise_Not", 0, 2, 1, 10, of_last(1, lambda x: 1 - x)),
        Task("Bit_Shift_Right", 0, 2, 1, 10, of_last(2, lambda _, before: before)),
        Task("Bit_Dot_Prod_Mod2", 0, 2, 2, 10, of_state(0, lambda total, a, b: _parity(total, a & b))),
        Task("Bit_Palindrome", 0, 2, 1, 10, palindrome, palindromic),
        Task("Balanced_Parenthesis", 0, 2, 1, 10, of_state(0, _balanced)),
        Task("Alternating_Last3", 0, 2, 1, 10, of_last(3, lambda a, b, c: a != b != c)),
        Task("Alternating_Last4", 0, 2, 1, 10, of_last(4, lambda a, b, c, d: a != b and b != c and c != d)),
        *(Task(f"Parity_Last{n}", 0, 2, 1, 10, of_last(n, lambda *bits: sum(bits) % 2)) for n in (2, 3, 4)),
        Task("Parity_All", 0, 2, 1, 10, of_state(0, _parity)),
        Task("Parity_Zeros", 0, 2, 1, 10, of_state(0, lambda total, x: _parity(total, 1 - x))),
        Task("Parity_Bits_Mod2", 0, 2, 1, 10, of_state(0, lambda position, _: (1 - position, position))),
    )
