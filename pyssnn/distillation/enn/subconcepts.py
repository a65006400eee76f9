"""Dividing the points of a class into subconcepts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyssnn.checks import check_choice, check_integer
from pyssnn.distillation.enn.svm import separable
from pyssnn.errors import InputError

METHODS = ("hierarchical", "kmeans")


def clusters(points: np.ndarray, count: int, method: str = "hierarchical", seed: int = 0) -> list[np.ndarray]:
    """The points of one class in `count` clusters: index arrays, in the order of their first points.

    Args:
        points: (m, n).
        count: the number of clusters, at most m.
        method: "hierarchical" (Ward's criterion) or "kmeans".
        seed: where k-means starts.

    Raises:
        InputError: more clusters than points, or an unknown method.
    """
    check_choice("method", method, METHODS)
    check_integer("count", count, 1)
    if count > len(points):
        raise InputError("count", count, f"at most {len(points)}, the number of points")
    if count in (1, len(points)):
        return [np.array(part) for part in np.array_split(np.arange(len(points)), count)]
    from sklearn.cluster import AgglomerativeClustering, KMeans

    clustering = AgglomerativeClustering(count) if method == "hierarchical" else KMeans(count, n_init=10, random_state=seed)
    labels = clustering.fit_predict(points)
    return sorted((np.flatnonzero(labels == label) for label in range(count)), key=lambda part: part[0])


def alike(points: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """The points of all classes, divided by what the examples tell apart: index arrays.

    Two inputs are interchangeable when exchanging them maps each example to an example with the same label. Two points are alike when they
    have a label in common and each set of interchangeable inputs holds the same values in both, in any order.
    """
    label_of = {tuple(point): label for point, label in zip(points.tolist(), labels.tolist(), strict=True)}
    kinds: list[list[int]] = []
    for index in range(points.shape[1]):
        for kind in kinds:
            if _interchangeable(label_of, kind[0], index):
                kind.append(index)
                break
        else:
            kinds.append([index])
    parts: dict[tuple, list[int]] = {}
    for index, (point, label) in enumerate(zip(points, labels.tolist(), strict=True)):
        parts.setdefault((label, *(tuple(sorted(point[kind].tolist())) for kind in kinds)), []).append(index)
    return [np.array(part) for part in parts.values()]


def _interchangeable(label_of: dict[tuple, object], one: int, other: int) -> bool:
    for point, label in label_of.items():
        exchanged = list(point)
        exchanged[one], exchanged[other] = point[other], point[one]
        if label_of.get(tuple(exchanged)) != label:
            return False
    return True


def merged(points: np.ndarray, labels: np.ndarray, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Few parts of which each can be told from each part of another class by a plane: index arrays, in the order of their first points.

    The parts given are merged inside their classes, those with the nearest centres first, as long as that holds.
    """
    found = [np.asarray(part) for part in parts]
    refused: set[bytes] = set()  # parts only grow, so what was refused once stays refused
    while True:
        pairs = [(a, b) for a in range(len(found)) for b in range(a) if labels[found[a][0]] == labels[found[b][0]]]
        centres = [points[part].mean(axis=0) for part in found]
        pairs.sort(key=lambda pair: round(float(((centres[pair[0]] - centres[pair[1]]) ** 2).sum()), 9))
        for a, b in pairs:
            union = np.sort(np.concatenate([found[a], found[b]]))
            others = [part for part in found if labels[part[0]] != labels[union[0]]]
            if union.tobytes() not in refused and all(separable(points[union], points[part]) for part in others):
                found = [part for index, part in enumerate(found) if index not in (a, b)] + [union]
                break
            refused.add(union.tobytes())
        else:
            return sorted(found, key=lambda part: part[0])
