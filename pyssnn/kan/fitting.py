"""Fitting a network to all of the data at once, by L-BFGS or Adam."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from pyssnn.checks import check_choice, check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.kan.grids import set_grids
from pyssnn.kan.network import Network
from pyssnn.kan.objectives import OBJECTIVES, objective
from pyssnn.kan.regularisers import sparsity

METHODS = ("lbfgs", "adam")
_RESTARTS = 3


@dataclass(frozen=True)
class FitConfig:
    """How a network is fitted.

    Args:
        objective: one of `OBJECTIVES`.
        method: "lbfgs" (strong Wolfe line search) or "adam".
        steps: iterations of the method.
        learning_rate: Adam's; the first step of L-BFGS.
        sparsity: weight of the regularisers in the loss, λ.
        l1: weight of the L1 norm within them.
        entropy: weight of the entropies within them.
        grid_updates: how many times the grids are set from the data, spread evenly over the first half of the steps from the start.
        adaptive: see `set_grids`.
        tolerance: L-BFGS stops early when a whole chunk of steps lowers the loss by less than this.

    Raises:
        InputError: a value is impossible.
    """

    objective: str = "regression"
    method: str = "lbfgs"
    steps: int = 100
    learning_rate: float = 1.0
    sparsity: float = 0.0
    l1: float = 1.0
    entropy: float = 2.0
    grid_updates: int = 5
    adaptive: float = 0.0
    tolerance: float = 1e-10

    def __post_init__(self) -> None:
        check_choice("objective", self.objective, OBJECTIVES)
        check_choice("method", self.method, METHODS)
        check_integer("steps", self.steps, 0)
        check_integer("grid_updates", self.grid_updates, 0)
        check_number("learning_rate", self.learning_rate, above=0)
        check_number("adaptive", self.adaptive, least=0, below=1 + 1e-12)
        for name in ("sparsity", "l1", "entropy", "tolerance"):
            check_number(name, getattr(self, name), least=0)


@dataclass(frozen=True)
class FitHistory:
    """A fit: the loss (regularisers included) after each chunk of steps, and the steps taken."""

    losses: tuple[float, ...]
    steps: int

    @property
    def final_loss(self) -> float:
        return self.losses[-1]


def fit(
    network: Network, x: Tensor, y: Tensor, config: FitConfig = FitConfig(), stop: Callable[[int, float], bool | None] | None = None
) -> FitHistory:
    """Fit a network in place.

    Args:
        network: its parameters' type and device are kept; the data go there.
        x: (N, n_columns).
        y: (N, out), or (N,) class numbers for "softmax".
        config: how.
        stop: called with the number of steps and the loss after each ten steps or fewer; True ends the fit.

    Raises:
        InputError: the data do not fit the network, or are not finite.
        FloatingPointError: the loss is not finite, and several starts with shorter steps did not help. The network has the best parameters met.
    """
    x, y = tensors(network, x, y, config.objective)
    task = _Task(network, x, y, config)
    losses = [task.value()]
    if not math.isfinite(losses[0]):
        raise FloatingPointError(f"the loss is {losses[0]} before the first step: look for huge values in the data")
    best, rate, restarts, taken = _state(network), config.learning_rate, 0, 0
    for chunk, moves_grids in _chunks(config):
        if moves_grids:
            set_grids(network, x, adaptive=config.adaptive)
            task.forget()
            best = _state(network)
            losses.append(task.value())
        while True:
            task.descend(chunk, rate)
            loss = task.value()
            if math.isfinite(loss):
                break
            _restore(network, best)
            task.forget()
            restarts, rate = restarts + 1, rate / 10
            if restarts > _RESTARTS:
                raise FloatingPointError(
                    f"the loss is not finite after {taken} steps, with steps as short as {rate * 10:g} too; the best parameters were kept: "
                    "scale the data, or choose a smaller learning_rate"
                )
        taken += chunk
        best = _state(network)
        done = config.method == "lbfgs" and not moves_grids and losses[-1] - loss < config.tolerance
        losses.append(loss)
        if (stop is not None and stop(taken, loss)) or done:
            break
    return FitHistory(tuple(losses), taken)


class _Task:
    """The loss of a network on data, and the optimiser that lowers it."""

    def __init__(self, network: Network, x: Tensor, y: Tensor, config: FitConfig) -> None:
        self.network, self.x, self.y, self.config = network, network.read(x), y, config
        self.loss_of = objective(config.objective).loss
        self.forget()

    def forget(self) -> None:
        """The parameters or grids were changed: nothing remembered of them holds."""
        # The data do not change, so neither do the first layer's features while its grids stay.
        self.first = self.network.layers[0].features(self.x).detach()
        self.optimiser: torch.optim.Optimizer | None = None

    def loss(self) -> Tensor:
        nodes, features, variances = self.x, self.first, []
        for level, layer in enumerate(self.network.layers, start=1):
            if level > 1:
                features = layer.features(nodes)
            if self.config.sparsity:
                variances.append(layer.edge_variances(features, nodes))
            nodes = self.network.combine(level, layer.from_features(features, nodes))
        loss = self.loss_of(nodes, self.y)
        return loss + self.config.sparsity * sparsity(variances, self.config.l1, self.config.entropy) if variances else loss

    @torch.no_grad()
    def value(self) -> float:
        value = float(self.loss())
        finite = all(bool(parameter.isfinite().all()) for parameter in self.network.parameters())
        return value if finite else math.nan

    def descend(self, steps: int, rate: float) -> None:
        parameters = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        if self.config.method == "lbfgs":
            if self.optimiser is None:
                self.optimiser = torch.optim.LBFGS(
                    parameters, lr=rate, history_size=10, tolerance_grad=1e-12, tolerance_change=1e-14, line_search_fn="strong_wolfe"
                )
            self.optimiser.param_groups[0]["max_iter"] = steps
            self.optimiser.param_groups[0]["max_eval"] = 2 * steps
            self.optimiser.step(self._closure)
            return
        if self.optimiser is None:
            self.optimiser = torch.optim.Adam(parameters, lr=rate)
        for _ in range(steps):
            self._closure()
            self.optimiser.step()

    def _closure(self) -> Tensor:
        for parameter in self.network.parameters():
            parameter.grad = None
        loss = self.loss()
        loss.backward()
        return loss


def _chunks(config: FitConfig) -> Iterator[tuple[int, bool]]:
    """Numbers of steps to take at a stretch, and whether the grids are set before them."""
    half = config.steps // 2
    moves = {round(k * half / config.grid_updates) for k in range(config.grid_updates)}
    ends = sorted({*moves, *range(0, config.steps, 10), config.steps})
    for start, end in zip(ends, ends[1:]):
        yield end - start, start in moves


def _state(network: Network) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in network.parameters()]


@torch.no_grad()
def _restore(network: Network, state: list[Tensor]) -> None:
    for parameter, saved in zip(network.parameters(), state):
        parameter.copy_(saved)


def tensors(network: Network, x: Tensor, y: Tensor, name: str) -> tuple[Tensor, Tensor]:
    """Inputs and targets with the network's type and device. Raises as `fit`."""
    like = next(network.parameters())
    x = torch.as_tensor(x).to(like)
    y = torch.as_tensor(y).to(like.device) if name == "softmax" else torch.as_tensor(y).to(like)
    wanted = (len(x),) if name == "softmax" else (len(x), network.width[-1])
    if len(x) == 0 or tuple(y.shape) != wanted:
        raise InputError("the targets", f"shape {tuple(y.shape)}", f"{wanted} for {len(x)} samples")
    for what, values in (("the inputs", x), ("the targets", y)):
        if not bool(values.isfinite().all()):
            raise InputError(what, "values that are not finite", "numbers", "drop or fill in the rows that have them")
    return x, y
