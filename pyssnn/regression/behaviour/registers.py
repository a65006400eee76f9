"""Programs of a few registers, each a short fold of the inputs and of the registers before it, found by running many at once.

For behaviours with no finite machine that depend on the order of the inputs. A register is s ← op(a·s + b·u + c), where u is an input, the input times
another register, or nothing; op leaves it, holds it above or below another number, or takes a remainder. All registers of a generation run on the same words;
of those with the same values on all words one is kept; then outputs are sought that compare two of them, or are a formula of one or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from pyssnn.regression.behaviour.fitting import Effort, Rows, fit
from pyssnn.regression.behaviour.oracle import Evidence, Inputs
from pyssnn.regression.expression import Expression, apply, constant, inp, number_bits, state
from pyssnn.regression.program import Program
from pyssnn.regression.tidying import tidied

_WORDS = 160
_KEPT = 3000
_LARGEST = 2**50
_TERM = 5.0


@dataclass(frozen=True, eq=False)
class _Register:
    """A fold.

    Attributes:
        initial: its value before the first step.
        written: makes the expression of what it becomes: its own value is state 0, those that it needs are states 1 and on.
        own_bits: about the length of that.
        needs: registers before it.
        values: int64 (n, T), after each step.
    """

    initial: int
    written: Callable[[], Expression]
    own_bits: float
    needs: tuple[_Register, ...]
    values: np.ndarray

    @property
    def update(self) -> Expression:
        return self.written()

    @cached_property
    def bits(self) -> float:
        return self.own_bits + number_bits(self.initial) + sum(other.bits for other in self.needs)


@dataclass(frozen=True)
class _Shape:
    """What is made of a register's next value: nothing, never below 0, or 0 on a first component of 0."""

    values: Callable[[np.ndarray, np.ndarray], np.ndarray]
    written: Callable[[Expression], Expression]
    bits: float


_SHAPES = (
    _Shape(lambda s, x: s, lambda s: s, 0.0),
    _Shape(lambda s, x: np.maximum(s, 0), lambda s: apply("max", s, 0), 6.0),
    _Shape(lambda s, x: np.where(x == 0, 0, s), lambda s: apply("if", apply("eq", inp(0), 0), 0, s), 15.0),
)


def registers(evidence: Evidence, inputs: Inputs) -> Iterator[Program]:
    """The shortest programs of registers found that give the evidence."""
    xs, ys = _words(evidence)
    first = _distinct(_folds(xs, (), inputs))
    clocks = [register for register in first if not np.ptp(register.values, axis=0).any()]
    driven = [fold for clock in clocks for fold in _folds(xs, (clock,), inputs)]
    second = _distinct(first + driven + list(_extremes(first, inputs)))
    same = next((fold for fold in second if (fold.values == ys).all()), None)
    if same is not None:
        yield _program(state(0), (same,), inputs.components)
        return
    second = second[:_KEPT]
    found = list(_outputs(second, ys))
    yield from (_program(output, used, inputs.components) for output, used in sorted(found, key=lambda option: _bits(*option))[:3])


