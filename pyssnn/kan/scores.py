"""What edges and nodes are worth on data.

The *spread* of an edge is the standard deviation of its function. Its *attribution* is what of the outputs' spread it carries: a node's
attribution is handed back to its edges in proportion to their spreads, and a node has the sum of what its outgoing edges were given
(Liu et al., *KAN 2.0*, arXiv:2408.10205). An edge with a large spread into a node that nothing depends on has a small attribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyssnn.kan.network import Network


@dataclass(frozen=True)
class Scores:
    """The scores of a network.

    Attributes:
        spreads: for each layer, (subnodes of the next level, nodes) standard deviations.
        edges: attributions of the same edges.
        nodes: for each level, the attributions of its nodes; the last level has 1 divided among the outputs by spread.
    """

    spreads: list[Tensor]
    edges: list[Tensor]
    nodes: list[Tensor]


@torch.no_grad()
def score(network: Network, x: Tensor) -> Scores:
    """The scores of a network on data (N, n_columns). They come from the covariances of the features; no edge is evaluated."""
    nodes, spreads = network.read(x), []
    for level, layer in enumerate(network.layers, start=1):
        features = layer.features(nodes)
        spreads.append(layer.edge_variances(features, nodes).sqrt())
        nodes = network.combine(level, layer.from_features(features, nodes))
    outputs = nodes.std(0, correction=0)
    node_scores = [outputs / outputs.sum().clamp(min=1e-300)]
    edge_scores: list[Tensor] = []
    for level in range(network.depth, 0, -1):
        spread = spreads[level - 1]
        # A factor of a product carries as much as the product.
        of_subnodes = node_scores[0][network.owners(level).to(spread.device)]
        shares = spread / spread.sum(1, keepdim=True).clamp(min=1e-300)
        edge_scores.insert(0, shares * of_subnodes.unsqueeze(1))
        node_scores.insert(0, edge_scores[0].sum(0))
    return Scores(spreads, edge_scores, node_scores)


def between_nodes(network: Network, of_edges: list[Tensor]) -> list[Tensor]:
    """Scores (nodes of the next level, nodes) from scores of edges into subnodes: those of the factors of a product are added up."""
    summed = []
    for level, scores in enumerate(of_edges, start=1):
        owners = network.owners(level).to(scores.device)
        summed.append(scores.new_zeros(len(network.arities[level - 1]), scores.shape[1]).index_add(0, owners, scores))
    return summed
