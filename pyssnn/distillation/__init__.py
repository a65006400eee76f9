"""Networks into programs: essence neural networks, and their condensing to code that is proven equal."""

from __future__ import annotations

from pyssnn.distillation.condense import distill
from pyssnn.distillation.distilled import DistilledProgram
from pyssnn.distillation.network import Layer, Network

__all__ = ["DistilledProgram", "Layer", "Network", "distill"]
