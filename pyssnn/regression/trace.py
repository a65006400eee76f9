"""What a network does on data, step by step: states before and after, inputs, rounded outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.normalizers.linear import previous_states

_ROWS = 6000


@dataclass(frozen=True, eq=False)
class Trace:
    """M steps of a network.

    Attributes:
        before, after: hidden states (M, d).
        xs: inputs, int64 (M, k).
        old, ys: the outputs read from the states before and after, rounded, int64 (M,).
        time: at which step of its sequence each (M,) is, from 0. The state before step 0 is the initial one.
        initial: that state (d,).
    """

    before: np.ndarray
    after: np.ndarray
    xs: np.ndarray
    old: np.ndarray
    ys: np.ndarray
    time: np.ndarray
    initial: np.ndarray

    @staticmethod
    def of(network: RecurrentNetwork, xs: np.ndarray, rows: int = _ROWS) -> Trace:
        """The steps on as many of the sequences xs (n, T, k) as make about so many rows."""
        xs = np.asarray(xs, np.int64)[: max(1, rows // max(xs.shape[1], 1))]
        after = network.hidden(xs)
        before = previous_states(network, after)
        n = xs.shape[0] * xs.shape[1]
        time = np.broadcast_to(np.arange(xs.shape[1]), xs.shape[:2])

        def rounded(states: np.ndarray) -> np.ndarray:
            return np.rint(np.clip(network.read(states), -(2.0**60), 2.0**60)).astype(np.int64).ravel()

        d = network.hidden_size
        return Trace(
            before.reshape(n, d), after.reshape(n, d), xs.reshape(n, -1), rounded(before), rounded(after), time.ravel(), network.initial
        )

    def lagged(self, component: int, lag: int) -> np.ndarray:
        """The input component (M,) so many steps before each step, 0 where the sequence had not begun."""
        values = np.zeros(len(self.time), np.int64)
        values[lag:] = self.xs[: len(self.xs) - lag, component]
        return np.where(self.time >= lag, values, 0)

    @property
    def spread(self) -> float:
        """The largest deviation of a hidden coordinate, at least 10⁻⁹."""
        return max(float(self.after.std(axis=0).max(initial=0.0)), 1e-9)
