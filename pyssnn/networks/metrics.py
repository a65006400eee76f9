"""Accuracy, F1 and loss of binary predictions, accumulated where the predictions are."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Metrics:
    """How well a set of samples was predicted.

    Args:
        accuracy: share of (sample, target) entries predicted correctly, a logit above 0 being a 1.
        f1: 2 TP / (2 TP + FP + FN) over all (sample, target) entries ("micro"); 0 where nothing is or is said to be a 1.
        loss: binary cross-entropy, mean over all entries, in nats.
    """

    accuracy: float
    f1: float
    loss: float

    def perf(self, metric: str) -> float:
        """The metric with its name in `log.json`: "acc" or "f1"."""
        return {"acc": self.accuracy, "f1": self.f1}[metric]


@dataclass(frozen=True)
class Counts:
    """What `Metrics` are made of: numbers of (sample, target) entries, and the sum of their losses in nats."""

    correct: int = 0
    true_positives: int = 0
    said: int = 0
    true: int = 0
    entries: int = 0
    loss: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(ours + theirs for ours, theirs in zip(astuple(self), astuple(other))))

    def metrics(self) -> Metrics:
        """The metrics of what was counted; at least one entry must have been."""
        return Metrics(
            self.correct / self.entries, 2 * self.true_positives / max(self.said + self.true, 1), self.loss / self.entries
        )


@torch.no_grad()
def count(logits: Tensor, targets: Tensor, losses: Tensor) -> Counts:
    """Counts (samples, target_dim) logits against 0/1 targets, with the sum of `losses`; waits once for the device they are on."""
    said, true = logits > 0, targets > 0.5
    numbers = torch.stack([(said == true).sum(), (said & true).sum(), said.sum(), true.sum()])
    *integers, loss = torch.cat([numbers.double(), losses.double().sum()[None]]).tolist()
    return Counts(*map(int, integers), entries=targets.numel(), loss=loss)
