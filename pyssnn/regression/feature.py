"""An integer feature of hidden states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Feature:
    """An integer that the hidden state holds.

    Attributes:
        name: what it is, for the record.
        before, after: int64 (M,) of the states before and after each step of a trace. Where the state before is the initial one and that is
            no lattice point, `before` means nothing.
        initial: of the initial state, None where it has none.
        unit: whether it is one of the lattice's own coordinates.
        since: the first step at which `before` and `after` mean something.
    """

    name: str
    before: np.ndarray
    after: np.ndarray
    initial: int | None
    unit: bool = False
    since: int = 0

    def key(self) -> bytes:
        """The same for features of the same values after a step up to a constant."""
        return (self.after - self.after[0]).tobytes()
