"""The fallback: larger networks by Adam, a few seeds as one stack, longer and longer sequences, and those that are hard again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pyssnn.regression.training.data import Source
from pyssnn.regression.training.fitting import Fitted, judge
from pyssnn.regression.training.stack import Shape, outputs, to_network
from pyssnn.regression.training.types import Architecture


@dataclass(frozen=True)
class Schedule:
    """How long and how.

    Attributes:
        seeds: how many networks are trained side by side.
        batch: sequences a step.
        steps: steps in all.
        rate: the first learning rate; it falls to a hundredth on a half cosine.
        hard: the share of a batch drawn from sequences that were got wrong.
        mastered: the share of right sequences from which a length is left for the next.
    """

    seeds: int = 3
    batch: int = 192
    steps: int = 4000
    rate: float = 4e-3
    hard: float = 0.5
    mastered: float = 0.97


def anneal(source: Source, architecture: Architecture, seed: int, schedule: Schedule) -> tuple[Shape, Tensor]:
    """Parameters (seeds, P), float64, after training by Adam; sorted, the fewest wrong training sequences first."""
    shape = Shape(architecture, source.task.components)
    random, draw = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
    xs, ys = (values.float() for values in source.training.scaled(source.scale))
    parameters = _start(shape, schedule.seeds, random).requires_grad_()
    optimiser = torch.optim.Adam([parameters], lr=schedule.rate, betas=(0.9, 0.98), fused=True)
    full, length, tolerance = source.task.length, 2, 0.4 / source.scale.y_unit
    hard = draw.permutation(len(xs))[: schedule.batch]
    for step in range(schedule.steps):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * max(0.01, 0.5 * (1 + np.cos(np.pi * step / schedule.steps)))
        if step % 50 == 0:
            rows = draw.permutation(len(xs))[:1000]
            with torch.no_grad():
                wrong = (outputs(shape, parameters, xs[rows, :length]) - ys[rows, :length]).abs().amax(2) > tolerance
            hard = rows[wrong.any(0).numpy()] if bool(wrong.any()) else rows
            if float(wrong.float().mean(1).min()) < 1 - schedule.mastered:
                length = min(full, length + 1)
        many = int(schedule.hard * schedule.batch)
        rows = np.concatenate([draw.choice(hard, many), draw.integers(len(xs), size=schedule.batch - many)])
        optimiser.zero_grad()
        (outputs(shape, parameters, xs[rows, :length]) - ys[rows, :length]).square().mean((1, 2)).sum().backward()
        size = parameters.grad.norm(dim=1, keepdim=True)
        parameters.grad.mul_((1.0 / size.clamp(min=1e-12)).clamp(max=1.0))
        optimiser.step()
    final = parameters.detach()
    wrong = (outputs(shape, final, xs) - ys).abs().amax(2) > tolerance
    return shape, final[wrong.float().mean(1).argsort()].double()


def fit_large(source: Source, architecture: Architecture, seed: int, schedule: Schedule) -> Fitted:
    """The best by the selection of a few networks trained by Adam."""
    shape, parameters = anneal(source, architecture, seed, schedule)
    xs, ys = source.training.scaled(source.scale)
    losses = (outputs(shape, parameters, xs) - ys).square().mean((1, 2))
    judged = [judge(to_network(shape, one, source.scale), float(loss), source, exact=False) for one, loss in zip(parameters, losses, strict=True)]
    return min(judged, key=lambda one: (one.errors, one.long_errors, one.loss))


def _start(shape: Shape, count: int, random: torch.Generator) -> Tensor:
    """Parameters (count, P), float32: weights of size 1/√n_in, biases that put the kinks near the data."""
    parameters = torch.empty(count, shape.n_parameters)
    for layers in shape.layers(parameters):
        for weights, biases in layers:
            width = weights.shape[1] ** -0.5
            weights.uniform_(-1.7 * width, 1.7 * width, generator=random)
            biases.uniform_(-width, width, generator=random)
    return parameters
