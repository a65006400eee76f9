"""Neurons from examples: linear support vector machines between two sets of points."""

from __future__ import annotations

import warnings

import numpy as np

from pyssnn.errors import InputError

_TOLERANCE, _STEPS = 1e-9, 200_000

Neuron = tuple[np.ndarray, float]


def separate(positive: np.ndarray, negative: np.ndarray, cost: float, *, balanced: bool = True) -> Neuron:
    """The weights (n,) and the bias of a linear SVM that is above 0 on one set and below 0 on the other, as far as they can be told apart.

    With one point on each side it is the exact answer, w = xA − xB and b = −w·(xA + xB)/2, not scaled to a margin of 1.

    Args:
        positive: (m, n) points.
        negative: (m', n) points.
        cost: the SVM's C.
        balanced: both sets weigh the same, whatever their sizes.

    Raises:
        InputError: a set is empty, or both are the same single point.
    """
    if not len(positive) or not len(negative):
        raise InputError("examples", f"{len(positive)} points against {len(negative)}", "at least one on each side")
    if len(positive) == len(negative) == 1:
        weights = positive[0] - negative[0]
        if not weights.any():
            raise InputError("examples", "one point in two classes", "classes that do not overlap")
        return weights.astype(float), float(-weights @ (positive[0] + negative[0]) / 2)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import SVC

    machine = SVC(kernel="linear", C=cost, class_weight="balanced" if balanced else None, tol=_TOLERANCE, max_iter=_STEPS)
    points = np.concatenate([positive, negative])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # sets that no plane parts, at a high cost: what is found will do
        machine.fit(points, np.repeat([1, -1], [len(positive), len(negative)]))
    return machine.coef_[0].copy(), float(machine.intercept_[0])


def separable(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether a plane has all points of one set (m, n) strictly on one side and those of the other on the other."""
    from scipy.optimize import linprog

    rows = np.concatenate([np.column_stack([-one, -np.ones(len(one))]), np.column_stack([other, np.ones(len(other))])])
    return linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(rows)), bounds=(None, None), method="highs").status == 0
