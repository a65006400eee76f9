"""The GCD finder: the largest step of which the differences between numbers are multiples."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.lattice.code import IntegerCode


def common_step(values: np.ndarray, noise: float, most: int = 10_000) -> float | None:
    """The largest step g for which values (n,) lie on one grid of spacing g up to noise.

    Euclid's algorithm on the gaps, taking remainders below the noise for 0, then a fit to all values.

    Args:
        noise: how far, at most, a value is off.
        most: the longest grid, in steps, that is believed.

    None for fewer than two distinct values, or no grid that stands out of the noise.
    """
    points = np.sort(np.asarray(values, np.float64))
    centres = np.array([group.mean() for group in np.split(points, np.flatnonzero(np.diff(points) > 4 * noise) + 1)])
    if len(centres) < 2:
        return None
    gaps = np.sort(np.diff(centres))
    step, multiples = gaps[0], np.ones(1)
    for i in range(1, len(gaps)):
        remainder = abs(gaps[i] - np.round(gaps[i] / step) * step)
        if remainder > 8 * noise:
            a, b = step, remainder
            while b > 8 * noise:
                a, b = b, abs(a - np.round(a / b) * b)
            step = a
        if (centres[-1] - centres[0]) / step > most:
            return None
        multiples = np.round(gaps[: i + 1] / step)
        step = float(gaps[: i + 1] @ multiples / (multiples @ multiples))
    for _ in range(3):
        places = np.round((centres - centres[0]) / step)
        if places[-1] == 0 or places[-1] > most:
            return None
        step = float(np.polyfit(places, centres, 1)[0])
    offset = centres - places * step
    return step if np.abs(offset - offset.mean()).max() <= max(4 * noise, 0.0) and step > 20 * noise else None


def divisor_code(states: np.ndarray, noise: float) -> IntegerCode | None:
    """A grid along each hidden coordinate, for states (n, d); coordinates that hardly move are left out. None where one has no grid."""
    d = states.shape[1]
    steps: dict[int, float] = {}
    for j in range(d):
        if np.ptp(states[:, j]) <= 8 * noise:
            continue
        step = common_step(states[:, j], noise)
        if step is None:
            return None
        steps[j] = step
    if not steps:
        return None
    basis = np.zeros((len(steps), d))
    for row, (j, step) in enumerate(steps.items()):
        basis[row, j] = step
    return IntegerCode.of("gcd", basis, states[0])
