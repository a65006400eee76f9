"""Invariants of Lorentz maps: of an electromagnetic field, and of an event."""

from __future__ import annotations

import numpy as np

from .experiment import Experiment, Triplets
from .linear_maps import lorentz_field, lorentz_vector


def _fields() -> Experiment:
    def with_invariants(rng: np.random.Generator, difference: np.ndarray, product: np.ndarray) -> np.ndarray:
        """Fields (n, 6) with E² − B² and E·B as given: E + iB is a complex vector of square (E² − B²) + 2i E·B."""
        root = np.sqrt(difference + 2j * product)
        zero = np.zeros_like(difference)
        along_z = np.stack([zero, zero, root.real, zero, zero, root.imag], axis=1)
        return lorentz_field(rng, along_z)

    def draw(rng: np.random.Generator, n: int) -> Triplets:
        difference = rng.uniform(-1, 1, size=n)
        product, other = rng.uniform(-2, 2, size=(2, n))
        anchor = with_invariants(rng, difference, product)
        return Triplets(anchor, lorentz_field(rng, anchor), with_invariants(rng, difference, other))

    names = ("E1", "E2", "E3", "B1", "B2", "B3")
    truth = ("E1*B1 + E2*B2 + E3*B3", "E1**2 + E2**2 + E3**2 - B1**2 - B2**2 - B3**2")
    how = "positive: the field in another frame; negative: E² − B² kept and E·B drawn anew, which makes E·B the one to tell them apart"
    return Experiment("fields", "invariants of an electromagnetic field", "siamese", names, truth, draw, how)


def _interval() -> Experiment:
    def draw(rng: np.random.Generator, n: int) -> Triplets:
        def events(least: float, most: float, rapidity: float) -> np.ndarray:
            """Events (n, 4) of intervals between these, each seen from a frame of its own."""
            zero, time = np.zeros(n), rng.choice([-1, 1], size=n) * np.sqrt(rng.uniform(least, most, size=n))
            return lorentz_vector(rng, np.stack([time, zero, zero, zero], axis=1), rapidity)

        # Inside the light cone only: with events on both sides networks learned its absolute value, whose gradient vanishes on the cone.
        # Negatives reach beyond anchors, and so do positives: at the edge of what it has seen a network's gradient is a guess.
        anchor = events(1.0, 4.0, 1.0)
        positive = lorentz_vector(rng, anchor, 0.5)
        # Time is reversed for half of them: boosts alone stay in one half of the cone, and networks put the halves far apart.
        positive[:, 0] *= rng.choice([-1, 1], size=n)
        return Triplets(anchor, positive, events(0.5, 5.0, 1.5))

    how = "positive: the event in another frame, with time reversed for half of them; negative: an event of another interval"
    return Experiment("interval", "interval of special relativity", "siamese", ("t", "x", "y", "z"), ("t**2 - x**2 - y**2 - z**2",), draw, how)


FIELDS, INTERVAL = _fields(), _interval()
