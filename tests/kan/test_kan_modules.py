"""Modules, exact proofs and Boolean programs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.kan import KAN, decompose, recover, smallest_blocks, truth_table
from pyssnn.kan.decomposition import bits, outer
from pyssnn.kan.modules import cluster

tables = st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(0, 1), min_size=2**n, max_size=2**n)).map(np.array)


def table_of(n: int, function) -> np.ndarray:
    return np.array([int(bool(function(*row))) for row in bits(n).tolist()])


def maj(*values: int) -> bool:
    return sum(values) > len(values) / 2


MAJORITY = table_of(9, lambda *v: maj(maj(*v[0::3]), maj(*v[1::3]), maj(*v[2::3])))
BLOCKS = ((0, 3, 6), (1, 4, 7), (2, 5, 8))


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6))
@settings(max_examples=25)
def test_noisy_blocks_are_found_in_any_order(n_blocks, size, seed):
    random = np.random.default_rng(seed)
    mass = np.kron(np.eye(n_blocks), np.ones((2, size))) + 0.1 * random.random((2 * n_blocks, n_blocks * size))
    order = random.permutation(n_blocks * size)
    wanted = sorted(sorted(np.flatnonzero(order // size == block).tolist()) for block in range(n_blocks))
    assert sorted(cluster(mass[:, order])) == wanted == sorted(cluster(mass[:, order], n_blocks))


def test_as_many_groups_as_asked_for_and_no_more_than_inputs():
    assert len(cluster(np.random.default_rng(0).random((3, 6)), 4)) == 4
    with pytest.raises(InputError, match="n_modules"):
        cluster(np.ones((2, 3)), 4)


@given(tables, st.data())
@settings(max_examples=50)
def test_a_block_holds_exactly_if_some_one_bit_function_of_it_is_enough(table, drawn):
    n = len(table).bit_length() - 1
    block = tuple(drawn.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=min(n, 3), unique=True)))
    values, rest = bits(n), [i for i in range(n) if i not in block]
    keys = values[:, list(block)] @ (1 << np.arange(len(block)))

    def enough(inner: int) -> bool:
        known: dict[tuple, int] = {}
        return all(known.setdefault((inner >> key & 1, *row[rest]), y) == y for row, key, y in zip(values, keys, table))

    assert decompose(table, block).holds == any(enough(inner) for inner in range(2 ** 2 ** len(block)))


def test_the_blocks_of_the_hierarchical_majority_are_proven_and_no_others():
    assert smallest_blocks(MAJORITY) == BLOCKS
    for block in itertools.combinations(range(9), 3):
        assert decompose(MAJORITY, block).holds == (block in BLOCKS)
    whole, rest = outer(MAJORITY, [decompose(MAJORITY, block) for block in BLOCKS])
    assert rest == () and (whole == table_of(3, maj)).all()


def test_single_inputs_prove_nothing():
    proof = decompose(MAJORITY, (4,))
    assert proof.holds and not proof.says_something


@given(tables)
@settings(max_examples=60)
def test_a_program_has_the_truth_table_that_it_was_read_off(table):
    program = recover(table, smallest_blocks(table))
    assert program.agrees and program.modular and (program.table == table).all()


@pytest.mark.parametrize(
    ("function", "n", "blocks", "text"),
    [
        (lambda a, b, c: maj(a, b, c), 3, [], "maj(x1, x2, x3)"),
        (lambda a, b, c: a + b + c >= 1, 3, [], "any(x1, x2, x3)"),
        (lambda a, b, c, d: a + b + c + d >= 2, 4, [], "at_least(2, x1, x2, x3, x4)"),
        (lambda a, b: a and not b, 2, [], "all(x1, not(x2))"),
        (lambda a, b, c: a ^ b ^ c, 3, [], "xor(x1, x2, x3)"),
        (lambda a, b, c: a, 3, [], "x1"),
        (lambda a, b: True, 2, [], "1"),
        (lambda a, b, c, d: (a ^ b) and (c or d), 4, [(0, 1), (2, 3)], "all(xor(x1, x2), any(x3, x4))"),
    ],
)
def test_programs_have_the_words_that_they_should(function, n, blocks, text):
    assert recover(table_of(n, function), blocks).text == text


def test_the_hierarchical_majority_reads_as_such_with_its_own_names():
    program = recover(MAJORITY, BLOCKS, names=list("abcdefghi"))
    assert program.text == "maj(maj(a, d, g), maj(b, e, h), maj(c, f, i))" and program.agrees


def test_blocks_that_the_table_does_not_prove_are_told_and_not_used():
    program = recover(table_of(3, maj), [(0, 1)])
    assert not program.modular and program.proofs[0].multiplicity == 3 and program.agrees


def test_a_networks_own_truth_table_is_what_it_computes():
    network = KAN([3, 2, 1], seed=0)
    import torch

    x = torch.from_numpy(bits(3)).double()
    with torch.no_grad():
        middle = float(network(x).median())
    assert (truth_table(network, middle) == (network(x) > middle)[:, 0].numpy()).all()


def test_what_is_no_truth_table_or_block_is_refused():
    for table, block in ((np.array([0, 1, 1]), (0,)), (np.array([0, 2]), (0,)), (MAJORITY, (9,)), (MAJORITY, (1, 1)), (MAJORITY, ())):
        with pytest.raises(InputError):
            decompose(table, block)
    with pytest.raises(InputError, match="share no input"):
        recover(MAJORITY, [(0, 1), (1, 2)])
    with pytest.raises(InputError, match="one"):
        truth_table(KAN([2, 2]))
