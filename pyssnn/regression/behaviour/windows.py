"""Outputs that are a function of the last few inputs and outputs: shift registers, recurrences of any form, folds whose output is the state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.regression.behaviour.building import mealy
from pyssnn.regression.behaviour.fitting import Effort, Rows, fit, place
from pyssnn.regression.behaviour.oracle import Evidence, Inputs
from pyssnn.regression.expression import Expression, Table, inp, state, table
from pyssnn.regression.program import Program
from pyssnn.regression.streams import landmarks

# (inputs before the current one, outputs before the current one), the fewer variables the sooner.
_SHAPES = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (0, 3), (2, 2), (3, 1), (4, 0), (0, 4), (5, 0), (6, 0), (7, 0))
_STARTS = 4096
_CELLS = 2048


def windows(evidence: Evidence, inputs: Inputs) -> Iterator[Program]:
    """Programs y = F(the last inputs, the last outputs) that give all of the evidence, those of the fewest variables first, two at most.

    Where F is a function for certain, as most of its arguments were met more than once, and no formula was found, it is a table.
    """
    found = 0
    for past_inputs, past_outputs in _SHAPES:
        n_features = (past_inputs + 1) * inputs.components + past_outputs
        if max(past_inputs, past_outputs) * 2 > inputs.length or (past_inputs and n_features > 8):
            continue
        window = _Window(evidence, inputs, past_inputs, past_outputs)
        if window.rows is None:
            continue
        effort = Effort() if n_features <= 3 else Effort(2, 0) if n_features <= 5 else Effort(0, 0)
        formula = fit(window.rows, effort)
        if formula is None and window.is_certain:
            formula = _tabulated(window.rows)
        program = None if formula is None else window.program(formula)
        if program is not None:
            yield program
            found += 1
            if found == 2 or program.is_table:
                return


class _Window:
    """The rows of one shape of window, and the program of a formula for them."""

    def __init__(self, evidence: Evidence, inputs: Inputs, past_inputs: int, past_outputs: int) -> None:
        self._evidence, self._inputs, self._past = evidence, inputs, (past_inputs, past_outputs)
        blocks = [_features(xs, ys, past_inputs, past_outputs) for xs, ys in evidence.blocks if xs.shape[1] > max(self._past)]
        columns, target = np.concatenate([columns for columns, _ in blocks]), np.concatenate([target for _, target in blocks])
        self.rows = Rows.of(columns, target)
        self._n_met = len(target)

    @property
    def is_certain(self) -> bool:
        """Whether arguments were met twice and more, so that a second value for one would have been seen."""
        return self.rows is not None and 2 * len(self.rows) <= self._n_met

    def program(self, formula: Expression) -> Program | None:
        """The program, or None if no values of its variables before the start make the first outputs right."""
        past_inputs, past_outputs = self._past
        starts = _starts(formula, self._evidence, self._inputs, past_inputs, past_outputs)
        if starts is None:
            return None
        # Variables: the inputs before, the last first, component by component; then the outputs before.
        k = self._inputs.components
        now = [inp(i) for i in range(k)]
        before = [state(i) for i in range(past_inputs * k + past_outputs)]
        update: list[Expression] = (now + before)[: past_inputs * k]
        output = formula.substitute((*now, *before), ())
        if past_outputs:
            update += [output, *before[past_inputs * k :]][:past_outputs]
        method = "table" if formula.is_table else "fold" if past_outputs else "shift register"
        return mealy(starts, update, output, k, method)


def _tabulated(rows: Rows) -> Expression | None:
    """A table of the rows, if it has few cells."""
    lows = rows.columns.min(0)
    sizes = rows.columns.max(0) - lows + 1
    if len(lows) > 6 or np.prod(sizes.astype(float)) > _CELLS:
        return None
    entries = np.zeros(tuple(sizes), np.int64)
    entries[tuple((rows.columns - lows).T)] = rows.target
    lookup = Table(tuple(map(int, lows)), tuple(map(int, sizes)), tuple(entries.ravel().tolist()))
    return table([place(i) for i in range(rows.n_features)], lookup)


def _features(xs: np.ndarray, ys: np.ndarray, past_inputs: int, past_outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the inputs now and before, the outputs before; and the output. Steps without enough before them are left out."""
    past, length = max(past_inputs, past_outputs), xs.shape[1]
    parts = [xs[:, past - lag : length - lag] for lag in range(past_inputs + 1)]
    parts += [ys[:, past - lag : length - lag, None] for lag in range(1, past_outputs + 1)]
    columns = np.concatenate(parts, axis=2)
    return columns.reshape(-1, columns.shape[2]), ys[:, past:].ravel()


def _starts(formula: Expression, evidence: Evidence, inputs: Inputs, past_inputs: int, past_outputs: int) -> tuple[int, ...] | None:
    """What inputs and outputs to take as having been before the start, so that the first outputs are right too.

    Searched one step back at a time: the first output alone tells which values the variables may have had, all inputs before being alike.
    """
    past = max(past_inputs, past_outputs)
    if past == 0:
        return ()
    ends = [0, inputs.high - 1, inputs.low, inputs.high, inputs.low - 1, -1, 1]
    outputs = np.concatenate([ys.ravel() for _, ys in evidence.blocks])
    fills = list(dict.fromkeys(ends + landmarks(inputs.low, inputs.high))) if past_inputs else [0]
    ends += [int(outputs.min()), int(outputs.max()), *range(-2, 13)]
    priors = list(dict.fromkeys(ends)) if past_outputs else [0]
    for count, (fill, prior) in enumerate((fill, prior) for fill in fills for prior in _tuples(priors, past_outputs)):
        if count > _STARTS:
            return None
        if _begins(formula, evidence, past_inputs, past_outputs, fill, prior):
            return (*[fill] * (past_inputs * inputs.components), *prior)
    return None


def _tuples(values: list[int], n: int) -> Iterator[tuple[int, ...]]:
    if n == 0:
        yield ()
        return
    for rest in _tuples(values, n - 1):
        for value in values:
            yield (value, *rest)


def _begins(formula: Expression, evidence: Evidence, past_inputs: int, past_outputs: int, fill: int, prior: tuple[int, ...]) -> bool:
    past = max(past_inputs, past_outputs)
    for sample in (5, None):  # a few words refute most
        for xs, ys in evidence.blocks:
            xs, ys = xs[:sample, :past], ys[:sample, :past]
            before = np.full((len(xs), past, xs.shape[2]), fill)
            outputs = np.zeros((len(xs), past), np.int64)
            outputs[:, past - past_outputs :] = prior[::-1]
            padded_xs, padded_ys = np.concatenate([before, xs], axis=1), np.concatenate([outputs, ys], axis=1)
            columns, target = _features(padded_xs, padded_ys, past_inputs, past_outputs)
            if not Rows(columns, target).fits(formula):
                return False
    return True
