"""Edge functions that are formulas: φ(x) = c·f(a·x + b) + d, with f from a small library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """A function of one variable that an edge can have.

    Attributes:
        evaluate: on tensors.
        sympy: its name in sympy's language, with `t` for the variable.
        steepest: no slope of it is larger anywhere; infinite if there is no such number.
        complexity: what it counts when formulas are chosen by how simple they are.
    """

    evaluate: Callable[[Tensor], Tensor]
    sympy: str
    steepest: float
    complexity: int


SHAPES: dict[str, Shape] = {
    "x": Shape(lambda t: t, "t", 1.0, 1),
    "x^2": Shape(lambda t: t**2, "t**2", math.inf, 2),
    "x^3": Shape(lambda t: t**3, "t**3", math.inf, 3),
    "x^4": Shape(lambda t: t**4, "t**4", math.inf, 4),
    "abs": Shape(torch.abs, "Abs(t)", 1.0, 3),
    "sin": Shape(torch.sin, "sin(t)", 1.0, 3),
    "exp": Shape(torch.exp, "exp(t)", math.inf, 3),
    "gaussian": Shape(lambda t: torch.exp(-(t**2)), "exp(-t**2)", math.sqrt(2 / math.e), 4),
    "tanh": Shape(torch.tanh, "tanh(t)", 1.0, 4),
    "step": Shape(lambda t: (t > 0).to(t.dtype), "Heaviside(t, 0)", math.inf, 3),
    "sqrt": Shape(lambda t: torch.sqrt(t.clamp(min=0)), "sqrt(Max(t, 0))", math.inf, 3),
    "log": Shape(lambda t: torch.log(t.clamp(min=1e-9)), "log(Max(t, 1.0e-9))", math.inf, 3),
    "1/x": Shape(lambda t: 1 / torch.where(t.abs() < 1e-9, torch.full_like(t, 1e-9), t), "1/t", math.inf, 3),
}


class SymbolicEdge(nn.Module):
    """c·f(a·x + b) + d with parameters (a, b, c, d) that can be trained on."""

    def __init__(self, name: str, parameters: Sequence[float]) -> None:
        super().__init__()
        self.name = name
        self.abcd = nn.Parameter(torch.as_tensor(parameters, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        a, b, c, d = self.abcd
        return c * SHAPES[self.name].evaluate(a * x + b) + d

    def steepest(self) -> float:
        """No slope is larger anywhere."""
        a, _, c, _ = self.abcd.tolist()
        return abs(a * c) * SHAPES[self.name].steepest if a * c else 0.0

    def copy(self) -> SymbolicEdge:
        return SymbolicEdge(self.name, self.abcd.detach().clone()).to(self.abcd)
