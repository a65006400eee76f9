"""What is known of a network beside its weights: which integers it takes. A task without its truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.task import Task

Draw = Callable[[int, int, int], np.ndarray]


@dataclass(frozen=True)
class Inputs:
    """The inputs that a network was trained on.

    Attributes:
        low: the least value of a component.
        high: one more than the greatest.
        components: how many integers a step has.
        length: how many steps a training sequence had: what the network says further on need not be what it learned.
        draw: f(n, length, seed) gives int64 (n, length, components) like those of training; None for uniform ones.
    """

    low: int
    high: int
    components: int = 1
    length: int = 10
    draw: Draw | None = None

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise InputError(f"inputs: {name}", repr(value), "an integer")
        if self.high <= self.low:
            raise InputError("inputs: high", self.high, f"more than low, {self.low}")
        check_integer("inputs: components", self.components, 1)
        check_integer("inputs: length", self.length, 1)

    @staticmethod
    def of(source: Task | Inputs) -> Inputs:
        """A task's inputs, and nothing of its answers; inputs as they are."""
        if isinstance(source, Inputs):
            return source
        return Inputs(source.low, source.high, source.components, source.length, None if source.sampler is None else source.sample)

    @property
    def n_symbols(self) -> int:
        """How many different inputs a step may have."""
        return (self.high - self.low) ** self.components

    def sample(self, n: int, length: int, seed: int) -> np.ndarray:
        """Draw n sequences, int64 (n, length, components)."""
        if self.draw is not None:
            return self.draw(n, length, seed)
        return np.random.default_rng(seed).integers(self.low, self.high, (n, length, self.components))

    def check(self, network: RecurrentNetwork) -> None:
        """Raises `InputError` unless the network takes such inputs and stays finite on some."""
        if network.components != self.components:
            raise InputError("inputs: components", self.components, f"{network.components}, as the network takes")
        with np.errstate(all="ignore"):
            finite = np.isfinite(network(self.sample(64, self.length, 0))).all()
        if not finite:
            raise InputError("inputs", f"integers from {self.low} to {self.high - 1}", "a range on which the network's outputs are finite")
