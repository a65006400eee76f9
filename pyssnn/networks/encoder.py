"""From an image to one vector: pixel-unshuffle, residual convolutions, a small transformer, average pool.

Tokens stay (batch, tokens, width) throughout: everything but the 3 × 3 convolution is pointwise.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from pyssnn.networks.config import NetworkConfig
from pyssnn.networks.convolution import Convolution
from pyssnn.networks.positions import grid_positions


class ConvBlock(nn.Module):
    """x + pointwise(GELU(pointwise(norm(conv3x3(x))))) over a square of tokens: (batch, side², width) to the same shape."""

    def __init__(self, width: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.conv = Convolution(width)
        self.norm = nn.LayerNorm(width)
        self.pointwise = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))

    def forward(self, tokens: Tensor) -> Tensor:
        square = tokens.unflatten(1, (self.side, self.side))
        return tokens + self.pointwise(self.norm(self.conv(square).flatten(1, 2)))


class Attention(nn.Module):
    """Multi-head self-attention; the heads together may be wider than the tokens."""

    def __init__(self, width: int, heads: int, head_width: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(width, 3 * heads * head_width, bias=False)
        self.out = nn.Linear(heads * head_width, width, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        query, key, value = self.to_qkv(tokens).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        attention = (query @ (key * key.shape[-1] ** -0.5).transpose(2, 3)).softmax(dim=3)
        return self.out((attention @ value).transpose(1, 2).flatten(2))


class TransformerLayer(nn.Module):
    """A pre-norm transformer layer (Xiong et al. 2020): (batch, tokens, width) to the same shape."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.vit_dim
        self.attention = nn.Sequential(nn.LayerNorm(width), Attention(width, config.vit_heads, config.vit_head_dim))
        self.mlp = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, config.vit_mlp_dim), nn.GELU(), nn.Linear(config.vit_mlp_dim, width)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        tokens = tokens + self.attention(tokens)
        return tokens + self.mlp(tokens)

    def average(self, tokens: Tensor) -> Tensor:
        """The average of what comes out: (batch, width). It is taken before the last product, which is linear."""
        tokens = tokens + self.attention(tokens)
        return tokens.mean(dim=1) + self.mlp[-1](self.mlp[:-1](tokens).mean(dim=1))


class Encoder(nn.Module):
    """Images (batch, channels, size, size), float in [0, 1], to vectors (batch, output_dim).

    Pixels are centred to [-1, 1] first; without that the baseline learned 128 puzzles to 0.61 instead of 0.95 in 256 steps at 3e-4.
    """

    def __init__(self, config: NetworkConfig, output_dim: int) -> None:
        super().__init__()
        self.image_shape = (config.input_channels, config.input_size, config.input_size)
        self.patch = config.input_size // config.downsampled_size
        self.embed = nn.Linear(config.input_channels * self.patch**2, config.vit_dim)
        self.convs = nn.Sequential(*(ConvBlock(config.vit_dim, config.downsampled_size) for _ in range(config.conv_depth)))
        self.transformer = nn.Sequential(*(TransformerLayer(config) for _ in range(config.vit_depth)))
        self.project = nn.Linear(config.vit_dim, output_dim)
        self.register_buffer("positions", grid_positions(config.downsampled_size, config.vit_dim), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        if images.shape[1:] != self.image_shape:
            raise ValueError(f"images have shape {tuple(images.shape)}, expected (batch, {', '.join(map(str, self.image_shape))})")
        patches = F.pixel_unshuffle(2 * images - 1, self.patch).flatten(2).transpose(1, 2)
        tokens = self.convs(self.embed(patches)) + self.positions
        for layer in self.transformer[:-1]:
            tokens = layer(tokens)
        average = self.transformer[-1].average(tokens) if len(self.transformer) else tokens.mean(dim=1)
        return self.project(average)


class Baseline(Encoder):
    """The encoder with its projection straight onto the targets: images to (batch, target_dim) logits."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config, config.target_dim)
