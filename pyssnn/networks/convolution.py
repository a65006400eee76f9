"""3 × 3 convolutions by Winograd's minimal filtering F(2 × 2, 3 × 3) (Lavin and Gray 2016, section 4.1).

Four outputs of a 2 × 2 tile need 16 products instead of 36: inputs, filters and outputs are taken to and from a basis in which
the convolution is a product for each of 16 places. Over tokens, (batch, side, side, width), these are 16 products of matrices, which a
stack of networks takes as one batched product.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_INPUT = ((1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, 0, -1))
_FILTER = ((1, 0, 0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0, 0, 1))
_OUTPUT = ((1, 1, 1, 0), (0, 1, -1, -1))


class Convolution(nn.Module):
    """A 3 × 3 convolution without bias over a square of tokens, zeros beyond its border: (batch, side, side, width) to the same shape.

    Its `weight` is (9, width out, width in), the filter's places row by row.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(9 * width)  # as torch's own layers begin
        self.weight = nn.Parameter(torch.empty(9, width, width).uniform_(-bound, bound))
        for name, matrix in (("of_input", _INPUT), ("of_filter", _FILTER), ("of_output", _OUTPUT)):
            both_axes = torch.kron(torch.tensor(matrix, dtype=torch.float32), torch.tensor(matrix, dtype=torch.float32))
            self.register_buffer(name, both_axes, persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        side = tokens.shape[1]
        even = F.pad(tokens, (0, 0, 0, 1, 0, 1)) if side % 2 else tokens
        convolved, *_ = _Winograd.apply(even, self.weight, self.of_input, self.of_filter, self.of_output)
        return convolved[:, :side, :side] if side % 2 else convolved


class _Winograd(torch.autograd.Function):
    """By hand for the sake of the gradients: their layout needs no copies so, and the overlapping tiles are added in place."""

    generate_vmap_rule = True

    @staticmethod
    def forward(tokens: Tensor, weight: Tensor, of_input: Tensor, of_filter: Tensor, of_output: Tensor) -> tuple[Tensor, ...]:
        windows = F.pad(tokens, (0, 0, 1, 1, 1, 1)).unfold(1, 4, 2).unfold(2, 4, 2)
        tiles = _in_basis(of_input, windows.permute(4, 5, 0, 1, 2, 3).flatten(0, 1))
        filters = _in_basis(of_filter, weight)
        products = tiles.flatten(1, 3) @ filters.transpose(1, 2)
        outputs = _in_basis(of_output, products).unflatten(0, (2, 2)).unflatten(2, tiles.shape[1:4])
        return outputs.permute(2, 3, 0, 4, 1, 5).flatten(3, 4).flatten(1, 2), tiles.flatten(1, 3), filters

    @staticmethod
    def setup_context(context: torch.autograd.function.FunctionCtx, inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]) -> None:
        _, tiles, filters = output
        context.mark_non_differentiable(tiles, filters)
        context.save_for_backward(tiles, filters, *inputs[2:])

    @staticmethod
    def backward(context: torch.autograd.function.FunctionCtx, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        tiles, filters, of_input, of_filter, of_output = context.saved_tensors
        batch, side, _, width = gradient.shape
        half = side // 2
        outputs = gradient.unflatten(1, (half, 2)).unflatten(3, (half, 2)).permute(2, 4, 0, 1, 3, 5).flatten(0, 1)
        products = _in_basis(of_output.T, outputs).flatten(1, 3)
        of_weight = _in_basis(of_filter.T, products.transpose(1, 2) @ tiles)
        windows = _in_basis(of_input.T, products @ filters).unflatten(1, (batch, half, half))
        padded = gradient.new_zeros(batch, side + 2, side + 2, width)
        for place, window in enumerate(windows):
            row, column = divmod(place, 4)
            padded[:, row : row + side : 2, column : column + side : 2] += window
        return padded[:, 1:-1, 1:-1], of_weight, None, None, None


def _in_basis(matrix: Tensor, places: Tensor) -> Tensor:
    """`matrix` times the vectors that the places' entries make up, place by place: (n, …) to (m, …) for (m, n)."""
    return (matrix.to(places.dtype) @ places.flatten(1)).unflatten(1, places.shape[1:])
