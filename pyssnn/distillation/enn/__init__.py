"""Essence neural networks, trained from examples without back-propagation."""

from __future__ import annotations

from pyssnn.distillation.enn.composing import placed, stacked, tiled
from pyssnn.distillation.enn.refining import refined
from pyssnn.distillation.enn.subconcepts import alike, clusters, merged
from pyssnn.distillation.enn.svm import separable, separate
from pyssnn.distillation.enn.symbolic import Symbolic, rounded
from pyssnn.distillation.enn.training import EnnConfig, concepts, hidden_layers, train_enn

__all__ = [
    "EnnConfig",
    "Symbolic",
    "alike",
    "clusters",
    "concepts",
    "hidden_layers",
    "merged",
    "placed",
    "refined",
    "rounded",
    "separable",
    "separate",
    "stacked",
    "tiled",
    "train_enn",
]
