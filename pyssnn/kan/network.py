"""Networks of such layers: KANs and MLPs, with sum and product nodes.

A node of a hidden layer has an arity: 1 makes it what its edges add up to, k > 1 the product of k such sums (*subnodes*), as in Liu et al., *KAN
2.0*, arXiv:2408.10205. Layer l maps the nodes of level l to the subnodes of level l + 1. The nodes of a level may stand in
any order, and the network remembers which column of its input each node of level 0 reads, so that reordering and dropping nodes at any
level changes nothing for whoever calls it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pyssnn.checks import check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.kan.layers import Layer, LinearLayer, SplineLayer

Width = int | tuple[int, int]


class Network(nn.Module):
    """Layers, the arities of the nodes between them, and the columns that are read.

    Attributes:
        layers: one for each pair of neighbouring levels.
        arities: for each level from 1 on, the arity of each node.
        inputs: the column of the input that each node of level 0 reads.
        n_columns: how many columns the input has.
    """

    inputs: Tensor

    def __init__(self, layers: Sequence[Layer], arities: Sequence[Sequence[int]], n_columns: int) -> None:
        super().__init__()
        self.layers: Sequence[Layer] = nn.ModuleList(layers)  # type: ignore[assignment]
        self.n_columns = n_columns
        self.register_buffer("inputs", torch.arange(n_columns))
        self.set_arities(arities)

    def set_arities(self, arities: Sequence[Sequence[int]]) -> None:
        """Say anew what the nodes are. Their subnodes are outputs of the layers, in the order of the nodes."""
        self.arities = tuple(tuple(level) for level in arities)
        assert [sum(level) for level in self.arities] == [layer.n_out for layer in self.layers]
        self._factors = [_factors(level) for level in self.arities]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.layers)

    @property
    def width(self) -> list[int]:
        """The nodes of each level."""
        return [len(self.inputs), *(len(level) for level in self.arities)]

    @property
    def n_edges(self) -> int:
        """How many edges there are."""
        return sum(int(layer.edges().sum()) for layer in self.layers)

    @property
    def shape(self) -> str:
        """The widths and the number of edges, for people: "[9, 3, 1, 1], 13 edges"."""
        return f"{self.width}, {self.n_edges} edges"

    def read(self, x: Tensor) -> Tensor:
        """What the nodes of level 0 read: (N, width[0]) of the input (N, n_columns)."""
        if x.ndim != 2 or x.shape[1] != self.n_columns:
            raise InputError("the network's input", f"shape {tuple(x.shape)}", f"(N, {self.n_columns})")
        return x if len(self.inputs) == self.n_columns and self._reads_in_order() else x[:, self.inputs]

    def forward(self, x: Tensor) -> Tensor:
        """(N, n_columns) to (N, width[-1])."""
        x = self.read(x)
        for level, layer in enumerate(self.layers, start=1):
            x = self.combine(level, layer(x))
        return x

    def combine(self, level: int, subnodes: Tensor) -> Tensor:
        """The nodes (N, n) of a level from its subnodes."""
        factors = self._factors[level - 1]
        if factors is None:
            return subnodes
        padded = torch.cat([subnodes, subnodes.new_ones(len(subnodes), 1)], dim=1)
        return padded[:, factors.to(subnodes.device)].prod(-1)

    def levels(self, x: Tensor) -> list[Tensor]:
        """The nodes of every level, (N, width[level]) each."""
        nodes = [self.read(x)]
        for level, layer in enumerate(self.layers, start=1):
            nodes.append(self.combine(level, layer(nodes[-1])))
        return nodes

    def owners(self, level: int) -> Tensor:
        """For each subnode of a level, its node."""
        arities = torch.tensor(self.arities[level - 1])
        return torch.repeat_interleave(torch.arange(len(arities)), arities)

    def copy(self) -> Network:
        """The same network again, sharing nothing."""
        return copy.deepcopy(self)

    @torch.no_grad()
    def taken(self, nodes: Sequence[Sequence[int]]) -> Network:
        """A new network with these nodes of each level only, in this order; edges that have lost an end are dropped."""
        subnodes: list[list[int]] = []
        for arities, kept in zip(self.arities, nodes[1:], strict=True):
            starts = [sum(arities[:node]) for node in range(len(arities))]
            subnodes.append([starts[node] + k for node in kept for k in range(arities[node])])
        new = copy.copy(self)
        new._modules, new._buffers, new._parameters = dict(self._modules), dict(self._buffers), dict(self._parameters)
        new.layers = nn.ModuleList(layer.taken(outs, ins) for layer, outs, ins in zip(self.layers, subnodes, nodes))
        new.inputs = self.inputs[list(nodes[0])].clone()
        new.set_arities([[level[node] for node in kept] for level, kept in zip(self.arities, nodes[1:])])
        return new

    def _reads_in_order(self) -> bool:
        return self.inputs.tolist() == list(range(self.n_columns))


class KAN(Network):
    """A Kolmogorov–Arnold network in plain torch: spline edges, sum and product nodes.

    Args:
        width: nodes of each level, at least two levels; (s, p) is s sum nodes and p products of two.
        n_intervals: intervals of each grid.
        order: degree of the splines; 3 on uniform grids has the quick closed form.
        interval: where the grids begin and end before they are set from data.
        noise: standard deviation of the spline coefficients at the start, times the root of a layer's inputs.
        seed: fixes the initialisation; the global random state is not touched.
        dtype: of the parameters. Small networks fitted by L-BFGS want float64: it is as quick, and line searches do not run into rounding.

    Raises:
        InputError: a size that is impossible.
    """

    def __init__(
        self,
        width: Sequence[Width],
        *,
        n_intervals: int = 3,
        order: int = 3,
        interval: tuple[float, float] = (-1.0, 1.0),
        noise: float = 0.3,
        seed: int = 0,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        check_integer("n_intervals", n_intervals, 1)
        check_integer("order", order, 0)
        check_number("noise", noise, least=0)
        if not interval[0] < interval[1]:
            raise InputError("interval", interval, "two numbers, the smaller first")
        arities = _arities(width)
        layers = [
            SplineLayer(n_in, n_out, n_intervals=n_intervals, order=order, interval=interval).to(dtype) for n_in, n_out in _sizes(width, arities)
        ]
        super().__init__(layers, arities, _count(width[0]))
        generator = torch.Generator().manual_seed(seed)
        for layer in layers:
            layer.initialise(noise, generator)


class MLP(Network):
    """A multilayer perceptron with SiLUs, seen as a network of edge functions so that it is fitted and analysed like a KAN.

    Arguments as for `KAN`.
    """

    def __init__(self, width: Sequence[Width], *, seed: int = 0, dtype: torch.dtype = torch.float64) -> None:
        arities = _arities(width)
        layers = [LinearLayer(n_in, n_out, activated=level > 0).to(dtype) for level, (n_in, n_out) in enumerate(_sizes(width, arities))]
        super().__init__(layers, arities, _count(width[0]))
        generator = torch.Generator().manual_seed(seed)
        for layer in layers:
            layer.initialise(0.0, generator)


def _arities(width: Sequence[Width]) -> list[list[int]]:
    if len(width) < 2:
        raise InputError("width", list(width), "the nodes of at least two levels")
    for level, nodes in enumerate(width):
        parts = nodes if isinstance(nodes, tuple) else (nodes, 0)
        if len(parts) != 2 or any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in parts) or sum(parts) < 1:
            raise InputError(f"width[{level}]", nodes, "a number of nodes, or two: of sums and of products")
        if level == 0 and parts[1]:
            raise InputError("width[0]", nodes, "no products: these are the inputs")
    return [[1] * _parts(nodes)[0] + [2] * _parts(nodes)[1] for nodes in width[1:]]


def _parts(nodes: Width) -> tuple[int, int]:
    return nodes if isinstance(nodes, tuple) else (nodes, 0)


def _count(nodes: Width) -> int:
    return sum(_parts(nodes))


def _sizes(width: Sequence[Width], arities: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(_count(nodes), sum(level)) for nodes, level in zip(width, arities)]


def _factors(arities: Sequence[int]) -> Tensor | None:
    """For each node, the subnodes to multiply, filled up with the index behind the last subnode; None if all nodes are sums."""
    if all(arity == 1 for arity in arities):
        return None
    n_subnodes, start, rows = sum(arities), 0, []
    for arity in arities:
        rows.append([*range(start, start + arity), *[n_subnodes] * (max(arities) - arity)])
        start += arity
    return torch.tensor(rows)
