"""Networks into programs: essence neural networks, and their condensing to code that is proven equal."""

from __future__ import annotations

from pyssnn.distillation.condense import distill
from pyssnn.distillation.distilled import DistilledProgram
from pyssnn.distillation.enn import EnnConfig, train_enn
from pyssnn.distillation.files import load_network, save_network
from pyssnn.distillation.network import Layer, Network

__all__ = ["DistilledProgram", "EnnConfig", "Layer", "Network", "distill", "load_network", "save_network", "train_enn"]
