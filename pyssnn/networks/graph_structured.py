"""A network whose wiring is a program's graph.

All samples of a batch share the one graph, so features are (batch, elements, width) tensors, and message passing gathers from and
adds to rows of the middle axis: nothing is batched anew, and nothing loops over samples. `gine_dgl` is the reference that
this is held equal to.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyssnn.errors import InputError
from pyssnn.networks.config import NetworkConfig
from pyssnn.networks.encoder import Encoder
from pyssnn.networks.positions import sincos_positions_2d
from pyssnn.networks.structure import GraphStructure


class Arcs(nn.Module):
    """The two arcs of every edge, as rows of the node and edge features; no parameters, nothing in the state dict."""

    def __init__(self, structure: GraphStructure) -> None:
        super().__init__()
        for name, rows in zip(("source", "target", "edge"), torch.from_numpy(structure.arcs())):
            self.register_buffer(name, rows.contiguous(), persistent=False)


class GineLayer(nn.Module):
    """x_i' = f((1 + eps) x_i + sum_j relu(x_j + e_ij)), the graph isomorphism network with edge features (Hu et al. 2020).

    f is one affine layer, as in the original experiments; eps is learned and starts at 0. The parameters carry DGL's names, so that
    state dicts fit both backends.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.apply_func = nn.Linear(width, width)
        self.eps = nn.Parameter(torch.zeros(1))

    def forward(self, arcs: Arcs, nodes: Tensor, edges: Tensor) -> Tensor:
        """(batch, n, width) nodes and (batch, m, width) edges to (batch, n, width) nodes."""
        messages = F.relu(nodes.index_select(1, arcs.source) + edges.index_select(1, arcs.edge))
        return self.apply_func(((1 + self.eps) * nodes).index_add(1, arcs.target, messages))


class GraphStructured(nn.Module):
    """Images (batch, channels, size, size), float in [0, 1], to logits (batch, target_dim), by way of a program's graph.

    The encoder's vector is cut into a slice per element (`GraphStructure.slice_indices`); a slice, tiled to `graph_dim`, plus the
    sine-cosine position of (id, port) is the element's feature. Message passing with dropout on nodes and edges before each layer
    (an edge's two arcs share its feature and its dropout), the average over nodes and a linear head follow.

    Args:
        config: sizes.
        structure: the graph; at most `config.graph_dim` elements, ports below `config.max_conn`.
        backend: "torch", or "dgl" for the reference. Both have the same parameters under the same names.

    Raises:
        InputError: if the structure does not fit the sizes, the backend is unknown, or dgl is missing.
    """

    def __init__(self, config: NetworkConfig, structure: GraphStructure, backend: str = "torch") -> None:
        super().__init__()
        if structure.max_port >= config.max_conn:
            raise InputError("structure.edges", f"port {structure.max_port}", f"ports below max_conn = {config.max_conn}")
        width = config.graph_dim
        slices = torch.from_numpy(structure.slice_indices(width))
        self.n_nodes, self.n_edges = structure.n_nodes, structure.n_edges
        self.graph, layer = _backend(backend, structure)
        self.encoder = Encoder(config, width)
        self.layers = nn.ModuleList(layer(width) for _ in range(config.gnn_depth))
        self.width, self.dropout_rate = width, config.dropout_rate
        self.head = nn.Linear(width, config.target_dim)
        ids, ports = torch.from_numpy(structure.positions()).unbind(1)
        self.register_buffer("slices", slices.flatten(), persistent=False)
        self.register_buffer("positions", sincos_positions_2d(ids, ports, width), persistent=False)
        self.register_buffer("shares", torch.full((self.n_nodes, 1), 1 / self.n_nodes), persistent=False)

    def noise(self, batch: int, generator: torch.Generator | None = None) -> Tensor:
        """What dropout multiplies features by before each layer: (gnn_depth, batch, n + m, width) of 0 and 1 / (1 - dropout_rate).

        Drawn on the network's device from `generator`, or from torch's own. Each random integer decides on four entries, by 16 bits
        each, which takes a quarter of the time; the share dropped is `dropout_rate` rounded to these bits.
        """
        shape = (len(self.layers), batch, *self.positions.shape)
        quarters = torch.empty(-(-math.prod(shape) // 4), dtype=torch.int64, device=self.positions.device)
        draws = quarters.random_(-(2**63), None, generator=generator).view(torch.int16)[: math.prod(shape)].view(shape)
        return (draws >= round(self.dropout_rate * 2**16) - 2**15).to(self.positions.dtype).div_(1 - self.dropout_rate)

    def features(self, vectors: Tensor) -> Tensor:
        """(batch, width) vectors to the features of nodes, then of edges: (batch, n + m, width)."""
        return vectors.index_select(1, self.slices).unflatten(1, self.positions.shape) + self.positions

    def forward(self, images: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits; `noise` is drawn by `noise` in training and left out in evaluation, if it is not given."""
        elements = self.features(self.encoder(images))
        if noise is None and self.training and self.dropout_rate:
            noise = self.noise(len(images))
        nodes, edges = elements.split([self.n_nodes, self.n_edges], dim=1)
        for depth, layer in enumerate(self.layers):
            if noise is None:
                nodes = layer(self.graph, nodes, edges)
            else:
                of_nodes, of_edges = noise[depth].split([self.n_nodes, self.n_edges], dim=1)
                nodes = layer(self.graph, nodes * of_nodes, edges * of_edges)
        return self.head((nodes * self.shares).sum(dim=1))


def _backend(name: str, structure: GraphStructure) -> tuple[nn.Module, type[nn.Module]]:
    if name == "torch":
        return Arcs(structure), GineLayer
    if name == "dgl":
        from pyssnn.networks import gine_dgl

        return gine_dgl.BatchedGraph(structure), gine_dgl.layer_class()
    raise InputError("backend", repr(name), "'torch' or 'dgl'")
