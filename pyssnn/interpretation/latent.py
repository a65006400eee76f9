"""The networks that are read: an MLP to one number, trained on triplets or on labels."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from pyssnn.checks import check_choice, check_integer, check_number

from .experiments import Experiment, Triplets
from .forms import Form

_ACTIVATIONS = {"silu": nn.SiLU, "relu": nn.ReLU}


@dataclass(frozen=True)
class TrainingConfig:
    """How a latent network is trained.

    Attributes:
        width, layers: of the hidden layers.
        activation: "silu" or "relu"; the gradients of ReLU networks are piecewise constant, and 15 to 100 times less exact.
        n_train: triplets, or labelled points, drawn once.
        n_validation: as many again for early stopping.
        steps: optimiser steps at most.
        batch: triplets, or points, a step.
        learning_rate: Adam's at its highest; it rises over the first 2 % of the steps and falls to zero by a cosine.
        margin: of the triplet margin loss.
        patience: validations (one each 250 steps) without a better loss before training stops.
        seconds: of processor time after which training stops, for safety; that it did is recorded.
    """

    width: int = 256
    layers: int = 3
    activation: str = "silu"
    n_train: int = 65536
    n_validation: int = 4096
    steps: int = 5000
    batch: int = 128
    learning_rate: float = 2e-3
    margin: float = 1.0
    patience: int = 8
    seconds: float = 300.0

    def __post_init__(self) -> None:
        for name in ("width", "layers", "n_train", "n_validation", "steps", "batch", "patience"):
            check_integer(name, getattr(self, name), 1)
        check_choice("activation", self.activation, tuple(_ACTIVATIONS))
        for name in ("learning_rate", "margin", "seconds"):
            check_number(name, getattr(self, name), above=0.0)


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes:
        module: from (n, d) to (n, 1), for raw inputs: the standardisation is folded into its first layer.
        steps: taken.
        stopped: "steps", "early" or "clock".
        loss: the best on validation data.
        seconds: of processor time.
    """

    module: nn.Sequential
    steps: int
    stopped: str
    loss: float
    seconds: float


def mlp(n_inputs: int, config: TrainingConfig) -> nn.Sequential:
    """An untrained network from (n, n_inputs) to (n, 1)."""
    widths = [n_inputs, *[config.width] * config.layers]
    hidden = [part for a, b in zip(widths, widths[1:], strict=False) for part in (nn.Linear(a, b), _ACTIVATIONS[config.activation]())]
    return nn.Sequential(*hidden, nn.Linear(config.width, 1))


def train(experiment: Experiment, config: TrainingConfig, seed: int, on_progress: Callable[[int, int], None] | None = None) -> Trained:
    """Train a network for the experiment. Everything random comes from the seed; torch's global generator is left alone.

    Args:
        on_progress: called with (steps done, steps at most), each 250 steps.
    """
    began = time.process_time()
    rng = np.random.default_rng([seed, 1])
    data, validation = (_tensors(experiment, rng, n) for n in (config.n_train, config.n_validation))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = mlp(len(experiment.inputs), config)
    mean, deviation = _standardise(data)
    for part in (data, validation):
        part[0].sub_(mean).div_(deviation)
    loss_of = _loss(experiment, config)
    optimizer = torch.optim.Adam(module.parameters(), config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / config.steps))
    order = torch.Generator().manual_seed(seed)
    best, best_loss, since, stopped, step = copy.deepcopy(module.state_dict()), float("inf"), 0, "steps", 0
    while step < config.steps:
        if step % max(config.n_train // config.batch, 1) == 0:
            shuffled = torch.randperm(config.n_train, generator=order)
        at = (step * config.batch) % max(config.n_train - config.batch + 1, 1)
        chosen = shuffled[at : at + config.batch]
        optimizer.zero_grad()
        loss_of(module, [part[chosen] for part in data]).backward()
        optimizer.step()
        schedule.step()
        step += 1
        if step % 250 == 0 or step == config.steps:
            with torch.no_grad():
                current = float(loss_of(module, validation))
            since = 0 if current < best_loss else since + 1
            if current < best_loss:
                best, best_loss = copy.deepcopy(module.state_dict()), current
            if on_progress:
                on_progress(step, config.steps)
            if since >= config.patience or time.process_time() - began > config.seconds:
                stopped = "early" if since >= config.patience else "clock"
                break
    module.load_state_dict(best)
    _fold(module, mean, deviation)
    return Trained(module.eval(), step, stopped, best_loss, time.process_time() - began)


def _tensors(experiment: Experiment, rng: np.random.Generator, n: int) -> list[Tensor]:
    """[triplets (n, 3, d)], or [points (n, d), labels (n,)], in single precision."""
    drawn = experiment.draw(rng, n)
    if isinstance(drawn, Triplets):
        return [torch.as_tensor(np.stack(drawn, axis=1), dtype=torch.float32)]
    return [torch.as_tensor(drawn, dtype=torch.float32), torch.as_tensor(_labels(experiment, drawn), dtype=torch.float32)]


def _labels(experiment: Experiment, points: np.ndarray) -> np.ndarray:
    return Form.of(experiment.truth[0], experiment.inputs).values(points) > experiment.threshold


def _standardise(data: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each input; inputs that never change count as of deviation 1."""
    points = data[0].reshape(-1, data[0].shape[-1])
    deviation = points.std(0)
    return points.mean(0), torch.where(deviation > 1e-6, deviation, torch.ones_like(deviation))


def _loss(experiment: Experiment, config: TrainingConfig) -> Callable[[nn.Module, list[Tensor]], Tensor]:
    def triplet_margin(module: nn.Module, data: list[Tensor]) -> Tensor:
        anchor, positive, negative = module(data[0])[..., 0].T
        return ((anchor - positive).abs() - (anchor - negative).abs() + config.margin).clamp(min=0).mean()

    def cross_entropy(module: nn.Module, data: list[Tensor]) -> Tensor:
        return binary_cross_entropy_with_logits(module(data[0])[:, 0], data[1])

    return triplet_margin if experiment.kind == "siamese" else cross_entropy


def _rate(done: float) -> float:
    return min(done / 0.02 + 0.01, 1.0) * 0.5 * (1 + np.cos(np.pi * min(done, 1.0)))


def _fold(module: nn.Sequential, mean: Tensor, deviation: Tensor) -> None:
    """Make a network of standardised inputs one of raw inputs."""
    first = module[0]
    with torch.no_grad():
        first.weight /= deviation
        first.bias -= first.weight @ mean
