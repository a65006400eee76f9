"""Motion in whole steps: inputs are forces, answers are positions."""

from __future__ import annotations

from pyssnn.regression.task import Solve, Task
from pyssnn.regression.tasks.shapes import of_state

_Motion = tuple[int, int, int, int]


def moved(pull: int = 0, spring: int = 0) -> Solve:
    """Positions p after v += x − pull − spring · p, p += v."""

    def step(motion: tuple[int, int], x: int) -> tuple[tuple[int, int], int]:
        p, v = motion
        v += x - pull - spring * p
        return (p + v, v), p + v

    return of_state((0, 0), step)


def _magnetic(motion: _Motion, x: int, y: int) -> tuple[_Motion, int]:
    p, q, v, w = motion
    # (v, w) R for R = [[0, 1], [−1, 0]] is (−w, v).
    v, w = v + x - w, w + y + v
    return (p + v, q + w, v, w), p + v


def mechanics_tasks() -> tuple[Task, ...]:
    """The tasks of this module.

    Newton_Magnetic has positions in the plane and a network one output: the answer is the first coordinate. The paper's four hidden
    numbers hold position and velocity; three are enough, as the second coordinate of the position acts on nothing.
    """
    return (
        Task("Newton_Freebody", -10, 11, 1, 10, moved()),
        Task("Newton_Gravity", -10, 11, 1, 10, moved(pull=1)),
        Task("Newton_Spring", -10, 11, 1, 10, moved(spring=1)),
        Task("Newton_Magnetic", -10, 11, 2, 10, of_state((0, 0, 0, 0), _magnetic)),
    )
