"""Outputs that are a function of the last few inputs and outputs: shift registers, recurrences of any form, folds whose output is the state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.regression.behaviour.building import mealy
from pyssnn.regression.behaviour.fitting import Effort, Rows, fit
from pyssnn.regression.behaviour.oracle import Evidence, Inputs
from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.program import Program
from pyssnn.regression.streams import landmarks

# (inputs before the current one, outputs before the current one), the fewer variables the sooner.
_SHAPES = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (2, 2), (3, 1), (4, 0), (5, 0), (6, 0), (7, 0))
_STARTS = 4096


def windows(evidence: Evidence, inputs: Inputs, effort: Effort) -> Iterator[Program]:
    """Programs y = F(the last inputs, the last outputs) that give all of the evidence, those of the fewest variables first."""
    for past_inputs, past_outputs in _SHAPES:
        if max(past_inputs, past_outputs) * 2 > inputs.length or (past_inputs and (past_inputs + 1) * inputs.components > 8):
            continue
        program = _window(evidence, inputs, past_inputs, past_outputs, effort)
        if program is not None:
            yield program


def _window(evidence: Evidence, inputs: Inputs, past_inputs: int, past_outputs: int, effort: Effort) -> Program | None:
    past, k = max(past_inputs, past_outputs), inputs.components
    blocks = [_features(xs, ys, past_inputs, past_outputs) for xs, ys in evidence.blocks if xs.shape[1] > past]
    rows = Rows.of(np.concatenate([columns for columns, _ in blocks]), np.concatenate([target for _, target in blocks]))
    if rows is None:
        return None
    formula = fit(rows, effort)
    if formula is None:
        return None
    starts = _starts(formula, evidence, inputs, past_inputs, past_outputs)
    if starts is None:
        return None
    # Variables: the inputs before, the last first, component by component; then the outputs before.
    now = [inp(i) for i in range(k)]
    before = [state(i) for i in range(past_inputs * k + past_outputs)]
    update: list[Expression] = (now + before)[: past_inputs * k]
    output = formula.substitute((*now, *before), ())
    if past_outputs:
        update += [output, *before[past_inputs * k :]][:past_outputs]
    return mealy(starts, update, output, k, "fold" if past_outputs else "shift register")


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
