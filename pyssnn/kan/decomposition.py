"""Exact proofs that a Boolean function is put together from functions of blocks of its inputs.

Write the truth table of f as a matrix with a column for each value of a block B and a row for each value of the other inputs.
f = g(h(B), others) with one bit h exactly if the matrix has at most two different columns; their number is the *column multiplicity*
(Ashenhurst, *The Decomposition of Switching Functions*, 1957; Curtis, 1962, for more than two). If that holds for each of several disjoint
blocks, then f = g(h₁(B₁), …, h_k(B_k), the rest).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch

from pyssnn.errors import InputError
from pyssnn.kan.network import Network

MOST_INPUTS, _MOST_SEARCHED = 20, 12


@dataclass(frozen=True)
class Proof:
    """What the truth table says of a block.

    Attributes:
        block: the inputs.
        multiplicity: how many different columns there are.
        inner: if there are two at most, the truth table of h, one entry for each value of the block (first input most significant); 1 stands
            for the column with more ones, so that h goes with f. Else empty.
    """

    block: tuple[int, ...]
    multiplicity: int
    inner: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether f is a function of one bit of the block and of the other inputs."""
        return self.multiplicity <= 2

    @property
    def says_something(self) -> bool:
        """Whether it holds and is not true of every function, as it is for single inputs."""
        return self.holds and len(self.block) > 1


def bits(n: int) -> np.ndarray:
    """(2ⁿ, n): all values of n bits, in counting order, first bit most significant."""
    if not 0 <= n <= MOST_INPUTS:
        raise InputError("a truth table", f"{n} inputs", f"at most {MOST_INPUTS}")
    return (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1


@torch.no_grad()
def truth_table(network: Network, threshold: float = 0.5) -> np.ndarray:
    """The outputs (2ⁿ,) of 0 and 1 of a network of one output for all values of its n = n_columns bits, in the order of `bits`.

    Raises:
        InputError: more than one output, or more than 20 columns.
    """
    if network.width[-1] != 1:
        raise InputError("the network", f"{network.width[-1]} outputs", "one")
    like = next(network.parameters())
    table = torch.from_numpy(bits(network.n_columns)).to(like)
    return np.concatenate([(network(part)[:, 0] > threshold).cpu().numpy() for part in table.split(65536)]).astype(np.uint8)


def decompose(table: np.ndarray, block: Sequence[int]) -> Proof:
    """Count the different columns that a block's values make in a truth table (2ⁿ,)."""
    n, block = _n_inputs(table), tuple(block)
    if len(set(block)) != len(block) or not block or not all(0 <= i < n for i in block):
        raise InputError("a block", block, f"different inputs from 0 to {n - 1}")
    columns, place = np.unique(_columns(table, n, block), axis=0, return_inverse=True)
    inner: tuple[int, ...] = ()
    if len(columns) <= 2:
        by_ones = np.argsort(columns.sum(1), kind="stable")
        # A block that does not matter has one column, and h is 0.
        inner = tuple(int(k) for k in np.argsort(by_ones)[place.ravel()])
    return Proof(block, len(columns), inner)


def smallest_blocks(table: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Disjoint blocks of two inputs or more, not of all, that a truth table proves, none with a smaller one inside, by trying all subsets.

    Where such blocks overlap (pairs of the inputs of a parity, say) the smaller and first ones are taken. Inputs that f does not depend on are in
    none.

    Raises:
        InputError: more than 12 inputs, which would make too many subsets.
    """
    n = _n_inputs(table)
    if n > _MOST_SEARCHED:
        raise InputError("a truth table", f"{n} inputs", f"at most {_MOST_SEARCHED} to try all blocks")
    needed = [i for i in range(n) if decompose(table, (i,)).multiplicity > 1]
    found: list[tuple[int, ...]] = []
    for size in range(2, len(needed)):
        for block in combinations(needed, size):
            if not any(set(block) & set(other) for other in found) and decompose(table, block).holds:
                found.append(block)
    return tuple(sorted(found))


def outer(table: np.ndarray, proofs: Sequence[Proof]) -> tuple[np.ndarray, tuple[int, ...]]:
    """The truth table of g over (h₁, …, h_k, rest), and the inputs that are the rest.

    Values of (h₁, …) that never occur are given g = 0.
    """
    n = _n_inputs(table)
    rest = tuple(i for i in range(n) if not any(i in proof.block for proof in proofs))
    values = bits(n)
    parts = [np.asarray(proof.inner)[_number(values[:, list(proof.block)])] for proof in proofs] + [values[:, i] for i in rest]
    result = np.zeros(2 ** len(parts), np.uint8)
    result[_number(np.stack(parts, 1))] = table
    return result, rest


def _columns(table: np.ndarray, n: int, block: tuple[int, ...]) -> np.ndarray:
    """(2^|block|, 2^rest): the matrix, transposed."""
    rest = [i for i in range(n) if i not in block]
    return table.reshape((2,) * n).transpose(*block, *rest).reshape(2 ** len(block), -1)


def _number(rows: np.ndarray) -> np.ndarray:
    """The numbers that rows of bits stand for, first bit most significant."""
    return rows.astype(np.int64) @ (1 << np.arange(rows.shape[1] - 1, -1, -1))


def _n_inputs(table: np.ndarray) -> int:
    n = len(table).bit_length() - 1
    if table.ndim != 1 or len(table) != 2**n or not np.isin(table, (0, 1)).all():
        raise InputError("a truth table", f"shape {table.shape}", "2ⁿ entries of 0 and 1")
    return n
