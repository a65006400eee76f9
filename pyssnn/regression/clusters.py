"""States in clusters: the fewest that determine the next cluster and the next output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyssnn.regression.expression import inp, state
from pyssnn.regression.feature import Feature
from pyssnn.regression.lattice import distinct
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.trace import Trace

_GRAIN = 1e-2
_GAPS = (0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03)
_MOST = 40
_POINTS = 800


def cluster_features(trace: Trace) -> Iterator[Feature]:
    """The place of a state's cluster, counted from the initial one, in the order of the clusters' means along an axis, either way.

    Points closer than a gap, in parts of the states' deviation, share a cluster. The gap is the widest at which the clusters are a
    machine's states; none where that is so at no gap, or only with more than 40 clusters. The axes are the hidden and the principal ones.
    """
    points = distinct(np.vstack([trace.initial, trace.after]), _GRAIN * trace.spread / 4)
    if len(points) > _POINTS:
        return
    from scipy.sparse.csgraph import connected_components

    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    before, after = (_nearest(points, states) for states in (trace.before, trace.after))
    variables = [state(0), *(inp(k) for k in range(trace.xs.shape[1]))]
    for gap in _GAPS:
        n, labels = connected_components(distances < gap * trace.spread * np.sqrt(points.shape[1]), directed=False)
        if not 2 <= n <= _MOST:
            continue
        rows = np.column_stack([labels[before], trace.xs])
        if all(Examples.of(variables, rows, wanted) is not None for wanted in (labels[after], trace.ys)):
            start = int(labels[_nearest(points, trace.initial[None])[0]])
            labels = _without_start(labels, start, labels[before], trace.xs, labels[after], trace.ys)
            start, n = int(labels[_nearest(points, trace.initial[None])[0]]), int(labels.max()) + 1
            means = np.array([points[labels == label].mean(axis=0) for label in range(n)])
            centred = means - means.mean(axis=0)
            for axis in (*np.linalg.svd(centred, full_matrices=False)[2][:2], *np.eye(points.shape[1])):
                place = np.argsort(np.argsort(centred @ axis, kind="stable"), kind="stable")
                for sign in (1, -1):
                    order = sign * (place - place[start])[labels]
                    yield Feature("cluster", order[before], order[after], 0)
            return


def _without_start(
    labels: np.ndarray, start: int, before: np.ndarray, xs: np.ndarray, after: np.ndarray, ys: np.ndarray
) -> np.ndarray:
    """The labels with the initial state's cluster joined to one from which every input leads to the same cluster and output."""
    moves: dict[int, set[tuple[int, ...]]] = {}
    for label, row in zip(before.tolist(), np.column_stack([xs, after, ys]).tolist(), strict=True):
        moves.setdefault(label, set()).add(tuple(row))
    twin = next((label for label in moves if label != start and moves[label] == moves[start]), start)
    return np.unique(np.where(labels == start, twin, labels), return_inverse=True)[1]


def _nearest(points: np.ndarray, states: np.ndarray) -> np.ndarray:
    return np.array([((points - one) ** 2).sum(axis=1).argmin() for one in states])
