"""Random networks and expressions."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import strategies as st

from pyssnn.regression.expression import SIGNATURES, Expression, Table, apply, constant, inp, state, table
from pyssnn.regression.network import Affine, RecurrentNetwork

seeds = st.integers(0, 2**31)


def random_network(generator: np.random.Generator) -> RecurrentNetwork:
    """Of any depth up to 2 in the update and the output, with weights that keep states of moderate size."""
    d, k = generator.integers(1, 6), generator.integers(1, 3)

    def layers(sizes: list[int]) -> tuple[Affine, ...]:
        pairs = zip(sizes, sizes[1:], strict=False)
        return tuple(Affine(generator.normal(size=pair) / np.sqrt(pair[0]), generator.normal(size=pair[1])) for pair in pairs)

    def middle() -> list[int]:
        return list(generator.integers(2, 9, generator.integers(0, 2)))

    return RecurrentNetwork(layers([d + k, *middle(), d]), layers([d, *middle(), 1]), np.zeros(d))


@cache
def expressions(kind: str = "int", depth: int = 3) -> st.SearchStrategy[Expression]:
    """Over two states and one input, with look-up tables."""
    if depth == 0:
        leaves = [st.integers(-3, 3).map(constant), st.sampled_from([state(0), state(1), inp(0)])]
        return st.one_of(leaves) if kind == "int" else st.builds(lambda a, b: apply("le", a, b), *leaves)

    def made(op: str) -> st.SearchStrategy[Expression]:
        return st.tuples(*(expressions(part, depth - 1) for part in SIGNATURES[op][0])).map(lambda parts: apply(op, *parts))

    looked_up = st.builds(
        lambda argument, low, entries: table([argument], Table((low,), (len(entries),), tuple(entries))),
        expressions("int", depth - 1),
        st.integers(-3, 3),
        st.lists(st.integers(-5, 5), min_size=1, max_size=4),
    )
    operations = [made(op) for op, (_, result) in SIGNATURES.items() if result == kind]
    return st.one_of(expressions(kind, 0), *operations, *([looked_up] if kind == "int" else []))
