"""Programs of a machine: numbers for its states, a formula for the next number, one for the output; tables where no formula was found."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import numpy as np

from pyssnn.regression.behaviour.building import mealy
from pyssnn.regression.behaviour.fitting import Effort, Rows, fit, in_terms_of
from pyssnn.regression.behaviour.machines.labels import Labelling, labellings
from pyssnn.regression.behaviour.machines.mealy import UNKNOWN, Mealy
from pyssnn.regression.behaviour.machines.products import product_program
from pyssnn.regression.expression import Expression, Table, inp, state, table
from pyssnn.regression.program import Program

_ROUNDS = (Effort(0, 0), Effort(2, 0), Effort(4, 20_000))
_TRIED = (40, 16, 4)
_LONG = 90.0


def machine_programs(machine: Mealy) -> Iterator[Program]:
    """The shortest program by formulas of the first effort that gives one, then the table."""
    for effort, tried in zip(_ROUNDS, _TRIED, strict=True):
        found = [labelled(machine, labelling, effort) for labelling in islice(labellings(machine), tried)]
        programs = [program for program in found if program is not None]
        if effort.cases and machine.is_whole and min((program.description_length for program in programs), default=math.inf) > _LONG:
            programs += [program for program in [product_program(machine, effort)] if program is not None]
        if programs:
            yield min(programs, key=lambda program: program.description_length)
            return
    if machine.is_whole:
        yield tabulated(machine)


def labelled(machine: Mealy, labelling: Labelling, effort: Effort) -> Program | None:
    """The program with these numbers for the states, or None if no formula was found for the update or the output."""
    k, labels = machine.symbols.shape[1], labelling.labels
    before, symbols, after, outputs = _transitions(machine, labels)
    known = after != UNKNOWN
    features = [state(0), *(inp(i) for i in range(k))]
    columns = np.column_stack([labels[before], symbols])
    update = labelling.law or _formula(columns[known], labels[after[known]], features, effort)
    if update is None:
        return None
    # The output from the new state, as a program has it; or from the old one, with a variable to keep it.
    late = _formula(np.column_stack([labels[after[known]], symbols[known]]), outputs[known], features, effort)
    early = _formula(columns, outputs, features, effort)
    options = []
    if late is not None:
        options.append(Program((int(labels[0]),), (update,), late, k, "machine"))
    if early is not None:
        options.append(mealy((int(labels[0]),), (update,), early, k, "machine"))
    return min(options, key=lambda program: program.description_length, default=None)


def _formula(columns: np.ndarray, target: np.ndarray, features: list[Expression], effort: Effort) -> Expression | None:
    rows = Rows.of(columns, target)
    formula = None if rows is None else fit(rows, effort)
    return None if formula is None else in_terms_of(formula, features)


def _transitions(machine: Mealy, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    n, a = machine.step.shape
    before = np.repeat(np.arange(n), a)
    return before, np.tile(machine.symbols, (n, 1)), machine.step.ravel(), machine.output.ravel()


def tabulated(machine: Mealy) -> Program:
    """The program that looks its next state and its output up."""
    k = machine.symbols.shape[1]
    lows, highs = machine.symbols.min(0), machine.symbols.max(0)
    sizes = highs - lows + 1
    arguments = [*([state(0)] if machine.n_states > 1 else []), *(inp(i) for i in range(k))]
    box = Table((*([0] if machine.n_states > 1 else []), *map(int, lows)), (*([machine.n_states] if machine.n_states > 1 else []), *map(int, sizes)), ())
    cells = np.zeros((2, machine.n_states, *sizes), np.int64)
    for i, symbol in enumerate(machine.symbols - lows):
        cells[(0, slice(None), *symbol)], cells[(1, slice(None), *symbol)] = machine.step[:, i], machine.output[:, i]
    update, output = (table(arguments, Table(box.lows, box.sizes, tuple(part.ravel().tolist()))) for part in cells)
    if machine.n_states == 1:
        return Program((), (), output, k, "table")
    return mealy((0,), (update,), output, k, "table")
