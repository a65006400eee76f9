"""B-spline bases of one variable, with their slopes, for all inputs of a layer at once.

A grid of G intervals is carried on by `order` knots of the end spacings on either side, which makes G + order bases that add up to 1
on the grid. Off the grid a spline goes on straight, with the value and the slope it has at the end: it never falls to zero there, and
it never explodes.

Sources: de Boor, *A Practical Guide to Splines* (1978), chapters IX and X; the uniform cubic is the second difference of truncated cubes, folded
at its middle.
"""

from __future__ import annotations

import torch
from torch import Tensor


def extended_knots(grid: Tensor, order: int) -> Tensor:
    """The knots (..., G + 1 + 2·order) of grids (..., G + 1), carried on by the end spacings."""
    steps = torch.arange(1, order + 1, dtype=grid.dtype, device=grid.device)
    first, last = grid[..., 1:2] - grid[..., :1], grid[..., -1:] - grid[..., -2:-1]
    return torch.cat([grid[..., :1] - first * steps.flip(0), grid, grid[..., -1:] + last * steps], dim=-1)


def uniform_cubic(points: Tensor, grid: Tensor) -> tuple[Tensor, Tensor]:
    """All cubic bases on uniform grids. A basis is the same bump everywhere: ((2 − d)₊³ − 4 (1 − d)₊³) / 6 at d intervals from its middle.

    Every basis is evaluated at every point: with points last and few intervals that is quicker than finding the four that are not zero.

    Args:
        points: (n, N), contiguous.
        grid: (n, G + 1) uniform grids; only the ends are read.

    Returns:
        (n, G + 3, N) values and slopes.
    """
    n_intervals = grid.shape[1] - 1
    low, high = grid[:, :1], grid[:, -1:]
    per_step = n_intervals / (high - low)
    t = (points - low) * per_step
    inside = t.clamp(0, n_intervals)
    middles = torch.arange(-1, n_intervals + 2, dtype=t.dtype, device=t.device).unsqueeze(1)
    ahead = middles - inside.unsqueeze(1)
    distance = ahead.abs()
    wide, narrow = (2 - distance).clamp_(min=0), (1 - distance).clamp_(min=0)
    wide_square, narrow_square = wide * wide, narrow * narrow
    slopes = torch.sub(wide_square, narrow_square, alpha=4).copysign_(ahead).mul_((per_step / 2).unsqueeze(1))
    values = wide_square.mul_(wide).sub_(narrow_square.mul_(narrow), alpha=4).mul_(1 / 6)
    return values.addcmul_(slopes, ((t - inside) / per_step).unsqueeze(1)), slopes


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
    def forward(ctx, x: Tensor, grid: Tensor) -> Tensor:
        points = x.T.contiguous()
        values, slopes = uniform_cubic(points, grid)
        gate = torch.sigmoid(points)
        base = points * gate
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(slopes, gate.addcmul_(base, 1 - gate))
        return torch.cat([values, base.unsqueeze(1)], dim=1).permute(2, 0, 1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        slopes, base_slope = ctx.saved_tensors
        gradient = gradient.permute(1, 2, 0)
        through = (gradient[:, :-1] * slopes).sum(1)
        return through.addcmul_(gradient[:, -1], base_slope).T, None


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
        return _UniformCubicFeatures.apply(x, grid)
    return _CoxDeBoorFeatures.apply(x, grid, order)
