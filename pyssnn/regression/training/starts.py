"""Where descents begin: random directions, each kink of a ReLU put on a point of the data."""

from __future__ import annotations

import torch
from torch import Tensor

from pyssnn.regression.training.stack import Shape

_POINTS = 96


def random_starts(shape: Shape, count: int, xs: Tensor, ys: Tensor, random: torch.Generator) -> Tensor:
    """Parameters (count, P) of random networks for inputs (N, T, k) with answers (N, T).

    A ReLU x ↦ max(0, w·x + b) bends where w·x = −b. A bend outside the data helps nothing and gets no derivatives, so each is put on a data point.
    In the first layers units share a few directions, and the bends of those that share one are spread over the data: a function of one
    sum, such as a remainder, needs them so.

    Where g is affine, the answer can be taken as the first hidden number, by a change of coordinates. So it is here, and f's share in it
    starts as the least-squares fit of the answers by the one before and the input, the other hidden numbers taken as noise.
    """
    parameters = torch.empty(count, shape.n_parameters, dtype=xs.dtype)
    update, output = shape.layers(parameters)
    d, affine = shape.architecture.hidden, len(output) == 1
    at, step = (torch.randint(n, (count, _POINTS), generator=random) for n in xs.shape[:2])
    hidden = torch.randn(count, _POINTS, d, dtype=xs.dtype, generator=random)
    if affine:
        hidden[:, :, 0] = ys[at, (step - 1).clamp(min=0)]
    # The first step starts from zero.
    hidden[step == 0] = 0
    features = _begin(update, torch.cat([hidden, xs[at, step]], 2), d, random)
    if affine:
        weights, biases = update[-1]
        fitted = _least_squares(features, ys[at, step])
        weights[:, :, 0], biases[:, 0, 0] = fitted[:, :-1], fitted[:, -1]
        output[0][0].zero_()[:, 0] = 1
        output[0][1].zero_()
    else:
        _begin(output, torch.randn(count, _POINTS, d, dtype=xs.dtype, generator=random), 0, random)
    return parameters


def _begin(layers: list[tuple[Tensor, Tensor]], z: Tensor, d: int, random: torch.Generator) -> Tensor:
    """Fill layers for inputs z (R, points, n), the first d of them hidden numbers; the inputs of the last layer."""
    for i, (weights, biases) in enumerate(layers):
        weights.copy_(torch.randn(weights.shape, dtype=z.dtype, generator=random) / weights.shape[1] ** 0.5)
        if i == len(layers) - 1:
            biases.copy_(0.1 * torch.randn(biases.shape, dtype=z.dtype, generator=random))
            break
        if i == 0:
            biases.copy_(_share(weights, z, d, random))
        else:
            biases.copy_(-torch.gather(z @ weights, 1, torch.randint(z.shape[1], biases.shape, generator=random)))
        z = (z @ weights + biases).relu()
    return z


def _share(weights: Tensor, z: Tensor, d: int, random: torch.Generator) -> Tensor:
    """Give most columns of weights (R, n, m) one of three directions of their network: a single input, a sum with signs, any.

    Returns biases (R, 1, m) that put the bends at points of z (R, points, n), those of a direction at evenly spread ranks.
    """
    many, n, m = weights.shape
    few = torch.randn(many, n, 4, dtype=weights.dtype, generator=random)
    few[:, :, 0] = 0
    few[torch.arange(many), torch.randint(d, n, (many,), generator=random), 0] = 1
    few[:, :, 1] = few[:, :, 1].sign() * (torch.rand(many, n, generator=random) < 0.7)
    # How much a network likes each of them differs from network to network; the last stands for a direction of a unit's own.
    liking = torch.rand(many, 4, generator=random) ** 3 + 1e-3
    devoted = torch.nn.functional.one_hot(torch.randint(3, (many,), generator=random), 4) + 0.05
    liking = torch.where(torch.rand(many, 1, generator=random) < 0.6, devoted, liking)
    kind = torch.multinomial(liking, m, replacement=True, generator=random)
    sign = torch.where(torch.rand(many, 1, m, generator=random) < 0.7, 1.0, -1.0).to(weights.dtype)
    shared = torch.gather(few, 2, kind[:, None].expand(many, n, m))
    weights.copy_(torch.where((kind == 3)[:, None], weights, shared))
    same = kind[:, :, None] == kind[:, None, :]
    before = (same & torch.ones(m, m, dtype=torch.bool).tril(-1)).sum(2)
    turn = torch.gather(torch.rand(many, 4, generator=random), 1, kind)
    rank = ((before + turn) / same.sum(2) * z.shape[1]).long().clamp(max=z.shape[1] - 1)
    bend = torch.gather((z @ weights).sort(1).values, 1, rank[:, None])
    weights.mul_(sign)
    return -sign * bend


def _least_squares(features: Tensor, ys: Tensor) -> Tensor:
    """Weights and a constant (R, m + 1) that fit ys (R, points) by features (R, points, m), a little damped."""
    rows = torch.cat([features, features.new_ones(*features.shape[:2], 1)], 2)
    square = rows.mT @ rows
    square.diagonal(dim1=1, dim2=2).add_(1e-6 * square.diagonal(dim1=1, dim2=2).mean(1, keepdim=True))
    return torch.linalg.solve(square, (rows.mT @ ys[:, :, None]))[..., 0]
