"""The convolution by Winograd's filtering is the convolution."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from pyssnn.networks.convolution import Convolution


def plain(weight: Tensor, tokens: Tensor) -> Tensor:
    """The definition, by torch."""
    kernel = weight.unflatten(0, (3, 3)).permute(2, 3, 0, 1)
    return torch.nn.functional.conv2d(tokens.permute(0, 3, 1, 2), kernel, padding=1).permute(0, 2, 3, 1)


@pytest.mark.parametrize("side", [1, 2, 5, 8])
@pytest.mark.parametrize("batch, width", [(1, 1), (3, 4)])
def test_values_and_gradients_are_those_of_torch(side: int, batch: int, width: int) -> None:
    torch.manual_seed(side)
    convolution = Convolution(width).double()
    tokens = torch.randn(batch, side, side, width, dtype=torch.float64, requires_grad=True)
    found, expected = convolution(tokens), plain(convolution.weight, tokens)
    torch.testing.assert_close(found, expected)
    for ours, theirs in zip(*(torch.autograd.grad(out.sin().sum(), (tokens, convolution.weight)) for out in (found, expected))):
        torch.testing.assert_close(ours, theirs)


def test_a_stack_of_convolutions_is_each_of_them() -> None:
    torch.manual_seed(0)
    convolutions = [Convolution(4) for _ in range(3)]
    weights = torch.stack([convolution.weight.detach() for convolution in convolutions]).requires_grad_()
    tokens = torch.randn(3, 2, 6, 6, 4)

    def one(weight: Tensor, tokens: Tensor) -> Tensor:
        return torch.func.functional_call(convolutions[0], {"weight": weight}, (tokens,))

    together = torch.vmap(one)(weights, tokens)
    together.sin().sum().backward()
    for convolution, out, of_one, gradient in zip(convolutions, together, tokens, weights.grad):
        alone = convolution(of_one)
        torch.testing.assert_close(out, alone)
        torch.testing.assert_close(gradient, torch.autograd.grad(alone.sin().sum(), convolution.weight)[0])


def test_half_precision_loses_little_more_than_it_does_without() -> None:
    """Rounding of the tiles' sums costs 1.4 times the error of products of rounded numbers; measured at width 256, allowed 2."""
    torch.manual_seed(0)
    convolution, tokens = Convolution(64), torch.randn(4, 8, 8, 64)
    exact = plain(convolution.weight, tokens)
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        errors = [(out.float() - exact).square().mean() for out in (convolution(tokens), plain(convolution.weight, tokens))]
    assert errors[0] < 4 * errors[1]
