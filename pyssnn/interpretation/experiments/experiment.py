"""What an experiment is: a generator of triplets or of labelled points, and the invariant that a network should find in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np


class Triplets(NamedTuple):
    """Arrays (n, d): anchors, positives that share the invariant with them, negatives that do not."""

    anchor: np.ndarray
    positive: np.ndarray
    negative: np.ndarray


@dataclass(frozen=True)
class Experiment:
    """One of the tasks of Wetzel (2024), section 4, and of Patel and Wetzel (2024), section 4.

    Attributes:
        name: how the command line calls it.
        title: what it is about, in a few words.
        kind: "siamese" (trained on triplets) or "classifier" (trained on points and labels).
        inputs: names of the d inputs.
        truth: the invariant for sympy; two where the network may encode any function of both.
        draw: (generator, n) to n `Triplets`, or to points (n, d).
        how: how positives and negatives are drawn, for the report.
        threshold: a classifier's label is truth > threshold.
        chart: the data's constraints as sympy substitutions, e.g. {"d": "1 - a"}; the inputs left are coordinates on the data.
    """

    name: str
    title: str
    kind: Literal["siamese", "classifier"]
    inputs: tuple[str, ...]
    truth: tuple[str, ...]
    draw: Callable[[np.random.Generator, int], Triplets | np.ndarray]
    how: str
    threshold: float = 0.0
    chart: Mapping[str, str] = field(default_factory=dict)

    def points(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Points (n, d) as the network sees them: anchors, or what a classifier is trained on."""
        drawn = self.draw(rng, n)
        return drawn.anchor if isinstance(drawn, Triplets) else drawn
