"""Which parts of a program some runs never put to use: what they would do there is not tested by those runs.

A comparison that was never true, or never false; a `min` or `max` whose one argument never won; a remainder, quotient or absolute value that never
changed its argument (or was always 0); a cell of a table that was never looked up. A program that is wrong only after more steps, or on larger
numbers, than were tried has such a part.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.program import Program
from pyssnn.regression.values import Wide, evaluate_many

Columns = tuple[list[np.ndarray], list[np.ndarray]]


def trace(program: Program, xs: np.ndarray) -> np.ndarray:
    """The state before the first step and after each, (n, T + 1, variables), for inputs (n, T, components): int64, or Python's integers.

    Raises `ZeroDivisionError`.
    """
    try:
        return _trace(program, np.asarray(xs, np.int64), np.dtype(np.int64))
    except (Wide, OverflowError):
        return _trace(program, np.asarray(xs).astype(object), np.dtype(object))


def _trace(program: Program, xs: np.ndarray, kind: np.dtype) -> np.ndarray:
    n, length, components = xs.shape
    states = np.empty((n, length + 1, len(program.initial)), kind)
    states[:, 0] = np.array(program.initial, kind)
    for t in range(length):
        columns = [states[:, t, i] for i in range(len(program.initial))]
        for i, column in enumerate(evaluate_many(program.update, columns, [xs[:, t, k] for k in range(components)])):
            states[:, t + 1, i] = column
    return states


class Exercise:
    """The parts of a program that no run shown to it has put to use."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._pending = {
            (where, node): set(_wanted(node))
            for where, part in [*((0, update) for update in program.update), (1, program.output)]
            for node in part.nodes()
            if _wanted(node)
        }

    def show(self, xs: np.ndarray) -> None:
        """Run the program on inputs (n, T, components) and note what was put to use."""
        if not self._pending:
            return
        xs = np.asarray(xs)
        states = trace(self._program, xs)
        inputs = [xs[:, :, k].ravel().astype(states.dtype) for k in range(xs.shape[2])]
        before = [states[:, :-1, i].ravel() for i in range(states.shape[2])]
        after = [states[:, 1:, i].ravel() for i in range(states.shape[2])]
        for (where, node), wanted in list(self._pending.items()):
            wanted -= _seen(node, (after if where else before, inputs))
            if not wanted:
                del self._pending[where, node]

    @property
    def idle(self) -> tuple[Expression, ...]:
        """The parts never put to full use."""
        return tuple(dict.fromkeys(node for _, node in self._pending))


def _wanted(node: Expression) -> Iterable[object]:
    if node.op in ("eq", "lt", "le", "min", "max"):
        return (True, False)
    if node.op in ("mod", "div", "abs"):
        return (True,)
    return range(len(node.lookup.entries)) if node.lookup is not None else ()


def _seen(node: Expression, columns: Columns) -> set[object]:
    try:
        parts = evaluate_many(node.arguments, *columns)
    except (ZeroDivisionError, Wide):
        return set()
    if node.lookup is not None:
        place, inside = np.zeros(len(parts[0]), np.int64), np.ones(len(parts[0]), bool)
        for column, low, size in zip(parts, node.lookup.lows, node.lookup.sizes, strict=True):
            inside &= np.asarray((column >= low) & (column < low + size), bool)
            place = place * size + np.where(inside, column - low, 0).astype(np.int64)
        return set(place[inside].tolist())
    a = parts[0]
    if node.op == "abs":
        return {True} if (a < 0).any() else set()
    b = parts[1]
    if node.op in ("mod", "div"):
        defined = np.asarray(b != 0, bool)
        quotients = a[defined] // b[defined]
        return {True} if (quotients != 0).any() else set()
    if node.op in ("min", "max"):
        return {bool(value) for value, some in ((True, (a < b).any()), (False, (a > b).any())) if some}
    holds = {"eq": a == b, "lt": a < b, "le": a <= b}[node.op]
    return {bool(value) for value in np.unique(np.asarray(holds, bool))}
