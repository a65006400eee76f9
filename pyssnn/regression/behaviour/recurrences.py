"""Integer linear recurrences from Markov parameters: what an input k steps ago contributes to the output, and the state that this needs.

y_t = d_t + Σ_k m_k · x_{t−k}. Of the shortest monic recurrence p of the m_k (with integers: Fatou's lemma) comes a state s of the size of p, where
sⁱ is what the inputs so far contribute to the output i steps later; a drift d_t is a further input that is always 1, or how the state begins.
Kalman's minimal realisation (Ho and Kalman 1966) over the integers, in observer form.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.regression.behaviour.fitting.sums import as_sum
from pyssnn.regression.behaviour.oracle import Evidence, Inputs
from pyssnn.regression.expression import Expression, constant, inp, state
from pyssnn.regression.program import Program
from pyssnn.regression.tidying import tidied

_EXACT = 2**52


def recurrences(evidence: Evidence, inputs: Inputs) -> Iterator[Program]:
    """The linear program that gives all of the evidence, if there is one."""
    xs, ys = evidence.blocks[0]
    markov = _markov(xs, ys)
    if markov is None:
        return
    response = np.stack([_response(xs, markov, t) for t in range(xs.shape[1])], axis=1)
    drifts = ys - response
    if np.ptp(drifts, axis=0).any():
        return
    drift = drifts[0]
    if not markov[1:].any() and not np.ptp(drift):
        output = as_sum(markov[0], int(drift[0])).substitute(tuple(inp(i) for i in range(inputs.components)), ())
        yield Program((), (), output, inputs.components, "linear recurrence")
        return
    for channels, start in _readings(markov, drift):
        found = _shortest(channels, start)
        if found is not None:
            yield _program(channels, start, found, inputs)
            return


def _markov(xs: np.ndarray, ys: np.ndarray) -> np.ndarray | None:
    """The Markov parameters m, int64 (T, components), by least squares on the last output, or None if the outputs are not linear."""
    n, length, k = xs.shape
    design = np.column_stack([xs[:, ::-1].reshape(n, -1), np.ones(n)]).astype(float)
    if n < 2 * design.shape[1] or np.abs(ys).max() > 2**40:
        return None
    solution = np.linalg.lstsq(design, ys[:, -1].astype(float), rcond=None)[0]
    markov = np.rint(solution[:-1])
    if np.abs(solution[:-1] - markov).max() > 1e-3 or np.abs(markov).max() > 2**31:
        return None
    return markov.astype(np.int64).reshape(length, k)


def _response(xs: np.ndarray, markov: np.ndarray, t: int) -> np.ndarray:
    return np.einsum("nlk,lk->n", xs[:, : t + 1][:, ::-1], markov[: t + 1])


def _readings(markov: np.ndarray, drift: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Channels, int64 (T, c), of the inputs and maybe a constant one; and what the initial state contributes, (T,)."""
    nothing = np.zeros_like(drift)
    if not drift.any():
        yield markov, nothing
        return
    yield np.column_stack([markov, np.diff(drift, prepend=0)]), nothing
    for constant_output in (drift[0], 0):
        yield np.column_stack([markov, np.where(np.arange(len(drift)) == 0, constant_output, 0)]), drift - constant_output
    yield markov, drift


def _shortest(channels: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """Coefficients a of the shortest recurrence m_{i+n} = Σ_j a_j m_{i+j} of all channels and of the start, with more equations than unknowns."""
    length = len(channels)
    for n in range(1, length // 2 + 1):
        columns = np.column_stack([channels, start])
        hankel = np.concatenate([[columns[i + j] for j in range(n)] for i in range(length - n)], axis=1).T
        right = np.concatenate([columns[i + n] for i in range(length - n)])
        if np.abs(hankel).max() > _EXACT or np.abs(right).max() > _EXACT:
            return None
        solution = np.linalg.lstsq(hankel.astype(float), right.astype(float), rcond=None)[0]
        rounded = np.rint(solution)
        if np.abs(rounded).max(initial=0) > 2**31:
            continue
        whole = rounded.astype(np.int64)
        if (hankel @ whole == right).all():
            return whole
    return None


def _program(channels: np.ndarray, start: np.ndarray, recurrence: np.ndarray, inputs: Inputs) -> Program:
    """Observer form: variable i is what is known so far of the output i steps later."""
    n, k = len(recurrence), inputs.components
    constants = channels[:, k] if channels.shape[1] > k else np.zeros(len(channels), np.int64)
    # Before the first step the state is what it contributes to the outputs from step 0 on, one place further.
    initial = _before(start, recurrence)
    update: list[Expression] = []
    for i in range(n):
        weights = np.zeros(n + k, np.int64)
        if i + 1 < n:
            weights[i + 1] = 1
        else:
            weights[:n] = recurrence
        weights[n:] = channels[i, :k]
        update.append(_sum(weights, int(constants[i]), n, k))
    return tidied(Program(initial, tuple(update), state(0), k, "linear recurrence"))


def _before(start: np.ndarray, recurrence: np.ndarray) -> tuple[int, ...]:
    """The state before the first step, whose variable i + 1 is the start's contribution at step i; variable 0 matters only to the recurrence."""
    n = len(recurrence)
    if not start[: n + 1].any():
        return (0,) * n
    rest = int(start[n - 1] - recurrence[1:] @ start[: n - 1])
    first = rest // int(recurrence[0]) if recurrence[0] and rest % int(recurrence[0]) == 0 else 0
    return (first, *(int(value) for value in start[: n - 1]))


def _sum(weights: np.ndarray, offset: int, n: int, k: int) -> Expression:
    total = as_sum(weights, offset)
    return total.substitute((*(state(i) for i in range(n)), *(inp(i) for i in range(k))), ()) if weights.any() else constant(offset)
