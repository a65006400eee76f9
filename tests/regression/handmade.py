"""Networks written by hand, with the tasks that they solve; one that nothing can read."""

from __future__ import annotations

import numpy as np

from pyssnn.regression import Affine, RecurrentNetwork, Task


def affine(weights, biases=None) -> Affine:
    weights = np.array(weights, float)
    return Affine(weights, np.zeros(weights.shape[1]) if biases is None else np.array(biases, float))


def total() -> RecurrentNetwork:
    """y = Σx, its hidden number scaled and shifted."""
    network = RecurrentNetwork((affine([[1], [1]]),), (affine([[1]]),), np.zeros(1))
    return network.changed(np.array([[0.37]]), np.array([1.3]))


def parity() -> RecurrentNetwork:
    """y = Σx mod 2 for bits: h' = |h − x| = relu(h − x) + relu(x − h)."""
    return RecurrentNetwork((affine([[1, -1], [-1, 1]]), affine([[1], [1]])), (affine([[1]]),), np.zeros(1))


def previous() -> RecurrentNetwork:
    """y = x one step before."""
    return RecurrentNetwork((affine([[0, 1], [0, 0], [1, 0]]),), (affine([[0], [1]]),), np.zeros(2))


def unreadable() -> RecurrentNetwork:
    """Outputs that are no function of integers that is worth a name."""
    generator = np.random.default_rng(0)
    update = tuple(Affine(generator.normal(size=shape), generator.normal(size=shape[1])) for shape in ((4, 8), (8, 3)))
    return RecurrentNetwork(update, (Affine(50 * generator.normal(size=(3, 1)), np.zeros(1)),), np.zeros(3))


def _sums(xs):
    found, total = [], 0
    for (x,) in xs:
        total += x
        found.append(total)
    return found


TOTAL = Task("Total", 0, 50, 1, 8, _sums)
PARITY = Task("Parity", 0, 2, 1, 8, lambda xs: [y % 2 for y in _sums(xs)])
PREVIOUS = Task("Previous", 0, 50, 1, 8, lambda xs: [0, *(x for (x,) in xs)][: len(xs)])
