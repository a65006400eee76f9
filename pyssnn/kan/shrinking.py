"""Prune–refit rounds: the smallest network found that keeps the score asked for.

Nodes go first, from the last hidden level to the inputs, then edges; each time those of least attribution, half of them at once while that works,
fewer when it does not, one by one in the end. What was dropped is taken back unless the score returns in a refit, so the score never falls below
what is kept. Two nodes that carry the same need no merging of their own: one is dropped, and the other takes over in the refit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from pyssnn.checks import check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.kan.fitting import FitConfig, fit, tensors
from pyssnn.kan.modules import Module, find_modules, outside_modules
from pyssnn.kan.network import Network
from pyssnn.kan.objectives import measure, objective
from pyssnn.kan.pruning import Pruned, drop_edges, drop_nodes
from pyssnn.kan.scores import score

_PROGRESS = 0.02  # a refit whose loss falls by a smaller share in ten steps is given up
_SLACK = 0.01  # of R², where no score to keep is given


@dataclass(frozen=True)
class ShrinkConfig:
    """What is kept, and how hard it is tried.

    Args:
        keep: the score to keep; None for the accuracy that the network has, or an R² lower by 0.01.
        max_loss: the largest loss to accept, without regularisers. The smallest network of an accuracy may meet it by a hair's breadth.
        fit: how refits are done; its steps and grid updates are not used.
        modules: groups of columns that are known to go together, such as the blocks that a truth table proves. All edges between them are tried
            first of all.
        refit_steps: steps to win the score back after something was dropped. A refit ends as soon as it has.
        module_steps: the same after the edges between known modules were dropped, without regularisers.
        settle_steps: steps of the fits before edges are dropped, and before they are dropped one by one.
        finish_steps: steps of a last fit without regularisers; 0 leaves it out.
        max_trials: refits in all.

    Raises:
        InputError: a value is impossible.
    """

    keep: float | None = None
    max_loss: float = math.inf
    fit: FitConfig = field(default_factory=lambda: FitConfig(sparsity=1e-3))
    modules: tuple[Module, ...] = ()
    refit_steps: int = 40
    module_steps: int = 200
    settle_steps: int = 60
    finish_steps: int = 60
    max_trials: int = 500

    def __post_init__(self) -> None:
        if self.keep is not None:
            check_number("keep", self.keep, below=1 + 1e-12)
        if not self.max_loss > 0:
            raise InputError("max_loss", self.max_loss, "a number above 0")
        columns = [column for module in self.modules for column in module]
        if len(set(columns)) != len(columns):
            raise InputError("modules", self.modules, "groups that share no column")
        for name in ("refit_steps", "module_steps", "settle_steps", "finish_steps", "max_trials"):
            check_integer(name, getattr(self, name), 0)


@dataclass(frozen=True)
class Round:
    """One attempt: what was dropped, the score right after, the change of an output, the score after the refit, and whether that was enough."""

    dropped: str
    pruned_score: float
    error: float
    error_bound: float
    score: float
    kept: bool


@dataclass(frozen=True)
class Shrunk:
    """The smallest network found, its score, the score that was asked for, and the rounds that led there."""

    network: Network
    score: float
    asked: float
    rounds: tuple[Round, ...]


def shrink(network: Network, x: Tensor, y: Tensor, config: ShrinkConfig = ShrinkConfig(), on_round: Callable[[Round], None] | None = None) -> Shrunk:
    """The smallest network that prune–refit rounds find. The network given is left as it is.

    Args:
        network: fitted.
        x: (N, n_columns).
        y: targets, as for `fit`.
        config: how.
        on_round: called after each round.

    Raises:
        InputError: as `fit`.
    """
    x, y = tensors(network, x, y, config.fit.objective)
    shrinking = _Shrinking(network, x, y, config, on_round)
    if shrinking.now >= shrinking.asked:
        if config.modules:
            shrinking.known_modules()
        for level in [*range(network.depth - 1, 0, -1), 0]:
            shrinking.nodes_of(level)
            shrinking.settle()
        shrinking.between_modules()
        shrinking.edges()
        shrinking.finish()
    return Shrunk(shrinking.network, shrinking.now, shrinking.asked, tuple(shrinking.rounds))


class _Shrinking:
    def __init__(self, network: Network, x: Tensor, y: Tensor, config: ShrinkConfig, on_round: Callable[[Round], None] | None) -> None:
        self.network, self.x, self.y, self.config, self.on_round = network, x, y, config, on_round
        self.name = config.fit.objective
        self.now = measure(network, x, y, self.name)
        accuracy = objective(self.name).score_name == "accuracy"
        self.asked = config.keep if config.keep is not None else self.now - (0 if accuracy else _SLACK)
        self.rounds: list[Round] = []
        self.refused = 0

    def nodes_of(self, level: int) -> None:
        """Drop nodes of a level. Of inputs only the least is tried alone: the others have their edges tried later."""
        share, self.refused = 0.5, 0
        while (width := self.network.width[level]) > 1:
            n = max(1, int(width * share))
            order = self._from_refused(score(self.network, self.x).nodes[level].argsort().tolist())
            starts = range(width) if n == 1 and level else (0,)
            tries = (lambda start=start: drop_nodes(self.network, self.x, level, order[start : start + n]) for start in starts)
            if not self._any(tries, f"{n} of {width} nodes of level {level}"):
                if n == 1:
                    return
                share, self.refused = share / 2, 0

    def known_modules(self) -> None:
        """Drop what leads from inputs to first hidden nodes of other modules. So much at once takes more refitting than anything later."""
        refit = replace(self.config.fit, steps=self.config.module_steps, sparsity=0.0)
        self._between(self.config.modules, "edges between known modules", refit)

    def between_modules(self) -> None:
        """The same for the number of modules that the edges show, and for others."""
        for n_modules in (None, 2, 3, 4, 5):
            if n_modules is None or n_modules <= self.network.width[0]:
                if self._between(find_modules(self.network, self.x, n_modules), "edges between modules"):
                    return

    def _between(self, modules: Sequence[Module], what: str, refit: FitConfig | None = None) -> bool:
        crossing = outside_modules(self.network, self.x, modules)
        return bool(crossing[0].any()) and self._any([lambda: drop_edges(self.network, self.x, crossing)], what, refit)

    def edges(self) -> None:
        """Drop edges, wherever they are."""
        share, settled, self.refused = 0.5, False, 0
        while (n_edges := self.network.n_edges) > 1:
            n = max(1, int(n_edges * share))
            if n == 1 and not settled:
                self.settle()
                settled = True
            tries = (lambda chosen=chosen: drop_edges(self.network, self.x, chosen) for chosen in self._weakest(n))
            if not self._any(tries, f"{n} of {n_edges} edges"):
                if n == 1:
                    return
                share, self.refused = share / 2, 0

    def settle(self) -> None:
        """Let the regularisers do what they can: refits end as soon as the score is back, which leaves edges that no one needs."""
        candidate = self.network.copy()
        fit(candidate, self.x, self.y, replace(self.config.fit, steps=self.config.settle_steps, grid_updates=2))
        reached, good = self._judged(candidate)
        if good:
            self.network, self.now = candidate, reached

    def finish(self) -> None:
        """Fit what is left without regularisers, if that loses nothing."""
        if self.config.finish_steps:
            candidate = self.network.copy()
            fit(candidate, self.x, self.y, replace(self.config.fit, steps=self.config.finish_steps, sparsity=0.0))
            reached = measure(candidate, self.x, self.y, self.name)
            if reached >= self.now:
                self.network, self.now = candidate, reached

    def _weakest(self, n: int) -> Iterator[list[Tensor]]:
        """Masks of the n edges of least attribution; if n is 1, of each edge in turn."""
        layers = self.network.layers
        scores = [torch.where(layer.edges(), of_layer, torch.inf) for layer, of_layer in zip(layers, score(self.network, self.x).edges)]
        sizes, flat = [of_layer.numel() for of_layer in scores], torch.cat([of_layer.flatten() for of_layer in scores])
        order = self._from_refused(flat.argsort()[: self.network.n_edges].tolist())
        for chosen in [[edge] for edge in order] if n == 1 else (order[:n],):
            mask = torch.zeros_like(flat, dtype=torch.bool)
            mask[chosen] = True
            yield [part.view_as(of_layer) for part, of_layer in zip(mask.split(sizes), scores)]

    def _any(self, tries: Iterable[Callable[[], Pruned]], what: str, refit: FitConfig | None = None) -> bool:
        """Take the first of these prunings whose score comes back."""
        refused = 0
        for attempt in tries:
            if len(self.rounds) >= self.config.max_trials:
                return False
            if self._keeps(attempt(), what, refit):
                self.refused += refused
                return True
            refused += 1
        return False

    def _from_refused(self, order: list[int]) -> list[int]:
        """The same order begun behind those that were refused one by one, so that they come last."""
        place = self.refused % len(order)
        return order[place:] + order[:place]

    @torch.no_grad()
    def _judged(self, candidate: Network) -> tuple[float, bool]:
        """The score of a network, and whether it and the loss are good enough."""
        outputs, goal = candidate(self.x), objective(self.name)
        reached = goal.score(outputs, self.y)
        return reached, reached >= self.asked and float(goal.loss(outputs, self.y)) <= self.config.max_loss

    def _keeps(self, pruned: Pruned, what: str, refit: FitConfig | None = None) -> bool:
        candidate = pruned.network
        reached, kept = self._judged(candidate)
        before, loss_before = reached, math.inf
        refit = refit or replace(self.config.fit, steps=self.config.refit_steps, grid_updates=2)

        def enough(_steps: int, loss: float) -> bool:
            nonlocal reached, kept, loss_before
            reached, kept = self._judged(candidate)
            stuck, loss_before = loss > (1 - _PROGRESS) * loss_before, loss
            return kept or stuck

        if any(candidate.layers[-1].edges().any(1)):
            fit(candidate, self.x, self.y, refit, stop=enough)
        if kept:
            self.network, self.now = candidate, reached
        self.rounds.append(Round(what, before, pruned.error, pruned.bound, reached, kept))
        if self.on_round is not None:
            self.on_round(self.rounds[-1])
        return kept
