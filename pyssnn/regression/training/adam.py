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

_CHECKED = 1000


@dataclass(frozen=True)
class Schedule:
    """How long and how.

    Attributes:
        seeds: how many networks are trained side by side.
        batch: sequences a step.
        steps: steps of each round; a round ends the training when a network errs on nothing that it was checked on.
        rate: the learning rate at the start of a round; it falls to a hundredth on a half cosine (Loshchilov & Hutter, 2017).
        hard: the share of a batch drawn from sequences that were got wrong.
        mastered: the share of right sequences from which a length is left for the next.
    """

    seeds: int = 3
    batch: int = 192
    steps: tuple[int, ...] = (2500, 5000, 10000)
    rate: float = 4e-3
    hard: float = 0.5
    mastered: float = 0.95


def fit_large(source: Source, architecture: Architecture, seed: int, schedule: Schedule) -> Fitted:
    """The best by the selection of a few networks trained by Adam."""
    shape = Shape(architecture, source.task.components)
    anneal = Annealing(source, shape, seed, schedule)
    for steps in schedule.steps:
        anneal.run(steps)
        best = anneal.best()
        if best.errors == 0:
            break
    return best


class Annealing:
    """A stack of networks while Adam trains it."""

    def __init__(self, source: Source, shape: Shape, seed: int, schedule: Schedule):
        self._source, self._shape, self._schedule = source, shape, schedule
        self._random, self._draw = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
        self._xs, self._ys = (values.float() for values in source.training.scaled(source.wide_scale))
        self._parameters = _start(shape, schedule.seeds, self._random).requires_grad_()
        self._length, self._tolerance = min(2, source.task.length), 0.4 / source.scale.y_unit

    def run(self, steps: int) -> None:
        """One round: a learning rate that falls, and longer sequences as shorter ones are mastered."""
        schedule, parameters = self._schedule, self._parameters
        optimiser = torch.optim.Adam([parameters], lr=schedule.rate, betas=(0.9, 0.98), fused=True)
        many = int(schedule.hard * schedule.batch)
        for step in range(steps):
            optimiser.param_groups[0]["lr"] = schedule.rate * max(0.01, 0.5 * (1 + np.cos(np.pi * step / steps)))
            if step % 50 == 0:
                hard = self._check()
            rows = np.concatenate([self._draw.choice(hard, many), self._draw.integers(len(self._xs), size=schedule.batch - many)])
            optimiser.zero_grad()
            self._errors(parameters, rows).square().mean((1, 2)).sum().backward()
            size = parameters.grad.norm(dim=1, keepdim=True)
            parameters.grad.mul_((1.0 / size.clamp(min=1e-12)).clamp(max=1.0))
            optimiser.step()

    @torch.no_grad()
    def best(self) -> Fitted:
        """The best network of the stack by the selection."""
        # A network that broke down counts as one of zeros.
        parameters = self._parameters.detach()
        parameters = torch.where(parameters.isfinite().all(1, keepdim=True), parameters, 0.0)
        losses = (outputs(self._shape, parameters, self._xs) - self._ys).square().mean((1, 2))
        judged = [
            judge(to_network(self._shape, one, self._source.wide_scale), float(loss), self._source, exact=False)
            for one, loss in zip(parameters, losses, strict=True)
        ]
        return min(judged, key=lambda one: (one.errors, one.long_errors, one.loss))

    @torch.no_grad()
    def _check(self) -> np.ndarray:
        """Sequences that some network gets wrong, all that were checked if there is none; a length that is mastered is left."""
        rows = self._draw.permutation(len(self._xs))[:_CHECKED]
        wrong = self._errors(self._parameters, rows).abs().amax(2) > self._tolerance
        if float(wrong.float().mean(1).min()) < 1 - self._schedule.mastered:
            self._length = min(self._source.task.length, self._length + 1)
        return rows[wrong.any(0).numpy()] if bool(wrong.any()) else rows

    def _errors(self, parameters: Tensor, rows: np.ndarray) -> Tensor:
        return outputs(self._shape, parameters, self._xs[rows, : self._length]) - self._ys[rows, : self._length]


def _start(shape: Shape, count: int, random: torch.Generator) -> Tensor:
    """Parameters (count, P), float32: weights of size 1/√n_in, biases that put the kinks near the data."""
    parameters = torch.empty(count, shape.n_parameters)
    for layers in shape.layers(parameters):
        for weights, biases in layers:
            width = weights.shape[1] ** -0.5
            weights.uniform_(-1.7 * width, 1.7 * width, generator=random)
            biases.uniform_(-width, width, generator=random)
    return parameters
