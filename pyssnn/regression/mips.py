"""The paper's path: a network's normal forms, its integer lattice, and programs regressed over it.

Source: Michaud et al., *Opening the AI black box: program synthesis via mechanistic interpretability*, 2024.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from pyssnn.regression.affine import affine_programs
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.nonlinear import FeatureSearch
from pyssnn.regression.program import Program
from pyssnn.regression.regressors import Regressor
from pyssnn.regression.tidying import tidied

BUDGETS = (20_000, 200_000, 800_000)
MOST_PROGRAMS = 2_000_000
_LARGEST = 1e12


def candidates(network: RecurrentNetwork, xs: np.ndarray) -> list[Program]:
    """Programs that give the network's rounded outputs on all of xs (n, T, k), the shortest first; none where its states explode.

    Budgets are counted in programs that the core values, so the result is the same on every machine.
    """
    xs = np.asarray(xs, np.int64)
    with np.errstate(all="ignore"):
        states = network.hidden(xs)
        if not (np.abs(states) < _LARGEST).all() or not (np.abs(network.read(states)) < _LARGEST).all():
            return []
    wanted = network.predict(xs)
    regressor = Regressor()
    found: dict[str, Program] = {}

    def add(program: Program) -> None:
        program = _from_zero(tidied(program), xs, wanted)
        text = program.source()
        if text not in found and _agrees(program, xs, wanted):
            found[text] = program

    with suppress(np.linalg.LinAlgError):
        for program in affine_programs(network, xs, regressor, BUDGETS[1]):
            add(program)
    if not found:
        search = FeatureSearch(network, xs, regressor)
        for budget in BUDGETS:
            for program in search.programs(budget, MOST_PROGRAMS):
                add(program)
            if found:
                break
        if not found:
            for program in search.tables():
                add(program)
    return sorted(found.values(), key=lambda program: program.description_length)


def _from_zero(program: Program, xs: np.ndarray, wanted: np.ndarray) -> Program:
    """The program with as many initial values 0 as leave its outputs as they are."""
    for i, value in enumerate(program.initial):
        trial = replace(program, initial=(*program.initial[:i], 0, *program.initial[i + 1 :]))
        if value and _agrees(trial, xs, wanted):
            program = trial
    return program


def _agrees(program: Program, xs: np.ndarray, wanted: np.ndarray) -> bool:
    try:
        return bool((program.run_many(xs) == wanted).all())
    except ZeroDivisionError:
        return False
