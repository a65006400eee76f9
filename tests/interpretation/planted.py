"""Latents whose closed form is known, and a small numpy enumerator in place of the core's where the core is not what is tested."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import torch
from torch import nn

from pyssnn.interpretation.candidates import Found


class Function(nn.Module):
    """A module from a function of columns, `h(f(x1, x2, …))`."""

    def __init__(self, f, h=lambda z: z) -> None:
        super().__init__()
        self.f, self.h = f, h

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.h(self.f(*x.unbind(1)))[:, None]


class Noisy(nn.Module):
    """A module with a smooth random error added, as a trained network has."""

    def __init__(self, module: nn.Module, d: int, size: float, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.error = nn.Sequential(nn.Linear(d, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 1))
        self.module, self.size = module, size

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.module(x) + self.size * self.error(x)


def monomials_and_functions(points, gradients, names, tangents, known, config) -> Found:
    """Monomials up to degree 4 of two names at most, and exp, sin, cos of each name: terms for the closure, and no programs of their own."""
    powers = [f"{name}**{p}" if p > 1 else name for name in names for p in (1, 2, 3, 4)]
    mixed = [f"{a}*{b}" for a, b in combinations_with_replacement(names, 2) if a != b]
    functions = [f"{f}({name})" for f in ("exp", "sin", "cos") for name in names]
    terms = (*powers, *mixed, *functions)
    return Found(terms, terms, len(terms))


def uniform(n: int, d: int, seed: int = 0, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, size=(n, d))
