"""Finite machines with an output on each transition (Mealy 1955)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Mealy:
    """A machine that starts in state 0.

    Attributes:
        symbols: the inputs, int64 (A, components).
        step: the next state of each state and symbol, int64 (Q, A), `UNKNOWN` where nothing is known.
        output: what is given out on the way, int64 (Q, A).
    """

    symbols: np.ndarray
    step: np.ndarray
    output: np.ndarray

    @property
    def n_states(self) -> int:
        """Q."""
        return len(self.step)

    @property
    def is_whole(self) -> bool:
        """Whether every transition is known."""
        return bool((self.step != UNKNOWN).all())

    def run(self, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """States before each step and outputs, both (n, T), for words of places in `symbols`, (n, T); state `UNKNOWN` after an unknown transition."""
        states, outputs = np.full(letters.shape, UNKNOWN), np.zeros(letters.shape, np.int64)
        now = np.zeros(len(letters), np.int64)
        for t in range(letters.shape[1]):
            states[:, t] = now
            outputs[:, t] = self.output[now, letters[:, t]]
            now = np.where(now == UNKNOWN, UNKNOWN, self.step[now, letters[:, t]])
        return states, outputs

    def minimised(self) -> Mealy:
        """The smallest machine that gives the same outputs (Moore 1956), its states in the order in which they are first reached.

        The machine must be whole.
        """
        _, block = np.unique(self.output, axis=0, return_inverse=True)
        while True:
            refined = np.unique(np.column_stack([block, block[self.step]]), axis=0, return_inverse=True)[1].ravel()
            if refined.max() == block.max():
                break
            block = refined
        representatives = [int(np.flatnonzero(block == b)[0]) for b in range(block.max() + 1)]
        order, place = [int(block[0])], {int(block[0]): 0}
        for b in order:
            for after in block[self.step[representatives[b]]].tolist():
                if after not in place:
                    place[after] = len(order)
                    order.append(after)
        chosen = [representatives[b] for b in order]
        step = np.array([[place[int(block[q])] for q in self.step[r]] for r in chosen], np.int64)
        return Mealy(self.symbols, step, self.output[chosen])

    def same(self, other: Mealy) -> bool:
        """Whether two whole machines over the same symbols give the same outputs."""
        a, b = self.minimised(), other.minimised()
        return a.step.shape == b.step.shape and bool((a.step == b.step).all() and (a.output == b.output).all())
