"""Levenberg–Marquardt for a stack of networks at once (Levenberg, 1944; Marquardt, 1963), each with its own damping."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyssnn.regression.training.stack import Shape, derivatives, outputs

_LEAST, _MOST = 1e-12, 1e8


@dataclass
class Descent:
    """Where a stack of descents stands.

    Attributes:
        parameters: (R, P).
        damping: (R,), relative to the mean of the diagonal of JᵀJ.
        losses: (R,), mean squared errors.
    """

    parameters: Tensor
    damping: Tensor
    losses: Tensor

    def __getitem__(self, which: Tensor) -> Descent:
        return Descent(self.parameters[which], self.damping[which], self.losses[which])


def start(shape: Shape, parameters: Tensor, xs: Tensor, ys: Tensor, damping: float = 1e-2) -> Descent:
    """Descents from parameters (R, P) for inputs (N, T, k) and answers (N, T)."""
    return Descent(parameters.clone(), torch.full((len(parameters),), damping, dtype=parameters.dtype), _loss(shape, parameters, xs, ys))


def descend(shape: Shape, at: Descent, xs: Tensor, ys: Tensor, steps: int, enough: float = 1e-18) -> Descent:
    """At most `steps` steps of each descent; one whose loss is below `enough` rests."""
    parameters, damping, losses = at.parameters.clone(), at.damping.clone(), at.losses.clone()
    for _ in range(steps):
        live = torch.nonzero((losses > enough) & (damping < _MOST))[:, 0]
        if not len(live):
            break
        trial = parameters[live] + _step(shape, parameters[live], damping[live], xs, ys)
        loss = _loss(shape, trial, xs, ys)
        better = loss < losses[live]
        damping[live] = torch.where(better, (damping[live] / 4).clamp(min=_LEAST), damping[live] * 3)
        won = live[better]
        parameters[won], losses[won] = trial[better], loss[better]
    return Descent(parameters, damping, losses)


def _step(shape: Shape, parameters: Tensor, damping: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
    found, jacobian = derivatives(shape, parameters, xs)
    rows = jacobian.flatten(1, 2)
    square = rows.mT @ rows
    diagonal = square.diagonal(dim1=1, dim2=2)
    # A unit that is off on all data has no derivatives; the mean keeps its rows solvable, and it stays where it is.
    level = diagonal.mean(1, keepdim=True)
    diagonal.add_(damping[:, None] * (0.5 * diagonal + 0.5 * level) + 1e-14 * level + 1e-300)
    slope = rows.mT @ (ys - found).flatten(1)[:, :, None]
    factor, failed = torch.linalg.cholesky_ex(square)
    step = torch.cholesky_solve(slope, factor)[..., 0]
    return torch.where((failed > 0)[:, None] | ~step.isfinite(), 0.0, step)


def _loss(shape: Shape, parameters: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
    loss = (outputs(shape, parameters, xs) - ys).square_().mean((1, 2))
    return torch.where(loss.isfinite(), loss, torch.inf)
