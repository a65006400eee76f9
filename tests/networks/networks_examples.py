"""A small network, small graphs, and a question that is easy to learn."""

from __future__ import annotations

import numpy as np
import torch

from pyssnn.networks import GraphStructure, NetworkConfig

SMALL = NetworkConfig(
    input_size=16, downsampled_size=4, vit_dim=16, vit_depth=1, vit_heads=2, vit_head_dim=4, vit_mlp_dim=16, conv_depth=1, graph_dim=64
)
LONELY = GraphStructure(np.array([0]), np.empty((0, 4)), 1)
PAIR = GraphStructure(np.array([0, 1]), np.array([[2, 0, 1, 0]]), 3)
TRIANGLE = GraphStructure(np.array([0, 1, 3]), np.array([[2, 0, 1, 0], [4, 1, 3, 1], [5, 0, 3, 2]]), 6)


def bright_or_dark(n: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    """Noisy images whose left half is the brighter one or not."""
    random = torch.Generator().manual_seed(0)
    targets = (torch.arange(n) % 2).float()[:, None]
    images = torch.randint(0, 128, (n, 1, 16, 16), generator=random, dtype=torch.uint8)
    images[..., :8] += (127 * targets).to(torch.uint8)[..., None, None]
    return images, targets


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach()
