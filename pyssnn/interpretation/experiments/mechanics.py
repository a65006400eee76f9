"""Conserved quantities of motion: four oscillators, and the angular momentum of orbits about a centre."""

from __future__ import annotations

import numpy as np

from .experiment import Experiment, Triplets
from .orbits import Function, propagate

_TIMES = 32  # states kept of an orbit


def _triplets_of_orbits(rng: np.random.Generator, orbits: np.ndarray, n: int) -> Triplets:
    """Anchor and positive from one of the orbits (n_orbits, n_times, d), the negative from another."""
    count, times, _ = orbits.shape
    own = rng.integers(count, size=n)
    other = (own + rng.integers(1, count, size=n)) % count
    at = rng.integers(times, size=(3, n))
    return Triplets(orbits[own, at[0]], orbits[own, at[1]], orbits[other, at[2]])


def _oscillator(name: str, title: str, truth: str, force: Function, potential: Function, box: tuple, allowed: Function | None = None) -> Experiment:
    def draw(rng: np.random.Generator, n: int) -> Triplets:
        count = max(n // 8, 64)
        (x_low, x_high), fastest = box
        x = rng.uniform(x_low, x_high, size=(4 * count, 1))
        v = rng.uniform(-fastest, fastest, size=(4 * count, 1))
        inside = np.ones(4 * count, dtype=bool) if allowed is None else allowed(np.hstack([x, v]))
        x, v = x[inside][:count], v[inside][:count]
        times = np.sort(rng.uniform(0, 12, size=_TIMES))
        return _triplets_of_orbits(rng, propagate(force, lambda x: potential(x)[..., 0], x, v, times), n)

    how = "positive: another time on the same orbit; negative: a state of another orbit"
    return Experiment(name, title, "siamese", ("x", "v"), (truth,), draw, how)


def _central() -> Experiment:
    """Orbits about a 1/r potential, in units of its strength and the point's mass.

    Positions and velocities of an orbit also share its energy and the direction of its long axis. A positive is turned by a random
    angle, which leaves the axis free, and a negative keeps the energy.
    """

    def force(x: np.ndarray) -> np.ndarray:
        return -x / np.linalg.norm(x, axis=-1, keepdims=True) ** 3

    def potential(x: np.ndarray) -> np.ndarray:
        return -1.0 / np.linalg.norm(x, axis=-1)

    def turned(rng: np.random.Generator, states: np.ndarray) -> np.ndarray:
        c, s = (f(angle) for angle in [rng.uniform(0, 2 * np.pi, size=len(states))] for f in (np.cos, np.sin))
        x, y, vx, vy = states.T
        return np.stack([c * x - s * y, s * x + c * y, c * vx - s * vy, s * vx + c * vy], axis=1)

    def draw(rng: np.random.Generator, n: int) -> Triplets:
        count, siblings = max(n // 32, 16), 4
        axis = np.repeat(rng.uniform(0.8, 1.25, size=count), siblings)
        # Angular momentum is drawn, rather than eccentricity: nearly round orbits would have nearly the same.
        share = rng.uniform(0.55, 1, size=count * siblings) * rng.choice([-1, 1], size=count * siblings)
        eccentricity = np.sqrt(1 - share**2)
        nearest = axis * (1 - eccentricity)
        fastest = np.sign(share) * np.sqrt((1 + eccentricity) / nearest)
        zero = np.zeros_like(axis)
        orbits = propagate(force, potential, np.stack([nearest, zero], 1), np.stack([zero, fastest], 1), np.sort(rng.uniform(0, 9, size=_TIMES)))
        family = rng.integers(count, size=n) * siblings
        own = rng.integers(siblings, size=n)
        other = (own + rng.integers(1, siblings, size=n)) % siblings
        at = rng.integers(_TIMES, size=(3, n))
        return Triplets(*(turned(rng, orbits[family + which, time]) for which, time in zip((own, own, other), at, strict=True)))

    truth = ("x*vy - y*vx", "(vx**2 + vy**2)/2 - 1/sqrt(x**2 + y**2)")
    how = "positive: another time on the orbit, turned by a random angle; negative: a state of an orbit of the same energy and another angular momentum"
    return Experiment("central", "angular momentum in a 1/r potential", "siamese", ("x", "y", "vx", "vy"), truth, draw, how)


OSCILLATORS = (
    _oscillator("harmonic", "x'' = -x", "x**2 + v**2", lambda x: -x, lambda x: x**2 / 2, ((-2, 2), 2)),
    _oscillator("quartic", "x'' = -x - x³", "x**2 + v**2 + x**4/2", lambda x: -x - x**3, lambda x: x**2 / 2 + x**4 / 4, ((-2, 2), 3)),
    _oscillator(
        *("pendulum", "x'' = -cos x", "v**2 + 2*sin(x)", lambda x: -np.cos(x), np.sin, ((-4.5, 1.4), 2)),
        allowed=lambda state: state[:, 1] ** 2 / 2 + np.sin(state[:, 0]) < 0.95,
    ),
    _oscillator(
        *("exponential", "x'' = -x - exp(x + 1)", "x**2 + v**2 + 2*E*exp(x)"),
        *(lambda x: -x - np.exp(x + 1), lambda x: x**2 / 2 + np.exp(x + 1), ((-4, 1), 3)),
    ),
)
CENTRAL = _central()
