"""Changes that take a stuck network elsewhere: a unit's bend put on another point of the data, or all parameters shaken."""

from __future__ import annotations

import torch
from torch import Tensor

from pyssnn.regression.training.stack import Shape, visited

_SHAKEN, _BORROWED = 0.3, 0.6


def moved(shape: Shape, parameters: Tensor, xs: Tensor, random: torch.Generator) -> Tensor:
    """Parameters (R, P) after one change each, for inputs (N, T, k).

    One ReLU of a first layer is forgotten: it gets the direction of another unit or a random one, a bend at a point that the network
    visits, and no influence until it is trained. Some networks are shaken as well, or instead where there is no ReLU.
    """
    parameters = parameters.clone()
    update, output = shape.layers(parameters)
    before, after = visited(shape, parameters, xs)
    both = len(update) > 1 and len(output) > 1
    chosen = torch.rand(len(parameters), generator=random) < (0.5 if both else 1.0)
    if len(update) > 1:
        inputs = torch.cat([before, xs.expand(len(parameters), *xs.shape)], 3).flatten(1, 2)
        _forget(update, inputs, torch.nonzero(chosen)[:, 0], random)
    if len(output) > 1:
        _forget(output, after.flatten(1, 2), torch.nonzero(~chosen if both else chosen)[:, 0], random)
    share = _SHAKEN if len(update) > 1 or len(output) > 1 else 1.0
    shaken = torch.nonzero(torch.rand(len(parameters), generator=random) < share)[:, 0]
    size = 0.1 * parameters[shaken].abs().mean(1, keepdim=True)
    parameters[shaken] += size * torch.randn(len(shaken), parameters.shape[1], dtype=parameters.dtype, generator=random)
    return parameters


def _forget(layers: list[tuple[Tensor, Tensor]], inputs: Tensor, rows: Tensor, random: torch.Generator) -> None:
    """Renew one unit of the first layer of the networks `rows`, whose inputs are (R, points, n)."""
    (weights, biases), (following, _) = layers[0], layers[1]
    many, n, m = len(rows), *weights.shape[1:]
    point, unit, other = (torch.randint(size, (many,), generator=random) for size in (inputs.shape[1], m, m))
    fresh = torch.randn(many, n, dtype=weights.dtype, generator=random)
    sign = torch.where(torch.rand(many, 1, generator=random) < 0.5, 1.0, -1.0).to(weights.dtype)
    direction = torch.where(torch.rand(many, 1, generator=random) < _BORROWED, sign * weights[rows, :, other], fresh)
    weights[rows, :, unit] = direction
    biases[rows, 0, unit] = -(direction * inputs[rows, point]).sum(1)
    following[rows, unit] = 0.0
