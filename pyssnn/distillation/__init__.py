"""Networks into programs: essence neural networks, and their condensing to code that is proven equal."""

from __future__ import annotations

from pyssnn.distillation.network import Layer, Network

__all__ = ["Layer", "Network"]
