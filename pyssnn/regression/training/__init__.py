"""Training recurrent networks: Levenberg–Marquardt from many starts at once, with a search for the smallest architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyssnn.regression.training.types import Architecture, Trained

if TYPE_CHECKING:
    from pyssnn.regression.training.learning import TrainingConfig, train

__all__ = ["Architecture", "Trained", "TrainingConfig", "train"]


def __getattr__(name: str) -> object:
    # PyTorch is loaded by what trains.
    if name in ("train", "TrainingConfig"):
        from pyssnn.regression.training import learning

        return getattr(learning, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
