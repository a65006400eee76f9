"""The twelve Siamese experiments and the five classifiers, in the papers' order."""

from __future__ import annotations

from .classifiers import CLASSIFIERS
from .experiment import Experiment, Triplets
from .matrices import MATRICES
from .mechanics import CENTRAL, OSCILLATORS
from .relativity import FIELDS, INTERVAL

EXPERIMENTS: dict[str, Experiment] = {e.name: e for e in (*MATRICES, FIELDS, *OSCILLATORS, CENTRAL, INTERVAL, *CLASSIFIERS)}

__all__ = ["EXPERIMENTS", "Experiment", "Triplets"]
