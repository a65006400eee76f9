"""B-spline bases of one variable, with their slopes, for all inputs of a layer at once.

A grid of G intervals is carried on by `order` knots of the end spacings on either side, which makes G + order bases that add up to 1
on the grid. Off the grid a spline goes on straight, with the value and the slope it has at the end: it never falls to zero there, and
it never explodes.

Sources: de Boor, *A Practical Guide to Splines* (1978), chapters IX and X; the four polynomials of the uniform cubic are the textbook's
blending functions.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor


# The four bases on an interval, in powers of the share u of it that is behind: a row for each power.
_CUBIC = ((1 / 6, 4 / 6, 1 / 6, 0.0), (-0.5, 0.0, 0.5, 0.0), (0.5, -1.0, 0.5, 0.0), (-1 / 6, 0.5, -0.5, 1 / 6))
_CUBIC_SLOPES = ((-0.5, 0.0, 0.5, 0.0), (1.0, -2.0, 1.0, 0.0), (-0.5, 1.5, -1.5, 0.5))


@lru_cache(maxsize=32)
def _matrix(rows: tuple[tuple[float, ...], ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.tensor(rows, dtype=dtype, device=device)


def extended_knots(grid: Tensor, order: int) -> Tensor:
    """The knots (..., G + 1 + 2·order) of grids (..., G + 1), carried on by the end spacings."""
    steps = torch.arange(1, order + 1, dtype=grid.dtype, device=grid.device)
    first, last = grid[..., 1:2] - grid[..., :1], grid[..., -1:] - grid[..., -2:-1]
    return torch.cat([grid[..., :1] - first * steps.flip(0), grid, grid[..., -1:] + last * steps], dim=-1)


def uniform_cubic(x: Tensor, grid: Tensor, n_intervals: int) -> tuple[Tensor, Tensor, Tensor]:
    """The four cubic bases that are not zero at each point of uniform grids.

    Args:
        x: (N, n) points.
        grid: (n, G + 1) uniform grids; only the ends are read.
        n_intervals: G.

    Returns:
        (N, n, 4) values, (N, n, 4) slopes, and the (N, n) index of the first of the four bases.
    """
    low = grid[:, 0]
    per_step = n_intervals / (grid[:, -1] - low)
    t = (x - low) * per_step
    inside = t.clamp(0, n_intervals)
    first = inside.long().clamp_(0, n_intervals - 1)  # which makes 0 of NaN, too
    u = inside - first
    u2 = u * u
    powers = torch.stack([torch.ones_like(u), u, u2, u2 * u], dim=-1)
    values, slopes = powers @ _matrix(_CUBIC, u.dtype, u.device), powers[..., :3] @ _matrix(_CUBIC_SLOPES, u.dtype, u.device)
    values.addcmul_(slopes, (t - inside).unsqueeze(-1))
    return values, slopes.mul_(per_step.unsqueeze(-1)), first


def cox_de_boor(x: Tensor, grid: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """All bases of any order on any increasing grids, by the recursion.

    Args:
        x: (N, n) points.
        grid: (n, G + 1) grids.
        order: the degree of the polynomials, 0 or more.

    Returns:
        (N, n, G + order) values and slopes.
    """
    knots = extended_knots(grid, order)
    n_intervals = grid.shape[-1] - 1
    inside = torch.minimum(torch.maximum(x, grid[:, 0]), grid[:, -1])
    interval = torch.searchsorted(grid, inside.T.contiguous(), right=True).T.sub_(1).clamp_(0, n_intervals - 1)
    values = torch.nn.functional.one_hot(interval + order, n_intervals + 2 * order).to(x.dtype)
    slopes = torch.zeros_like(values)
    point = inside.unsqueeze(-1)
    for degree in range(1, order + 1):
        left = values[..., :-1] / (knots[..., degree:-1] - knots[..., : -degree - 1])
        right = values[..., 1:] / (knots[..., degree + 1 :] - knots[..., 1:-degree])
        slopes = degree * (left - right)
        values = left * (point - knots[..., : -degree - 1]) + right * (knots[..., degree + 1 :] - point)
    return values + slopes * (x - inside).unsqueeze(-1), slopes


class _UniformCubicFeatures(torch.autograd.Function):
    """`spline_features` of order 3 on uniform grids, with the backward pass in closed form."""

    @staticmethod
    def forward(ctx, x: Tensor, grid: Tensor, n_intervals: int) -> Tensor:
        values, slopes, first = uniform_cubic(x, grid, n_intervals)
        where = first.unsqueeze(-1) + torch.arange(4, device=x.device)
        features = x.new_zeros(*x.shape, n_intervals + 4)
        features.scatter_(-1, where, values)
        gate = torch.sigmoid(x)
        torch.mul(x, gate, out=features[..., -1])
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(slopes, where, gate * (1 + x * (1 - gate)))
        return features

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        slopes, where, base_slope = ctx.saved_tensors
        through = (gradient.gather(-1, where) * slopes).sum(-1)
        return through.addcmul_(gradient[..., -1], base_slope), None, None


class _CoxDeBoorFeatures(torch.autograd.Function):
    """`spline_features` of any order on any grids; the slopes come with the values."""

    @staticmethod
    def forward(ctx, x: Tensor, grid: Tensor, order: int) -> Tensor:
        values, slopes = cox_de_boor(x, grid, order)
        gate = torch.sigmoid(x)
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(torch.cat([slopes, (gate * (1 + x * (1 - gate))).unsqueeze(-1)], dim=-1))
        return torch.cat([values, (x * gate).unsqueeze(-1)], dim=-1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        (slopes,) = ctx.saved_tensors
        return (gradient * slopes).sum(-1), None, None


def spline_features(x: Tensor, grid: Tensor, order: int, uniform: bool) -> Tensor:
    """The bases of each point, and its SiLU behind them: (N, n, G + order + 1) of points (N, n) and grids (n, G + 1).

    Differentiable once, in `x`. The gradient of the grid is not taken.
    """
    if order == 3 and uniform:
        return _UniformCubicFeatures.apply(x, grid, grid.shape[-1] - 1)
    return _CoxDeBoorFeatures.apply(x, grid, order)
