"""Boolean programs read off truth tables, and checked on all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyssnn.errors import InputError
from pyssnn.kan.decomposition import Proof, bits, decompose, outer


@dataclass(frozen=True)
class Program:
    """A Boolean program.

    Attributes:
        text: what it computes, such as "maj(maj(x1, x2, x3), x4, x5)". The words are `maj`, `at_least(k, …)`, `all`, `any`, `xor`, `not`, and sums
            of products for what has no word.
        proofs: for each block, what its truth table says.
        table: its truth table (2ⁿ,).
        agrees: whether that is the truth table it was read off.
    """

    text: str
    proofs: tuple[Proof, ...]
    table: np.ndarray
    agrees: bool

    @property
    def modular(self) -> bool:
        """Whether every block was proven."""
        return all(proof.holds for proof in self.proofs)


def recover(table: np.ndarray, blocks: Sequence[Sequence[int]], names: Sequence[str] | None = None) -> Program:
    """The program g(h₁(B₁), …, rest) of a truth table, for those of the blocks that the table proves.

    Args:
        table: (2ⁿ,), in the order of `bits`.
        blocks: disjoint groups of inputs.
        names: of the inputs; x1, x2, … by default.

    Raises:
        InputError: blocks that overlap, or names of another number than the inputs.
    """
    table = np.asarray(table)
    n = len(table).bit_length() - 1
    names = [f"x{i + 1}" for i in range(n)] if names is None else list(names)
    if len(names) != n:
        raise InputError("names", f"{len(names)} of them", f"{n}, one for each input")
    flat = [i for block in blocks for i in block]
    if len(set(flat)) != len(flat):
        raise InputError("blocks", blocks, "groups that share no input")
    proofs = tuple(decompose(table, block) for block in blocks)
    used = [proof for proof in proofs if proof.says_something]
    whole, rest = outer(table, used)
    inner = [_expression(np.asarray(proof.inner), [_Name(names[i], i) for i in proof.block]) for proof in used]
    top = _expression(whole, [*inner, *(_Name(names[i], i) for i in rest)])
    computed = np.asarray(top.evaluate(bits(n).astype(bool))).astype(np.uint8)
    return Program(top.text, proofs, computed, bool((computed == table).all()))


@dataclass(frozen=True)
class _Expression:
    """A part of a program: its text, and its values (N,) for bits (N, n)."""

    text: str
    evaluate: Callable[[np.ndarray], np.ndarray]


def _Name(name: str, column: int) -> _Expression:
    return _Expression(name, lambda values: values[:, column])


def _expression(table: np.ndarray, arguments: Sequence[_Expression]) -> _Expression:
    """The simplest words for a truth table over arguments; those that it does not depend on are left out."""
    n = len(arguments)
    cube = np.asarray(table, bool).reshape((2,) * n)
    needed = [i for i in range(n) if (cube.take(0, i) != cube.take(1, i)).any()]
    cube = cube[tuple(slice(None) if i in needed else 0 for i in range(n))]
    parts = [arguments[i] for i in needed]
    if not parts:
        value = bool(cube)
        return _Expression(str(int(value)), lambda values: np.full(len(values), value))
    # A threshold may count some arguments negated: those whose rise can only lower the function.
    parts = [_not(part) if _falls(cube, i) else part for i, part in enumerate(parts)]
    cube = np.flip(cube, [i for i in range(cube.ndim) if _falls(cube, i)])
    return _of_count(cube.ravel(), parts) or _sum_of_products(cube, parts)


def _falls(cube: np.ndarray, axis: int) -> bool:
    low, high = cube.take(0, axis), cube.take(1, axis)
    return bool((high <= low).all())


def _not(part: _Expression) -> _Expression:
    return _Expression(f"not({part.text})", lambda values: ~part.evaluate(values))


def _of_count(table: np.ndarray, parts: list[_Expression]) -> _Expression | None:
    """A word for a function of how many arguments are true, if the table is one."""
    n = len(parts)
    counts = bits(n).sum(1)
    by_count = [table[counts == k] for k in range(n + 1)]
    if any(len(set(values.tolist())) > 1 for values in by_count):
        return None
    truth = np.array([values[0] for values in by_count])
    joined = ", ".join(part.text for part in parts)

    def evaluate(values: np.ndarray) -> np.ndarray:
        return truth[sum(part.evaluate(values).astype(int) for part in parts)]

    if n == 1:
        return parts[0] if truth[1] else _not(parts[0])
    steps = np.flatnonzero(np.diff(truth.astype(int)))
    if len(steps) == 1 and truth[-1]:
        least = int(steps[0]) + 1
        word = {1: f"any({joined})", n: f"all({joined})"}.get(least, f"at_least({least}, {joined})")
        return _Expression(f"maj({joined})" if n == 2 * least - 1 else word, evaluate)
    if (truth == np.arange(n + 1) % 2).all():
        return _Expression(f"xor({joined})", evaluate)
    if (truth != np.arange(n + 1) % 2).all():
        return _Expression(f"not(xor({joined}))", evaluate)
    wanted = ", ".join(str(k) for k in np.flatnonzero(truth))
    return _Expression(f"count_in({{{wanted}}}, {joined})", evaluate)


def _sum_of_products(cube: np.ndarray, parts: list[_Expression]) -> _Expression:
    """The smallest sum of products that sympy finds."""
    from sympy import Or, symbols
    from sympy.logic import SOPform

    letters = symbols(f"a0:{len(parts)}")
    form = SOPform(letters, [row.tolist() for row in np.argwhere(cube)])
    terms = form.args if isinstance(form, Or) else (form,)
    products = [[(letters.index(next(iter(literal.free_symbols))), literal.is_Symbol) for literal in _literals(term)] for term in terms]

    def evaluate(values: np.ndarray) -> np.ndarray:
        known = [part.evaluate(values) for part in parts]
        return np.any([np.all([known[i] if plain else ~known[i] for i, plain in product], 0) for product in products], 0)

    texts = [_join("all", [parts[i].text if plain else f"not({parts[i].text})" for i, plain in sorted(product)]) for product in products]
    return _Expression(_join("any", sorted(texts)), evaluate)


def _literals(term) -> tuple:
    from sympy import And

    return term.args if isinstance(term, And) else (term,)


def _join(word: str, texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{word}({', '.join(texts)})"
