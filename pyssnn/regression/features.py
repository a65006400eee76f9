"""Integer features of hidden states: lattice coordinates, places in an order of few values, the rounded output, the input it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from pyssnn.regression.clusters import cluster_features
from pyssnn.regression.expression import state
from pyssnn.regression.feature import Feature
from pyssnn.regression.lattice import IntegerCode, distinct, find_code
from pyssnn.regression.regressors import Examples
from pyssnn.regression.relabelling import merged, renumbered
from pyssnn.regression.trace import Trace

LAGS = 6
_NOISES = (1e-5, 1e-4, 1e-3, 1e-2)
_NEAR = 0.1
_LEVELS = 40
_POOL = 24


def integer_code(trace: Trace) -> IntegerCode | None:
    """The integer autoencoder of the states after a step, at the least noise at which there is one."""
    for level in _NOISES:
        code = find_code(trace.after, level * trace.spread)
        if code is not None and code.error(trace.after) < _NEAR and np.abs(code.encode(trace.after)).max(initial=0) < 10**6:
            return code
    return None


def features(trace: Trace) -> list[Feature]:
    """The pool, without doubles: the output first, then what lattice and orders give, in order of range."""
    found = [Feature("output", trace.old, trace.ys, int(trace.old[trace.time == 0][0]))]
    code = integer_code(trace)
    others = [*_remembered(trace), *(_lattice(trace, code) if code is not None else ()), *_orders(trace, code)]
    others += cluster_features(trace) if code is None else ()
    others += merged(trace, [found[0], *others])
    others += renumbered(trace, [found[0], *others])
    seen = {found[0].key()}
    spans = sorted(others, key=lambda feature: -1 if feature.name == "input" else np.ptp(feature.after))
    for feature in spans:
        if np.ptp(feature.after) and feature.key() not in seen:
            seen.add(feature.key())
            found.append(feature)
    return [feature for feature in found if np.ptp(feature.after)][:_POOL]


def _remembered(trace: Trace) -> Iterator[Feature]:
    """The inputs, now and some steps ago, that the state after a step still tells: as an affine function, or one of few states."""
    design = np.hstack([trace.after, np.ones((len(trace.after), 1))])
    states = _numbered(trace)
    for lag in range(LAGS):
        found = False
        for k in range(trace.xs.shape[1]):
            rows = trace.time >= lag
            if not rows.any():
                return
            values = trace.lagged(k, lag)
            weights = np.linalg.lstsq(design[rows], values[rows].astype(float), rcond=1e-9)[0]
            told = np.abs(design[rows] @ weights - values[rows]).max(initial=0) < _NEAR
            if not told and states is not None:
                told = Examples.of([state(0)], states[rows, None], values[rows]) is not None
            if told:
                found = True
                yield Feature("input", trace.lagged(k, lag + 1), values, None, since=lag + 1)
        if not found:
            return


def _numbered(trace: Trace, most: int = 256) -> np.ndarray | None:
    """A number (M,) for the state after each step, the same for states that agree up to noise; None where there are many."""
    points = distinct(trace.after, 1e-3 * trace.spread)
    if len(points) > most:
        return None
    return np.array([((points - state) ** 2).sum(axis=1).argmin() for state in trace.after])


def _lattice(trace: Trace, code: IntegerCode) -> Iterator[Feature]:
    """Small integer combinations of the coordinates; 0 is the initial state where that is a lattice point, else the least value."""
    start = code.real(trace.initial[None])[0]
    after, before = code.encode(trace.after), code.encode(trace.before)
    most = {1: 1, 2: 2, 3: 1}.get(code.rank, 0)
    combinations = [np.array(w) for w in product(range(-most, most + 1), repeat=code.rank) if any(w)] if most else list(np.eye(code.rank, dtype=int))
    for weights in combinations:
        if np.gcd.reduce(weights) != 1 or weights[np.flatnonzero(weights)[0]] < 0:
            continue
        unit = np.count_nonzero(weights) == 1
        yield from _placed(f"lattice {weights.tolist()}", before @ weights, after @ weights, float(start @ weights), unit)


def _placed(name: str, before: np.ndarray, after: np.ndarray, start: float, unit: bool) -> Iterator[Feature]:
    """The feature and its negative, each with its origin at the initial state, or at the least value."""
    on_lattice = abs(start - round(start)) < _NEAR
    for sign in (1, -1):
        origin = sign * round(start) if on_lattice else int((sign * after).min())
        yield Feature(name, sign * before - origin, sign * after - origin, 0 if on_lattice else None, unit and sign == 1)


def _orders(trace: Trace, code: IntegerCode | None) -> Iterator[Feature]:
    """Places in the order along a direction on which few distinct values fall."""
    states = np.vstack([trace.initial, trace.after])
    points = distinct(states, 1e-3 * trace.spread)
    if len(points) > 4 * _LEVELS:
        return
    for number, direction in enumerate(_directions(points)):
        levels = _levels(points @ direction)
        if not 2 <= len(levels) <= _LEVELS:
            continue
        edges = (levels[1:] + levels[:-1]) / 2
        before, after, start = (np.searchsorted(edges, part @ direction) for part in (trace.before, trace.after, trace.initial))
        for sign in (1, -1):
            origin = 0 if sign == 1 else 1 - len(levels)
            yield Feature(f"order {number}", sign * before - origin, sign * after - origin, int(sign * start - origin))


def _levels(values: np.ndarray) -> np.ndarray:
    """The centres of the groups of values, cut where a gap is above a hundredth of the range."""
    ordered = np.sort(values)
    cuts = np.flatnonzero(np.diff(ordered) > 0.01 * max(np.ptp(ordered), 1e-12)) + 1
    return np.array([group.mean() for group in np.split(ordered, cuts)])


def _directions(points: np.ndarray) -> Iterator[np.ndarray]:
    """The axes, the principal axes, and those at right angles to as many differences of points as leave one direction."""
    n, d = points.shape
    yield from np.eye(d)
    if d == 1 or n < d:
        return
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    yield from axes
    gaps = (points[:, None] - points[None])[np.triu_indices(n, 1)]
    gaps = gaps[np.argsort(np.linalg.norm(gaps, axis=1), kind="stable")]
    chosen: list[np.ndarray] = []
    for gap in gaps[:200]:
        unit = gap / max(np.linalg.norm(gap), 1e-12)
        if all(abs(unit @ other) < 0.99 for other in chosen):
            chosen.append(unit)
        if len(chosen) >= 8:
            break
    if d == 2:
        yield from (np.array([-unit[1], unit[0]]) for unit in chosen)
    elif d == 3:
        for i, first in enumerate(chosen[:5]):
            for second in chosen[i + 1 : 5]:
                yield np.cross(first, second)
