"""Integer autoencoders of hidden states: h ≈ z · basis + origin with integers z."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class IntegerCode:
    """An affine integer autoencoder.

    Attributes:
        name: of the finder.
        basis: (r, d), the lattice's.
        origin: (d,), the state of z = 0.
        encoder: (d, r), from a state less the origin to its coordinates. What it sends to 0 beside the lattice is not looked at.
    """

    name: str
    basis: np.ndarray
    origin: np.ndarray
    encoder: np.ndarray

    @staticmethod
    def of(name: str, basis: np.ndarray, origin: np.ndarray) -> IntegerCode:
        """The code of a basis of independent vectors."""
        return IntegerCode(name, basis, np.asarray(origin, np.float64), np.linalg.pinv(basis))

    @property
    def rank(self) -> int:
        """r, how many integers it gives."""
        return len(self.basis)

    def real(self, states: np.ndarray) -> np.ndarray:
        """The coordinates (…, r) of states (…, d), not rounded."""
        return (states - self.origin) @ self.encoder

    def encode(self, states: np.ndarray) -> np.ndarray:
        """The integers (…, r) nearest to states (…, d)."""
        return np.rint(self.real(states)).astype(np.int64)

    def decode(self, integers: np.ndarray) -> np.ndarray:
        """The states (…, d) of integers (…, r)."""
        return integers @ self.basis + self.origin

    def error(self, states: np.ndarray) -> float:
        """How far, at most, the coordinates of states (…, d) are from integers."""
        real = self.real(states)
        return float(np.abs(real - np.rint(real)).max(initial=0.0))

    def fitted(self, states: np.ndarray) -> IntegerCode:
        """The same code with the basis and the origin that are nearest to states (n, d): the noise of single states is averaged."""
        z = self.encode(states).astype(np.float64)
        design = np.hstack([z, np.ones((len(z), 1))])
        if np.linalg.matrix_rank(design) < design.shape[1]:
            return self
        found = np.linalg.lstsq(design, states, rcond=None)[0]
        return IntegerCode.of(self.name, found[:-1], found[-1])

    def bits(self, states: np.ndarray, noise: float) -> float:
        """The length of these states written with the code to within the noise: its numbers, then each state's integers."""
        spread = max(float(np.ptp(states)), noise)
        z = self.encode(states)
        centred = z - np.rint(np.median(z, axis=0))
        return (self.rank + 1) * states.shape[1] * np.log2(spread / noise) + float(np.log2(1 + 2 * np.abs(centred)).sum())


def choose(codes: list[IntegerCode], states: np.ndarray, noise: float, limit: float = 0.2) -> IntegerCode | None:
    """Of codes whose coordinates of the states (n, d) are within `limit` of integers the one that writes them shortest."""
    good = [code for code in codes if code.rank and code.error(states) <= limit]
    return min(good, key=lambda code: code.bits(states, noise), default=None)
