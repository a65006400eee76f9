"""Neurons swapped into place: the order of the nodes of each level that makes the connections shortest.

Node i of n stands at (i + ½)/n, and the cost is Σ |distance| · score over all connections (for the cost: Liu et al., *Seeing is Believing*,
arXiv:2305.08746). Nodes of a level are not connected with one another, so with its neighbours fixed the best order of a level is a linear
assignment problem, solved exactly. Levels take turns until nothing changes, from several first orders; the best end is taken.
Exchanging nodes never changes what the network computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.kan.network import Network
from pyssnn.kan.scores import between_nodes, score

_SMALL = 7  # nodes of a level up to which all exchanges of two are tried
_NOTHING = 1e-12  # a smaller gain, relative to the cost, is rounding


@dataclass(frozen=True)
class Swapped:
    """The same function with its nodes in another order.

    Attributes:
        network: the new network.
        orders: for each level, the old places of the nodes in their new order.
        cost_before, cost: the connection costs.
    """

    network: Network
    orders: tuple[tuple[int, ...], ...]
    cost_before: float
    cost: float


def swap(network: Network, x: Tensor, *, inputs: bool = False, restarts: int = 8, seed: int = 0) -> Swapped:
    """Order the hidden nodes, and the inputs if asked to, so that connections are short. Outputs stay where they are.

    Args:
        network: left as it is. Scores are its attributions on data.
        x: (N, n_columns).
        inputs: whether the inputs may be exchanged, too; the new network still reads the same columns.
        restarts: first orders drawn at random, besides the present one and a spectral one.
        seed: fixes these.
    """
    scores = [layer.cpu().double().numpy() for layer in between_nodes(network, score(network, x).edges)]
    free = range(0 if inputs else 1, network.depth)
    orders = best_orders(scores, free=free, restarts=restarts, seed=seed)
    return Swapped(network.taken(orders), tuple(map(tuple, orders)), connection_cost(scores), connection_cost(scores, orders))


def connection_cost(scores: Sequence[np.ndarray], orders: Sequence[Sequence[int]] | None = None) -> float:
    """Σ |x_i − x_j| · score over all connections.

    Args:
        scores: for each layer, (nodes of the next level, nodes).
        orders: for each level, the nodes in the order in which they stand; as they are by default.
    """
    places = [_slots(n) for n in _sizes(scores)]
    if orders is not None:
        places = [_placed(slots, order) for slots, order in zip(places, orders, strict=True)]
    return float(sum((np.abs(after[:, None] - before) * layer).sum() for layer, before, after in zip(scores, places, places[1:])))


def best_orders(scores: Sequence[np.ndarray], *, free: Sequence[int], restarts: int = 8, seed: int = 0) -> list[list[int]]:
    """For each level, its nodes in the best order found. With one free level, or two of at most seven nodes each, it is the best there is.

    Args:
        scores: for each layer, (nodes of the next level, nodes), not negative and finite.
        free: the levels whose order may change, from 0 on.
        restarts: random first orders.
        seed: fixes them.

    Raises:
        InputError: scores that do not fit together or are not finite and at least 0.
    """
    check_integer("restarts", restarts, 0)
    for level, (layer, following) in enumerate(zip(scores, [*scores[1:], None])):
        if layer.ndim != 2 or (following is not None and following.shape[1] != layer.shape[0]):
            raise InputError(f"scores[{level}]", f"shape {layer.shape}", "(nodes of the next level, nodes)")
        if not (np.isfinite(layer).all() and (layer >= 0).all()):
            raise InputError(f"scores[{level}]", "scores that are negative or not finite", "finite scores of at least 0")
    random = np.random.default_rng(seed)
    problem = _Problem(scores, list(free))
    starts = [[np.arange(n) for n in problem.sizes], problem.spectral_order()]
    starts += [[random.permutation(n) if level in free else np.arange(n) for level, n in enumerate(problem.sizes)] for _ in range(restarts)]
    found = [problem.descend(start) for start in starts[: 1 if len(problem.free) < 2 else None]]
    best = min(found, key=lambda end: end[0])
    return [order.tolist() for order in (problem.exact(*best) if problem.can_be_exact else problem.polished(*best))]


class _Problem:
    """Scores, and the levels that may be ordered."""

    def __init__(self, scores: Sequence[np.ndarray], free: list[int]) -> None:
        self.scores, self.sizes = scores, _sizes(scores)
        self.slots = [_slots(n) for n in self.sizes]
        self.free = [level for level in sorted(free) if self.sizes[level] > 1]

    @property
    def can_be_exact(self) -> bool:
        """Whether two neighbouring levels are free, and both small."""
        return len(self.free) == 2 and self.free[1] - self.free[0] == 1 and all(self.sizes[level] <= _SMALL for level in self.free)

    def exact(self, cost: float, orders: list[np.ndarray]) -> list[np.ndarray]:
        """The best orders of two free levels: for every order of one the other's assignment, unless a bound says that it cannot win."""
        one, other = self.free
        every = np.array(list(permutations(range(self.sizes[one]))))
        own, others = self._costs(one, self.slots, without=other), self._costs(other, self.slots, without=one)
        fixed = own[np.arange(self.sizes[one]), every].sum(1)
        distances = np.abs(self.slots[one][every][:, :, None] - self.slots[other])
        costs = others + np.einsum("oi,pis->pos", self.scores[one], distances)
        least = fixed + np.maximum(costs.min(2).sum(1), costs.min(1).sum(1))
        cost -= sum(
            float((np.abs(self.slots[level + 1][:, None] - self.slots[level]) * layer).sum())
            for level, layer in enumerate(self.scores)
            if not {level, level + 1} & {one, other}
        )
        for k in np.argsort(least):
            if not least[k] < cost * (1 - _NOTHING):
                break
            nodes, slots = linear_sum_assignment(costs[k])
            reached = fixed[k] + costs[k][nodes, slots].sum()
            if reached < cost:
                cost, orders = reached, list(orders)
                orders[one], orders[other] = np.argsort(every[k]), np.argsort(slots)
        return orders

    def _costs(self, level: int, places: Sequence[np.ndarray], without: int | None = None) -> np.ndarray:
        """(nodes, slots): what each node of a level costs in each slot, with the other levels, but one, in their places."""
        costs = np.zeros((self.sizes[level],) * 2)
        if level > 0 and level - 1 != without:
            costs += self.scores[level - 1] @ np.abs(places[level - 1][:, None] - self.slots[level])
        if level < len(self.scores) and level + 1 != without:
            costs += self.scores[level].T @ np.abs(places[level + 1][:, None] - self.slots[level])
        return costs

    def polished(self, cost: float, orders: list[np.ndarray]) -> list[np.ndarray]:
        """Exchange two nodes of a small level and let the others follow, until no exchange helps."""
        small = [level for level in self.free if self.sizes[level] <= _SMALL] if len(self.free) > 1 else []
        exchanges = [(level, i, k) for level in small for i, k in combinations(range(self.sizes[level]), 2)]
        tried = 0
        while tried < len(exchanges):
            level, i, k = exchanges[0]
            exchanges.append(exchanges.pop(0))
            start = list(orders)
            start[level] = orders[level].copy()
            start[level][[i, k]] = start[level][[k, i]]
            reached, end = self.descend(start, [other for other in self.free if abs(other - level) == 1])
            tried += 1
            if reached < cost * (1 - _NOTHING):
                cost, orders, tried = reached, end, 0
        return orders

    def descend(self, orders: list[np.ndarray], first: Sequence[int] = ()) -> tuple[float, list[np.ndarray]]:
        """Levels take turns, those named first before all, until no order is better."""
        places = [_placed(slots, order) for slots, order in zip(self.slots, orders)]
        orders, cost, turns = list(orders), np.inf, list(first) or self.free
        while True:
            before = cost
            for level in turns:
                _, slots = linear_sum_assignment(self._costs(level, places))
                orders[level] = np.argsort(slots)
                places[level] = self.slots[level][slots]
            cost = sum(
                float((np.abs(after[:, None] - here) * layer).sum()) for layer, here, after in zip(self.scores, places, places[1:])
            )
            if not cost < before * (1 - _NOTHING) and turns == self.free:
                return cost, orders
            turns = self.free

    def spectral_order(self) -> list[np.ndarray]:
        """Each free level sorted by the second eigenvector of the Laplacian of all connections, which puts near what belongs together."""
        starts = np.cumsum([0, *self.sizes])
        weights = np.zeros((starts[-1],) * 2)
        for level, layer in enumerate(self.scores):
            weights[starts[level + 1] : starts[level + 2], starts[level] : starts[level + 1]] = layer
        weights += weights.T
        degrees = weights.sum(0)
        scale = 1 / np.sqrt(np.maximum(degrees, 1e-12))
        _, vectors = np.linalg.eigh(np.diag(degrees) * scale * scale[:, None] - weights * scale * scale[:, None])
        along = vectors[:, min(1, starts[-1] - 1)] * scale
        return [
            np.argsort(along[starts[level] : starts[level + 1]], kind="stable") if level in self.free else np.arange(n)
            for level, n in enumerate(self.sizes)
        ]


def _sizes(scores: Sequence[np.ndarray]) -> list[int]:
    return [scores[0].shape[1], *(layer.shape[0] for layer in scores)]


def _slots(n: int) -> np.ndarray:
    return (np.arange(n) + 0.5) / n


def _placed(slots: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """The place of each node, for nodes that stand in this order."""
    places = np.empty_like(slots)
    places[np.asarray(order)] = slots
    return places
