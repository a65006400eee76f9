"""Labelled points: a network learns where a function is above a threshold."""

from __future__ import annotations

import numpy as np

from .experiment import Experiment


def _classifier(name: str, truth: str, threshold: float, box: tuple[tuple[float, float], ...]) -> Experiment:
    low, high = np.array(box).T
    names = tuple(f"x{i}" for i in range(1, len(box) + 1))

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.uniform(low, high, size=(n, len(box)))

    how = "points uniform in a box; a network that separates well knows the boundary, and other level sets only near it"
    return Experiment(name, f"{truth} > {threshold:g}", "classifier", names, (truth,), draw, how, threshold=threshold)


CLASSIFIERS = (
    _classifier("quadratic", "x1**2 + 3*x1*x2 + 2*x2**2", 5.0, ((-3, 3),) * 2),
    _classifier("sine", "x1**2 + sin(x2 + x3)", 1.0, ((-2, 2), (-3, 3), (-3, 3))),
    _classifier("difference", "exp(x1 - x2) - pi*x3", 1.0, ((-1.5, 1.5), (-1.5, 1.5), (-1, 2))),
    _classifier("gaussian", "x1*exp(-(x2**2 + x3**2)/2)", 0.2, ((0.05, 2), (-2, 2), (-2, 2))),
    _classifier("ratio", "x1*x2/((x3 - x4)**2 + (x5 - x6)**2)", 1.0, ((0.2, 2), (0.2, 2), *((-1.5, 1.5),) * 4)),
)
