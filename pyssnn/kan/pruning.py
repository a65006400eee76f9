"""Pruning: edges, nodes and inputs dropped, the mean of what they carried folded into the biases.

Every function returns a new network. What pruning has done to the outputs is always measured, and bounded from the steepness of the edges that
are left: an edge function that is nowhere steeper than L passes on at most L times an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pyssnn.checks import check_number
from pyssnn.kan.network import Network
from pyssnn.kan.scores import score


@dataclass(frozen=True)
class Pruned:
    """A pruned network, and what became of the outputs on the data.

    Attributes:
        network: the new network.
        n_dropped: edges fewer than before.
        error: the largest change of an output.
        bound: what that change cannot exceed; infinite where a formula left in the network can be infinitely steep.
    """

    network: Network
    n_dropped: int
    error: float
    bound: float


def prune(network: Network, x: Tensor, *, edges: float = 0.03, nodes: float = 0.01, inputs: float = 0.0) -> Pruned:
    """Drop what is worth less than the thresholds on data, and what is not connected any more.

    Args:
        network: left as it is.
        x: (N, n_columns).
        edges: an edge goes whose attribution is below this, as a share of the largest in its layer.
        nodes: a hidden node goes whose attribution is below this, as a share of the largest in its level.
        inputs: the same for inputs.

    Raises:
        InputError: a threshold is not in [0, 1).
    """
    for name, value in (("edges", edges), ("nodes", nodes), ("inputs", inputs)):
        check_number(name, value, least=0, below=1)
    scores = score(network, x)
    drop = [layer < edges * layer.max() for layer in scores.edges]
    for level, of_nodes in enumerate(scores.nodes[:-1]):
        drop[level] |= of_nodes < (nodes if level else inputs) * of_nodes.max()
    return drop_edges(network, x, drop)


def drop_nodes(network: Network, x: Tensor, level: int, nodes: Sequence[int]) -> Pruned:
    """Drop nodes of a level, inputs (level 0) or hidden ones. Raises `IndexError` for a level of outputs or a node that there is not."""
    if not 0 <= level < network.depth:
        raise IndexError(f"level {level} of a network with inputs at 0 and outputs at {network.depth}")
    drop = [torch.zeros_like(layer.mask) for layer in network.layers]
    drop[level][:, list(nodes)] = True
    return drop_edges(network, x, drop)


@torch.no_grad()
def drop_edges(network: Network, x: Tensor, drop: Sequence[Tensor]) -> Pruned:
    """Drop the edges that are True in masks (out, in), one a layer, and then what is not connected any more (`tidy`)."""
    pruned = network.copy()
    nodes = pruned.read(x)
    for level, (layer, edges) in enumerate(zip(pruned.layers, drop, strict=True), start=1):
        features = layer.features(nodes)
        layer.cut(edges, layer.edge_means(features, nodes))
        nodes = pruned.combine(level, layer.from_features(features, nodes))
    error = float((nodes - network(x)).abs().max())
    bound = _bound(network, pruned, x)
    pruned = tidy(pruned)
    return Pruned(pruned, network.n_edges - pruned.n_edges, error, bound)


@torch.no_grad()
def tidy(network: Network) -> Network:
    """The same function without the nodes that nothing depends on, and with constant nodes folded into biases.

    A level keeps one node at least.
    """
    network = network.copy()
    while True:
        _fold_constants(network)
        _cut_loose(network)
        kept = [_leading_on(network, level) for level in range(network.depth)]
        kept.append(list(range(network.width[-1])))
        if [len(nodes) for nodes in kept] == network.width:
            return network
        network = network.taken(kept)


def _fold_constants(network: Network) -> None:
    """Cut the edges out of hidden nodes that no edge leads to, which are constant, adding what they carried to the biases."""
    for level in range(1, network.depth):
        before, after = network.layers[level - 1], network.layers[level]
        moving = before.edges().any(1)
        owners = network.owners(level).to(moving.device)
        moves = torch.zeros(network.width[level], dtype=torch.bool, device=moving.device).index_fill(0, owners[moving], True)
        values = network.combine(level, before.bias.unsqueeze(0))
        carried = after.edge_values(torch.where(moves, torch.zeros_like(values), values))[0]
        after.cut((~moves).expand(after.n_out, -1), carried)


def _cut_loose(network: Network) -> None:
    """Cut the edges into hidden nodes that no edge leads out of, last levels first. Nothing depends on them."""
    for level in range(network.depth - 1, 0, -1):
        before, after = network.layers[level - 1], network.layers[level]
        loose = ~after.edges().any(0)
        into = loose[network.owners(level).to(loose.device)]
        before.cut(into.unsqueeze(1).expand(-1, before.n_in))


def _leading_on(network: Network, level: int) -> list[int]:
    """The nodes of a level with an edge out of them; the first node if there are none."""
    leading = network.layers[level].edges().any(0).nonzero().flatten().tolist()
    return leading or [0]


def _bound(network: Network, pruned: Network, x: Tensor) -> float:
    """What the outputs on data can differ by at most, between a network and the same one with edges cut and biases changed."""
    nodes = network.read(x)
    errors = torch.zeros_like(nodes[0])
    for level, (layer, left) in enumerate(zip(network.layers, pruned.layers), start=1):
        cut = layer.edges() & ~left.edges()
        missing = torch.where(cut, layer.edge_values(nodes), torch.zeros((), dtype=nodes.dtype, device=nodes.device)).sum(2)
        at_once = (left.bias - layer.bias - missing).abs().amax(0)
        subnodes = layer(nodes)
        passed_on = torch.where(errors > 0, left.steepest() * errors, torch.zeros_like(errors)).sum(1)
        nodes = network.combine(level, subnodes)
        errors = _of_products(network, level, subnodes.abs().amax(0), at_once + passed_on)
    return float(errors.max())


def _of_products(network: Network, level: int, largest: Tensor, errors: Tensor) -> Tensor:
    """The errors of nodes from those of subnodes that are no larger than `largest` in the original network.

    Π (|a| + e) − Π |a| bounds what a product of factors off by at most e is off by.
    """
    return (network.combine(level, (largest + errors)[None]) - network.combine(level, largest[None]))[0]
