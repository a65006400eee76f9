"""Running a stranger's program: `run(source, inputs) -> Outcome`."""

from .running import LAYERS, Limits, Outcome, run

__all__ = ["LAYERS", "Limits", "Outcome", "run"]