def _words(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Words of the full length from all blocks, as many of each."""
    length = max(xs.shape[1] for xs, _ in evidence.blocks)
    blocks = [(xs, ys) for xs, ys in evidence.blocks if xs.shape[1] == length]
    generator = np.random.default_rng(0)
    chosen = [generator.permutation(len(xs))[: _WORDS // len(blocks)] for xs, _ in blocks]
    return (
        np.concatenate([xs[rows] for (xs, _), rows in zip(blocks, chosen, strict=True)]),
        np.concatenate([ys[rows] for (_, ys), rows in zip(blocks, chosen, strict=True)]),
    )


def _folds(xs: np.ndarray, needs: tuple[_Register, ...], inputs: Inputs) -> Iterator[_Register]:
    """Affine folds of an input, of a clock, or of their product; and the running largest and least input."""
    n, length, k = xs.shape
    drivers: list[tuple[Expression, np.ndarray]] = []
    for i in range(k):
        drivers.append((inp(i), xs[:, :, i]))
    for place, other in enumerate(needs, 1):
        before = np.column_stack([np.full(n, other.initial), other.values[:, :-1]])
        drivers = [(inp(i) * state(place), xs[:, :, i] * before) for i in range(k)] + [(state(place), before)]
    if not needs:
        drivers.append((constant(0), np.zeros((n, length), np.int64)))
    factors = [1, 2, -1, inputs.high - inputs.low, 0] if inputs.high - inputs.low > 2 else [1, 2, -1, 0, 3]
    laws = [(a, b, c, start) for a in factors for b in (1, -1, 2) for c in (0, 1, -1) for start in (0, 1, inputs.low, inputs.high - 1)]
    a, b, c, start = (np.array(column)[:, None] for column in zip(*dict.fromkeys(laws), strict=True))
    for u, column in drivers:
        for shape in _SHAPES if not needs else _SHAPES[:1]:
            values = np.empty((len(a), n, length), np.int64)
            now = np.broadcast_to(start, (len(a), n))
            small = np.ones((len(a), 1), bool)
            for t in range(length):
                now = shape.values(a * now + b * column[:, t] + c, xs[:, t, 0])
                small &= np.abs(now).max(1, keepdims=True) < _LARGEST
                values[:, :, t] = now = np.where(small, now, 0)
            for law in np.flatnonzero(small):
                numbers = (int(a[law, 0]), int(b[law, 0]), int(c[law, 0]))
                length_of = shape.bits + sum(_TERM + number_bits(number) for number in numbers if number) + u.bits(2)
                yield _Register(int(start[law, 0]), partial(_law, shape, u, *numbers), length_of, needs, values[law])


def _law(shape: _Shape, u: Expression, a: int, b: int, c: int) -> Expression:
    return shape.written(state(0) * a + u * b + c)


def _extremes(folds: list[_Register], inputs: Inputs) -> Iterator[_Register]:
    """The largest and the least that a register has been, from several starts."""
    ways = [(op, accumulate, start) for op, accumulate in (("max", np.maximum), ("min", np.minimum)) for start in {0, inputs.low, inputs.high - 1}]
    for fold in folds:
        for op, accumulate, start in ways:
            values = accumulate.accumulate(np.column_stack([np.full(len(fold.values), start), fold.values]), axis=1)[:, 1:]
            yield _Register(start, partial(_extreme, op, fold), _TERM + fold.own_bits, (fold, *fold.needs), values)


def _extreme(op: str, fold: _Register) -> Expression:
    """From the new value of the fold, written out, as all variables change at once."""
    places = [state(i + 1) for i in range(1 + len(fold.needs))]
    return apply(op, state(0), fold.update.substitute(places, [inp(i) for i in range(8)]))


def _distinct(folds: Iterator[_Register] | list[_Register]) -> list[_Register]:
    """Of registers with the same values the shortest, the shorter ones first."""
    kept: dict[bytes, _Register] = {}
    for fold in sorted(folds, key=lambda fold: fold.bits):
        kept.setdefault(fold.values.tobytes(), fold)
    return list(kept.values())


def _outputs(folds: list[_Register], ys: np.ndarray) -> Iterator[tuple[Expression, tuple[_Register, ...]]]:
    """Outputs that fit, over the registers used: comparisons of one with a number, of two with each other, a difference, a larger or lesser one."""
    y = ys.ravel()
    values = np.array([fold.values.ravel() for fold in folds])
    low, high = int(y.min()), int(y.max())
    if len(np.unique(y)) == 2:
        for condition, used in _conditions(values, y == high):
            output = apply("int", condition) if (low, high) == (0, 1) else apply("if", condition, high, low)
            yield output, tuple(folds[i] for i in used)
    yield from _read(folds, values, y)
    place = {row.tobytes(): i for i, row in enumerate(values)}
    for i in range(len(folds)):
        for other, output in ((values[i] - y, state(0) - state(1)), (y - values[i], state(0) + state(1))):
            j = place.get(other.tobytes())
            if j is not None:
                yield output, (folds[i], folds[j])


def _read(folds: list[_Register], values: np.ndarray, y: np.ndarray) -> Iterator[tuple[Expression, tuple[_Register, ...]]]:
    """Formulas of one register, where the output depends on it alone and it has few values."""
    order = np.argsort(values, axis=1, kind="stable")
    z, wanted = np.take_along_axis(values, order, 1), y[order]
    depends = ~((z[:, 1:] == z[:, :-1]) & (wanted[:, 1:] != wanted[:, :-1])).any(1)
    distinct = (z[:, 1:] != z[:, :-1]).sum(1) + 1
    for i in np.flatnonzero(depends & (3 * distinct <= len(y)))[:20]:
        rows = Rows.of(values[i][:, None], y)
        formula = None if rows is None else fit(rows, Effort(2, 5_000))
        if formula is not None:
            yield formula, (folds[i],)


def _conditions(values: np.ndarray, wanted: np.ndarray) -> Iterator[tuple[Expression, tuple[int, ...]]]:
    yes, no = values[:, wanted], values[:, ~wanted]
    for i in np.flatnonzero(yes.min(1) > no.max(1))[:3]:
        yield apply("lt", int(no[i].max()), state(0)), (int(i),)
    for i in np.flatnonzero(yes.max(1) < no.min(1))[:3]:
        yield apply("lt", state(0), int(no[i].min())), (int(i),)
    # Equal wherever wanted, by hashing; then different elsewhere.
    for same, other, negated in ((yes, no, False), (no, yes, True)):
        groups: dict[bytes, list[int]] = {}
        for i, row in enumerate(same):
            groups.setdefault(row.tobytes(), []).append(i)
        for group in sorted((group for group in groups.values() if len(group) > 1), key=len)[:200]:
            for at, i in enumerate(group[:40]):
                for j in group[at + 1 : 40]:
                    if (other[i] != other[j]).all():
                        condition = apply("eq", state(0), state(1))
                        yield (apply("not", condition) if negated else condition), (i, j)
    few = min(len(values), 250)
    for i in range(few):
        more = (yes[:few] > yes[i]).all(1) & (no[:few] <= no[i]).all(1)
        for j in np.flatnonzero(more)[:1]:
            yield apply("lt", state(0), state(1)), (i, int(j))


def _bits(output: Expression, used: tuple[_Register, ...]) -> float:
    return output.bits(2) + sum(fold.bits for fold in used)


def _program(output: Expression, used: tuple[_Register, ...], components: int) -> Program:
    """The program of an output over these registers, each with those that it needs."""
    order: list[_Register] = []
    for fold in used:
        for one in (fold, *fold.needs):
            if not any(one is other for other in order):
                order.append(one)
    where = {id(fold): state(i) for i, fold in enumerate(order)}
    inputs = [inp(i) for i in range(components)]
    update = [fold.update.substitute((where[id(fold)], *(where[id(other)] for other in fold.needs)), inputs) for fold in order]
    shown = output.substitute(tuple(where[id(fold)] for fold in used), inputs)
    return tidied(Program(tuple(fold.initial for fold in order), tuple(update), shown, components, "registers"))
