"""Layers that add up functions of single inputs: a spline layer, and the linear layer of an MLP as the same thing.

A layer computes y_j = b_j + Σ_i φ_ji(x_i), and an edge function is a combination φ_ji = Σ_f w_jif · f(x_i) of the features of its
input. Features of all inputs side by side make the layer one matrix product. What an edge is worth needs no edge function evaluated either:
the variance of φ_ji over data is w_jiᵀ Σ_i w_ji, with Σ_i the covariance of the features of input i.

Source of the edge functions (B-splines and a SiLU): Liu et al., *KAN: Kolmogorov–Arnold Networks*, arXiv:2404.19756, equations 2.10 to 2.12.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyssnn.kan.bases import extended_knots, spline_features
from pyssnn.kan.symbolic import SymbolicEdge

SILU_STEEPEST = 1.0998393194985  # the largest slope of x·sigmoid(x)


class Layer(nn.Module, ABC):
    """What both kinds of layers share. A subclass says what the features are.

    Attributes:
        weight: (out, in, features).
        bias: (out,).
        mask: (out, in), True for edges that there are.
        symbolic: edge functions that are formulas now; the mask is False there.
    """

    n_features: int

    def __init__(self, n_in: int, n_out: int, n_features: int) -> None:
        super().__init__()
        self.n_features = n_features
        self.weight = nn.Parameter(torch.zeros(n_out, n_in, n_features))
        self.bias = nn.Parameter(torch.zeros(n_out))
        self.register_buffer("mask", torch.ones(n_out, n_in, dtype=torch.bool))
        self.symbolic = nn.ModuleDict()
        self.full = True

    @property
    def n_in(self) -> int:
        return self.weight.shape[1]

    @property
    def n_out(self) -> int:
        return self.weight.shape[0]

    @abstractmethod
    def initialise(self, noise: float, generator: torch.Generator) -> None:
        """Draw the parameters anew; `noise` is the size of what splines begin with."""

    @abstractmethod
    def features(self, x: Tensor) -> Tensor:
        """(N, in) to (N, in, features)."""

    def live_weight(self) -> Tensor:
        """(out, in, features), zero for edges that there are not."""
        return self.weight if self.full else self.weight * self.mask.unsqueeze(-1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in) to (N, out)."""
        return self.from_features(self.features(x), x)

    def from_features(self, features: Tensor, x: Tensor) -> Tensor:
        """(N, out) of the features (N, in, features) of the points x (N, in)."""
        # Points last: the next layer's features are computed in this layout.
        y = torch.addmm(self.bias.unsqueeze(1), self.live_weight().flatten(1), features.flatten(1).T).T
        if self.symbolic:
            columns = list(y.unbind(-1))
            for (j, i), edge in self.formulas().items():
                columns[j] = columns[j] + edge(x[:, i])
            y = torch.stack(columns, dim=-1)
        return y

    def formulas(self) -> dict[tuple[int, int], SymbolicEdge]:
        """The symbolic edges by (output, input)."""
        return {tuple(map(int, key.split("_"))): edge for key, edge in self.symbolic.items()}

    def edges(self) -> Tensor:
        """(out, in), True where there is an edge, spline or formula."""
        edges = self.mask.clone()
        for j, i in self.formulas():
            edges[j, i] = True
        return edges

    def edge_variances(self, features: Tensor, x: Tensor) -> Tensor:
        """(out, in): the variance of each edge function over the points, from the covariances of their features."""
        centred = (features - features.mean(0)).transpose(0, 1)
        covariances = torch.bmm(centred.transpose(1, 2), centred) / len(x)
        by_input = self.live_weight().transpose(0, 1)
        variances = ((by_input @ covariances) * by_input).sum(-1).T
        for (j, i), edge in self.formulas().items():
            variances = variances.clone()
            variances[j, i] = edge(x[:, i]).var(correction=0)
        return variances.clamp(min=0)

    def edge_means(self, features: Tensor, x: Tensor) -> Tensor:
        """(out, in): the mean of each edge function over the points."""
        means = torch.einsum("jif,if->ji", self.live_weight(), features.mean(0))
        for (j, i), edge in self.formulas().items():
            means = means.clone()
            means[j, i] = edge(x[:, i]).mean()
        return means

    def edge_values(self, x: Tensor) -> Tensor:
        """(N, out, in): every edge function at every point. For pictures and bounds; nothing else needs them."""
        values = torch.einsum("jif,nif->nji", self.live_weight(), self.features(x))
        for (j, i), edge in self.formulas().items():
            values[:, j, i] = edge(x[:, i])
        return values

    def steepest(self) -> Tensor:
        """(out, in): no edge function is steeper anywhere than this."""
        slopes = self._steepest()
        for (j, i), edge in self.formulas().items():
            slopes[j, i] = edge.steepest()
        return slopes

    @abstractmethod
    def _steepest(self) -> Tensor:
        """`steepest`, without regard to formulas."""

    @abstractmethod
    def _taken(self, inputs: Sequence[int]) -> Layer:
        """A new layer of the same kind with one output and the inputs' own grids, weights not set."""

    @torch.no_grad()
    def taken(self, outputs: Sequence[int], inputs: Sequence[int]) -> Layer:
        """A copy with these outputs and inputs only, in this order."""
        outputs, inputs = list(outputs), list(inputs)
        layer = self._taken(inputs).to(self.weight)
        device = self.weight.device
        rows, columns = torch.tensor(outputs, dtype=torch.long, device=device), torch.tensor(inputs, dtype=torch.long, device=device)
        layer.weight = nn.Parameter(self.weight[rows][:, columns].clone())
        layer.bias = nn.Parameter(self.bias[rows].clone())
        layer.mask = self.mask[rows][:, columns].clone()
        layer.full = bool(layer.mask.all())
        formulas = self.formulas()
        for new_j, j in enumerate(outputs):
            for new_i, i in enumerate(inputs):
                if (j, i) in formulas:
                    layer.symbolic[f"{new_j}_{new_i}"] = formulas[j, i].copy()
        return layer

    @torch.no_grad()
    def cut(self, edges: Tensor, folded: Tensor | None = None) -> None:
        """Remove the edges that are True in (out, in), adding `folded` (out, in), what they are replaced by, to the biases."""
        edges = edges & self.edges()
        if folded is not None:
            self.bias += torch.where(edges, folded, torch.zeros_like(folded)).sum(1)
        self.mask &= ~edges
        self.weight *= self.mask.unsqueeze(-1)
        self.full = bool(self.mask.all())
        for j, i in self.formulas():
            if edges[j, i]:
                del self.symbolic[f"{j}_{i}"]

    @torch.no_grad()
    def set_formula(self, j: int, i: int, edge: SymbolicEdge) -> None:
        """Put a formula in place of the edge function from input i to output j."""
        self.mask[j, i] = False
        self.weight[j, i] = 0
        self.full = False
        self.symbolic[f"{j}_{i}"] = edge.to(self.weight)


