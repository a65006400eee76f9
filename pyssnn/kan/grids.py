"""Grids: set from data, moved with the data, refined."""

from __future__ import annotations

import torch
from torch import Tensor

from pyssnn.checks import check_integer, check_number
from pyssnn.kan.bases import spline_features
from pyssnn.kan.layers import SplineLayer
from pyssnn.kan.network import Network


@torch.no_grad()
def set_grids(network: Network, x: Tensor, *, adaptive: float = 0.0, margin: float = 0.0) -> None:
    """Stretch every grid over what its input is on data, first layers first, keeping the edge functions as far as the new grids can.

    A function stays what it was, off its old grid too, where the old knots inside the new range are knots of the new grid; elsewhere it is the
    spline nearest in least squares over the data and over the whole new range. Layers without grids are passed by.

    Args:
        network: changed in place.
        x: (N, n_columns).
        adaptive: 0 makes equal intervals; 1 as many points in each; between them, the grids between these. Only equal intervals are quick.
        margin: what a grid reaches beyond the data on either side, in ranges of the data.
    """
    check_number("adaptive", adaptive, least=0, below=1 + 1e-12)
    check_number("margin", margin, least=0)
    nodes = network.read(x)
    for level, layer in enumerate(network.layers, start=1):
        if isinstance(layer, SplineLayer):
            grid = _grid_of(nodes, layer.n_intervals, adaptive, margin).to(layer.grid)
            _move(layer, grid, adaptive == 0, nodes)
        nodes = network.combine(level, layer(nodes))


@torch.no_grad()
def refine(network: Network, factor: int = 2) -> Network:
    """The same function on grids whose intervals are cut into `factor` equal parts.

    Raises:
        InputError: the factor is no integer of at least 1.
    """
    check_integer("factor", factor, 1)
    network = network.copy()
    for layer in network.layers:
        if isinstance(layer, SplineLayer):
            parts = torch.arange(factor, device=layer.grid.device).to(layer.grid) / factor
            inner = layer.grid[:, :-1, None] + layer.grid.diff(dim=1)[..., None] * parts
            _move(layer, torch.cat([inner.flatten(1), layer.grid[:, -1:]], dim=1), layer.uniform, None)
    return network


def _grid_of(nodes: Tensor, n_intervals: int, adaptive: float, margin: float) -> Tensor:
    low, high = nodes.amin(0), nodes.amax(0)
    flat = high - low <= 1e-6 * (1 + low.abs())
    low, high = torch.where(flat, low - 0.5, low), torch.where(flat, high + 0.5, high)
    low, high = low - margin * (high - low), high + margin * (high - low)
    parts = torch.linspace(0, 1, n_intervals + 1, dtype=nodes.dtype, device=nodes.device)
    grid = low[:, None] + (high - low)[:, None] * parts
    grid[:, -1] = high
    if adaptive:
        quantiles = torch.quantile(nodes, parts, dim=0).T
        quantiles[:, 0], quantiles[:, -1] = low, high
        # A thousandth of the even grid keeps knots apart where many points coincide.
        share = min(adaptive, 0.999)
        grid = (1 - share) * grid + share * quantiles
    return grid


def _move(layer: SplineLayer, grid: Tensor, uniform: bool, data: Tensor | None) -> None:
    """Put the layer's edge functions on another grid, by least squares over the data (N, in) and order + 2 points in each interval."""
    inner = torch.linspace(0, 1, layer.order + 2, dtype=grid.dtype, device=grid.device)
    points = (grid[:, :-1, None] + grid.diff(dim=1)[..., None] * inner).flatten(1).T
    if data is not None:
        points = torch.cat([points, data.to(points)])
    old = spline_features(points.double(), layer.grid.double(), layer.order, layer.uniform)[..., :-1]
    new = spline_features(points.double(), grid.double(), layer.order, uniform)[..., :-1].transpose(0, 1)
    wanted = torch.einsum("nif,jif->inj", old, layer.weight[..., :-1].double())
    found = torch.linalg.lstsq(new.cpu(), wanted.cpu(), driver="gelsd").solution.to(wanted.device)
    weight = torch.cat([found.permute(2, 0, 1).to(layer.weight), layer.weight[..., -1:]], dim=-1)
    layer.weight = torch.nn.Parameter(weight, requires_grad=layer.weight.requires_grad)
    layer.n_features = weight.shape[-1]
    layer.grid, layer.uniform = grid, uniform
