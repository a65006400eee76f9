"""Integer expressions over a program's state and input: immutable trees with their value, their Python, their term and their length.

The operations are those of the core's `integer` domain (docs/domains.md), of two types, integers and Booleans; `int` reads a
Boolean as 0 or 1, and a `table` looks up a value, 0 where it has none.
"""
# coupling: synth/domains/integer/integer_operation.ml has the operations of `SIGNATURES` that the core knows, with the same meaning.

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

SIGNATURES: dict[str, tuple[tuple[str, ...], str]] = {
    **{name: (("int", "int"), "int") for name in ("add", "sub", "mul", "div", "mod", "min", "max")},
    **{name: (("int",), "int") for name in ("neg", "abs")},
    **{name: (("int", "int"), "bool") for name in ("eq", "lt", "le")},
    **{name: (("bool", "bool"), "bool") for name in ("and", "or", "xor")},
    "not": (("bool",), "bool"),
    "if": (("bool", "int", "int"), "int"),
    "if_bool": (("bool", "bool", "bool"), "bool"),
    "int": (("bool",), "int"),
}

_MEANING: dict[str, Callable[..., int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "min": min,
    "max": max,
    "neg": lambda a: -a,
    "abs": abs,
    "eq": lambda a, b: int(a == b),
    "lt": lambda a, b: int(a < b),
    "le": lambda a, b: int(a <= b),
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "xor": lambda a, b: a ^ b,
    "not": lambda a: 1 - a,
    "if": lambda a, b, c: b if a else c,
    "if_bool": lambda a, b, c: b if a else c,
    "int": lambda a: a,
}

_KINDS = math.log2(len(SIGNATURES) + 4)


@dataclass(frozen=True)
class Table:
    """A value for each cell of a box of integers: `entries` in row-major order of the box that starts at `lows` with sides `sizes`."""

    lows: tuple[int, ...]
    sizes: tuple[int, ...]
    entries: tuple[int, ...]

    def cells(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Each cell's key and entry."""
        return zip(product(*(range(low, low + size) for low, size in zip(self.lows, self.sizes, strict=True))), self.entries, strict=True)


@dataclass(frozen=True)
class Expression:
    """An integer or Boolean expression; make it with the functions of this module and with + - * // % and unary -.

    Attributes:
        op: "constant", "state", "input", "table", or a key of `SIGNATURES`.
        arguments: what the operation takes.
        value: the constant, or which state or input variable it is.
        lookup: of a "table".
    """

    op: str
    arguments: tuple[Expression, ...] = ()
    value: int = 0
    lookup: Table | None = None

    @property
    def type(self) -> str:
        """``int`` or ``bool``."""
        return SIGNATURES[self.op][1] if self.op in SIGNATURES else "int"

    def nodes(self) -> Iterator[Expression]:
        """The expression and its parts."""
        yield self
        for argument in self.arguments:
            yield from argument.nodes()

    @property
    def is_table(self) -> bool:
        """Whether it looks something up."""
        return any(node.op == "table" for node in self.nodes())

    def bits(self, n_variables: int) -> float:
        """Its length in bits among expressions over that many variables: log2 of the kinds a node, the variable or number besides."""
        total = 0.0
        for node in self.nodes():
            total += 0.0 if node.op == "int" else _KINDS
            if node.op == "constant":
                total += number_bits(node.value)
            elif node.op in ("state", "input"):
                total += math.log2(max(n_variables, 1))
            elif node.lookup is not None:
                spread = max(node.lookup.entries) - min(node.lookup.entries) + 1
                total += len(node.lookup.entries) * max(math.log2(spread), 1.0)
                total += sum(number_bits(number) for number in (*node.lookup.lows, *node.lookup.sizes))
        return total

    def substitute(self, states: Sequence[Expression], inputs: Sequence[Expression]) -> Expression:
        """The expression with these in place of its state and input variables."""
        if self.op == "state":
            return states[self.value]
        if self.op == "input":
            return inputs[self.value]
        arguments = tuple(argument.substitute(states, inputs) for argument in self.arguments)
        if self.op == "constant" or arguments == self.arguments:
            return self
        return table(arguments, self.lookup) if self.lookup is not None else apply(self.op, *arguments)

    def evaluate(self, states: Sequence[int], inputs: Sequence[int]) -> int:
        """Its value, computed as Python would: no branch that is not taken. Raises `ZeroDivisionError`."""
        if self.op == "constant":
            return self.value
        if self.op == "state":
            return states[self.value]
        if self.op == "input":
            return inputs[self.value]
        if self.op in ("if", "if_bool"):
            condition, yes, no = self.arguments
            return (yes if condition.evaluate(states, inputs) else no).evaluate(states, inputs)
        if self.op in ("and", "or"):
            first = self.arguments[0].evaluate(states, inputs)
            return first if first == (self.op == "or") else self.arguments[1].evaluate(states, inputs)
        values = [argument.evaluate(states, inputs) for argument in self.arguments]
        return dict(self.lookup.cells()).get(tuple(values), 0) if self.lookup is not None else _MEANING[self.op](*values)

    def __add__(self, other: Expression | int) -> Expression:
        return apply("add", self, other)

    def __sub__(self, other: Expression | int) -> Expression:
        return apply("sub", self, other)

    def __mul__(self, other: Expression | int) -> Expression:
        return apply("mul", self, other)

    def __floordiv__(self, other: Expression | int) -> Expression:
        return apply("div", self, other)

    def __mod__(self, other: Expression | int) -> Expression:
        return apply("mod", self, other)

    def __neg__(self) -> Expression:
        return apply("neg", self)


def number_bits(number: int) -> float:
    """The length of an integer: 1 bit for 0, and about twice the digits of others with their sign."""
    return 1.0 + 2.0 * math.log2(1 + abs(number))


def constant(value: int) -> Expression:
    """This integer."""
    return Expression("constant", (), int(value))


def state(index: int) -> Expression:
    """The state variable at this place, from 0."""
    return Expression("state", (), int(index))


def inp(index: int) -> Expression:
    """The input variable at this place, from 0."""
    return Expression("input", (), int(index))


def table(arguments: Sequence[Expression], lookup: Table) -> Expression:
    """A look-up by the values of the arguments; 0 outside the box."""
    return Expression("table", tuple(_as("int", argument) for argument in arguments), 0, lookup)


def _as(wanted: str, argument: Any) -> Expression:
    expression = argument if isinstance(argument, Expression) else constant(argument)
    if expression.type == wanted:
        return expression
    if wanted == "int":
        return constant(expression.evaluate((), ())) if _is_known(expression) else Expression("int", (expression,))
    return expression.arguments[0] if expression.op == "int" else apply("not", apply("eq", expression, 0))


def _is_known(expression: Expression) -> bool:
    return not any(node.op in ("state", "input") for node in expression.nodes())


def apply(op: str, *arguments: Expression | int) -> Expression:
    """The operation on these arguments, with the simplifications that hold for all values: constants computed, neutral elements dropped.

    An argument of the other type is read as 0 or 1, or as whether it is not 0.
    """
    parts = tuple(_as(wanted, argument) for wanted, argument in zip(SIGNATURES[op][0], arguments, strict=True))
    if op == "int":
        return _as("int", parts[0])
    numbers = [part.value if part.op == "constant" else None for part in parts]
    if None not in numbers and SIGNATURES[op][1] == "int" and not (op in ("div", "mod") and numbers[1] == 0):
        return constant(_MEANING[op](*numbers))
    simpler = _simpler(op, parts, numbers)
    return Expression(op, parts) if simpler is None else simpler


def _simpler(op: str, parts: tuple[Expression, ...], numbers: list[int | None]) -> Expression | None:
    if op in ("if", "if_bool"):
        if parts[1] == parts[2]:
            return parts[1]
        if _is_known(parts[0]):
            return parts[1] if parts[0].evaluate((), ()) else parts[2]
        if numbers[1:] == [1, 0]:
            return _as("int", parts[0])
        return None
    if op == "not":
        return parts[0].arguments[0] if parts[0].op == "not" else None
    if op == "neg":
        return parts[0].arguments[0] if parts[0].op == "neg" else apply("sub", *parts[0].arguments[::-1]) if parts[0].op == "sub" else None
    if len(parts) != 2:
        return None
    first, second = numbers
    if (op in ("add", "sub") and second == 0) or (op in ("mul", "div") and second == 1):
        return parts[0]
    if (op == "add" and first == 0) or (op == "mul" and first == 1):
        return parts[1]
    if op == "mul" and 0 in numbers or op == "mod" and second == 1:
        return constant(0)
    if op == "sub" and first == 0:
        return apply("neg", parts[1])
    if op == "mul" and second == -1:
        return apply("neg", parts[0])
    if op == "mul" and first == -1:
        return apply("neg", parts[1])
    if op == "add" and parts[0].op == "neg":
        return Expression("sub", (parts[1], parts[0].arguments[0]))
    if op == "add" and second is not None and second < 0:
        return Expression("sub", (parts[0], constant(-second)))
    if op == "add" and parts[1].op == "neg":
        return Expression("sub", (parts[0], parts[1].arguments[0]))
    if op in ("min", "max", "and", "or") and parts[0] == parts[1]:
        return parts[0]
    return None