class SplineLayer(Layer):
    """A layer of B-splines: the features of an input are its G + order bases and its SiLU.

    Attributes:
        grid: (in, G + 1), increasing; its intervals are equal while `uniform`.
        order: degree of the polynomials.
    """

    def __init__(self, n_in: int, n_out: int, *, n_intervals: int = 3, order: int = 3, interval: tuple[float, float] = (-1.0, 1.0)) -> None:
        super().__init__(n_in, n_out, n_intervals + order + 1)
        self.order, self.uniform = order, True
        self.register_buffer("grid", torch.linspace(*interval, n_intervals + 1).repeat(n_in, 1))

    @property
    def n_intervals(self) -> int:
        return self.grid.shape[1] - 1

    @torch.no_grad()
    def initialise(self, noise: float, generator: torch.Generator) -> None:
        """Random SiLU weights, uniform in ±1/√in, and spline coefficients of standard deviation noise/√in."""
        n_out, n_in, _ = self.weight.shape
        random = torch.rand(self.weight.shape, generator=generator, dtype=torch.float64) * 2 - 1
        random[..., :-1] *= noise * math.sqrt(3)
        self.weight.copy_(random / math.sqrt(n_in))
        self.bias.zero_()

    def features(self, x: Tensor) -> Tensor:
        return spline_features(x, self.grid, self.order, self.uniform)

    def _steepest(self) -> Tensor:
        if self.order == 0:
            return torch.full(self.mask.shape, math.inf).to(self.weight)
        knots = extended_knots(self.grid, self.order)
        weight = self.live_weight()
        width = knots[:, self.order + 1 : -1] - knots[:, 1 : -self.order - 1]
        slopes = self.order * (weight[..., 1:-1] - weight[..., :-2]) / width
        return slopes.abs().amax(-1) + weight[..., -1].abs() * SILU_STEEPEST

    def _taken(self, inputs: Sequence[int]) -> SplineLayer:
        layer = SplineLayer(len(inputs), 1, n_intervals=self.n_intervals, order=self.order)
        layer.grid = self.grid[list(inputs)].clone()
        layer.uniform = self.uniform
        return layer


class LinearLayer(Layer):
    """A layer of an MLP: the one feature of an input is its SiLU (or, for the first layer, the input), and edge functions are multiples of it."""

    def __init__(self, n_in: int, n_out: int, *, activated: bool) -> None:
        super().__init__(n_in, n_out, 1)
        self.activated = activated

    @torch.no_grad()
    def initialise(self, noise: float, generator: torch.Generator) -> None:
        """Weights and biases uniform in ±1/√in, as for torch's own linear layers. `noise` is for splines."""
        bound = 1 / math.sqrt(self.n_in)
        for parameter in (self.weight, self.bias):
            parameter.copy_((torch.rand(parameter.shape, generator=generator, dtype=torch.float64) * 2 - 1) * bound)

    def features(self, x: Tensor) -> Tensor:
        return (F.silu(x) if self.activated else x).unsqueeze(-1)

    def _steepest(self) -> Tensor:
        return self.live_weight().abs().squeeze(-1) * (SILU_STEEPEST if self.activated else 1)

    def _taken(self, inputs: Sequence[int]) -> LinearLayer:
        return LinearLayer(len(inputs), 1, activated=self.activated)
