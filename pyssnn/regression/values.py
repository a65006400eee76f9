"""Expressions on many states and inputs at once: in int64 while nothing can overflow, in Python's integers otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyssnn.regression.expression import Expression, Table

_LIMIT = 2**62


class Wide(Exception):
    """A value may not fit int64."""


def evaluate_many(expressions: Sequence[Expression], states: Sequence[np.ndarray], inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The values (n,) of each expression for columns (n,) of states and inputs, all int64 or all of Python's integers.

    Raises:
        Wide: on int64, where a bound on some value is 2⁶² or more.
        ZeroDivisionError: where Python raises it for some row; a branch that a row does not take is not computed for it.
    """
    columns = [*states, *inputs]
    kind = columns[0].dtype if columns else np.dtype(np.int64)
    return [_Evaluation(states, inputs, kind).of(expression) for expression in expressions]


class _Evaluation:
    def __init__(self, states: Sequence[np.ndarray], inputs: Sequence[np.ndarray], kind: np.dtype) -> None:
        self.states, self.inputs, self.kind = states, inputs, kind
        self.rows = len(states[0]) if states else len(inputs[0])

    def of(self, node: Expression) -> np.ndarray:
        return self._value(node)[0]

    def _value(self, node: Expression) -> tuple[np.ndarray, int]:
        """The column, and a bound on its absolute values."""
        if node.op == "constant":
            self._check(abs(node.value))
            return np.full(self.rows, node.value, self.kind), abs(node.value)
        if node.op in ("state", "input"):
            column = (self.states if node.op == "state" else self.inputs)[node.value]
            return column, int(np.abs(column).max(initial=0)) if self.kind != object else 0
        if node.op in ("if", "if_bool", "and", "or"):
            return self._branches(node)
        parts = [self._value(part) for part in node.arguments]
        columns, bounds = [column for column, _ in parts], [bound for _, bound in parts]
        bound = {"add": sum(bounds), "sub": sum(bounds), "mul": bounds[0] * bounds[-1]}.get(node.op, max(bounds))
        self._check(bound)
        if node.lookup is not None:
            return _look_up(node.lookup, columns).astype(self.kind), max(map(abs, node.lookup.entries))
        if node.op in ("div", "mod") and (columns[1] == 0).any():
            raise ZeroDivisionError("integer division or modulo by zero")
        return _OPERATIONS[node.op](*columns).astype(self.kind), bound

    def _check(self, bound: int) -> None:
        if self.kind != object and bound >= _LIMIT:
            raise Wide

    def _branches(self, node: Expression) -> tuple[np.ndarray, int]:
        # `a and b` is `b if a else 0`, `a or b` is `1 if a else b`: each row computes only the branch that it takes.
        condition, _ = self._value(node.arguments[0])
        taken = condition.astype(bool)
        one, zero = Expression("constant", (), 1), Expression("constant", (), 0)
        branches = {"and": (node.arguments[1], zero), "or": (one, node.arguments[1])}.get(node.op, node.arguments[1:])
        result, bound = np.zeros(self.rows, self.kind), 0
        for branch, rows in zip(branches, (taken, ~taken), strict=True):
            if rows.any():
                part = _Evaluation([s[rows] for s in self.states], [x[rows] for x in self.inputs], self.kind)
                part.rows = int(rows.sum())
                result[rows], least = part._value(branch)
                bound = max(bound, least)
        return result, bound


def _look_up(lookup: Table, columns: list[np.ndarray]) -> np.ndarray:
    inside = np.ones(len(columns[0]), bool)
    place = np.zeros(len(columns[0]), np.int64)
    for column, low, size in zip(columns, lookup.lows, lookup.sizes, strict=True):
        within = np.asarray((column >= low) & (column < low + size), bool)
        inside &= within
        place = place * size + np.where(within, column - low, 0).astype(np.int64)
    entries = np.array(lookup.entries, dtype=object if max(map(abs, lookup.entries)) >= _LIMIT else np.int64)
    return np.where(inside, entries[place], 0)


_OPERATIONS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.floor_divide,
    "mod": np.mod,
    "min": np.minimum,
    "max": np.maximum,
    "neg": np.negative,
    "abs": np.abs,
    "eq": np.equal,
    "lt": np.less,
    "le": np.less_equal,
    "xor": np.not_equal,
    "not": lambda a: 1 - a,
    "int": lambda a: a,
}
