"""Arithmetic digit by digit: sums with a carry, sums and quotients modulo a number, dithering."""

from __future__ import annotations

from pyssnn.regression.task import Solve, Task
from pyssnn.regression.tasks.shapes import of_state


def added(base: int) -> Solve:
    """The digits of the sum of two numbers, least significant first."""
    return of_state(0, lambda carry, a, b: divmod(carry + a + b, base))


def added_modulo(n: int) -> Solve:
    """Σx mod n."""
    return of_state(0, lambda total, x: ((total + x) % n,) * 2)


def divided(n: int) -> Solve:
    """The bits of ⌊z / n⌋ for the number z whose bits come most significant first."""
    return of_state(0, lambda rest, x: divmod(2 * rest + x, n)[::-1])


def dithered(n: int) -> Solve:
    """By how much ⌊Σx / n⌋ grows."""
    return of_state(0, lambda rest, x: divmod(rest + x, n)[::-1])


def arithmetic_tasks() -> tuple[Task, ...]:
    """The tasks of this module."""
    names = {2: "Binary_Addition"} | {base: f"Base_{base}_Addition" for base in range(3, 8)}
    return (
        *(Task(name, 0, base, 2, 10, added(base)) for base, name in names.items()),
        *(Task(f"Add_Mod_{n}", 0, n, 1, 10, added_modulo(n)) for n in range(3, 9)),
        *(Task(f"Div_{n}", 0, 2, 1, 10, divided(n)) for n in (3, 5, 7)),
        Task("Dithering", 0, 16, 1, 10, dithered(15)),
    )
