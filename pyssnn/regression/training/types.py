"""What training is asked and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

from pyssnn.checks import check_integer
from pyssnn.regression.network import RecurrentNetwork


@dataclass(frozen=True)
class Architecture:
    """The shape of a recurrent network.

    Attributes:
        hidden: d, how many hidden numbers.
        update_depth: affine maps in f; 1 is affine.
        update_width: ReLUs in each layer of f, 0 for depth 1.
        output_depth: affine maps in g.
        output_width: ReLUs in each layer of g, 0 for depth 1.
    """

    hidden: int
    update_depth: int = 1
    update_width: int = 0
    output_depth: int = 1
    output_width: int = 0

    def __post_init__(self) -> None:
        check_integer("an architecture's hidden size", self.hidden, 1)
        for name in ("update", "output"):
            check_integer(f"an architecture's {name} depth", getattr(self, f"{name}_depth"), 1)
            check_integer(f"an architecture's {name} width", getattr(self, f"{name}_width"), int(getattr(self, f"{name}_depth") > 1))

    def __str__(self) -> str:
        parts = [f"{depth}×{width}" if depth > 1 else "1" for depth, width in
                 ((self.update_depth, self.update_width), (self.output_depth, self.output_width))]
        return f"{self.hidden} | {parts[0]} | {parts[1]}"


@dataclass(frozen=True)
class Trained:
    """A trained network and how good it is.

    Attributes:
        network: the best network found, perfect or not.
        architecture: its shape.
        perfect: whether it errs on none of the fresh sequences (20,000 by default).
        errors_of_20000: on how many it errs in one answer or more.
        seconds: wall-clock time, search included.
        residual: the largest distance of an output from its answer on the fresh sequences.
        method: what trained it.
    """

    network: RecurrentNetwork
    architecture: Architecture
    perfect: bool
    errors_of_20000: int
    seconds: float
    residual: float
    method: str
