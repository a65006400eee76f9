"""What a network is fitted for: a loss to lower and a score to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from pyssnn.checks import check_choice


@dataclass(frozen=True)
class Objective:
    """A loss and a score of outputs (N, out) and targets (N, out), or (N,) of class numbers for "softmax".

    Attributes:
        name: what it is called.
        loss: what is lowered; a mean over samples.
        score: the accuracy of classes, or R²; at most 1, which is perfect.
        score_name: "accuracy" or "R²".
    """

    name: str
    loss: Callable[[Tensor, Tensor], Tensor]
    score: Callable[[Tensor, Tensor], float]
    score_name: str


def r_squared(outputs: Tensor, targets: Tensor) -> float:
    """1 − the share of the targets' variance that is left, over all columns. A constant target counts as met (1) or not (0)."""
    left = ((outputs - targets) ** 2).sum()
    total = ((targets - targets.mean(0)) ** 2).sum()
    scale = (targets**2).sum().clamp(min=1)
    if total <= 1e-24 * scale:
        return float(left <= 1e-12 * scale)
    return float(1 - left / total)


def _accuracy(right: Tensor) -> float:
    return float(right.all(-1).double().mean())


_OBJECTIVES = {
    objective.name: objective
    for objective in (
        Objective("regression", F.mse_loss, r_squared, "R²"),
        Objective("bits", F.mse_loss, lambda outputs, targets: _accuracy((outputs > 0.5) == (targets > 0.5)), "accuracy"),
        Objective(
            "logistic",
            lambda outputs, targets: F.binary_cross_entropy_with_logits(outputs, targets),
            lambda outputs, targets: _accuracy((outputs > 0) == (targets > 0.5)),
            "accuracy",
        ),
        Objective("softmax", F.cross_entropy, lambda outputs, targets: _accuracy((outputs.argmax(-1) == targets).unsqueeze(-1)), "accuracy"),
    )
}
OBJECTIVES = tuple(_OBJECTIVES)


def objective(name: str) -> Objective:
    """The objective of a name.

    "regression" and "bits" have the squared error (bits are told at ½, as pykan's tutorials do), "logistic" the cross-entropy of bits,
    "softmax" that of class numbers.

    Raises:
        InputError: there is none.
    """
    check_choice("objective", name, OBJECTIVES)
    return _OBJECTIVES[name]


@torch.no_grad()
def measure(network: torch.nn.Module, x: Tensor, y: Tensor, name: str) -> float:
    """The score of a network under an objective."""
    return objective(name).score(network(x), y)
