"""What makes networks sparse: the L1 norm and the entropy of edge scores.

Source: Liu et al., *KAN*, arXiv:2404.19756, equations 2.17 to 2.20, with the standard deviation of an edge function over the data as its
norm, so that a constant counts nothing. The entropy is also taken over the edges of each node, as their code does.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_TINY = 1e-12


def sparsity(variances: Sequence[Tensor], l1: float, entropy: float) -> Tensor:
    """l1 · Σ scores + entropy · Σ entropies, over the layers, from the variances (out, in) of their edge functions."""
    total = variances[0].new_zeros(())
    for layer in variances:
        scores = (layer + _TINY).sqrt()
        total = total + l1 * scores.sum()
        if entropy:
            total = total + entropy * (_entropy(scores, 1).mean() + _entropy(scores, 0).mean())
    return total


def _entropy(scores: Tensor, dim: int) -> Tensor:
    """The entropy, in nats, of the scores as shares along a dimension."""
    shares = scores / (scores.sum(dim, keepdim=True) + 1e-4)
    return torch.special.entr(shares).sum(dim)
