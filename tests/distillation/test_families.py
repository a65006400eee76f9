"""Anti-unification of rows, and polynomials through sizes."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.distillation.antiunify import families, family
from pyssnn.distillation.ir import Poly, augmented
from pyssnn.distillation.sizes import fit

DOMAINS = {
    "box": (list(product(range(2, 5), range(1, 6))), ()),
    "below": (list(combinations(range(3, 8), 2)), ((0, 1, "<"),)),
    "other": (list(permutations(range(5), 2)), ((0, 1, "!="),)),
    "up to": ([(i, j) for i in range(4) for j in range(i, 4)], ((0, 1, "<="),)),
}


@pytest.mark.parametrize("name", DOMAINS)
@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_rows_of_a_domain_in_any_order_are_one_family(name, seed):
    indices, relations = DOMAINS[name]
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(indices))
    i, j = np.array(indices, float)[order].T
    table = np.stack([i, i + 1, np.full(len(i), 7.0), 2 * j - i + 3, j], axis=1)
    found = family(table, np.ones(5, bool))
    assert found is not None and len(found.extents) == 2
    assert [relation[2] for relation in found.relations] == [relation[2] for relation in relations]
    for column, (constant, multiples) in enumerate(found.columns):
        values = [constant + sum(multiple * int(index[position]) for position, multiple in multiples) for index in found.indices]
        assert values == table[:, column].tolist()


def test_rows_of_no_one_domain_are_split_into_some_that_are():
    table = np.array([(a, b) for a in (0, 9) for b in range(4)] + [(5, 2)], float)
    found = families(table, np.ones(2, bool))
    assert sorted(len(one.rows) for one in found) == [1, 4, 4]
    assert sorted(row for one in found for row in one.rows) == list(range(9))


def test_thresholds_alone_are_counted_from_the_lowest():
    found = family(np.array([[-2.5], [-0.5], [-1.5]]), np.array([False]))
    assert found.extents == (3,)
    assert found.columns == ((Fraction(-1, 2), ((0, Fraction(-1)),)),)
    assert family(np.array([[-2.5], [-0.5], [-1.0]]), np.array([False])) is None


@given(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-2, 2)))
def test_a_polynomial_comes_back_and_is_confirmed_further_on(factors):
    sizes = [augmented((n,)) for n in (8, 12, 28, 16)]
    values = [Fraction(factors[0] + factors[1] * n + factors[2] * n * n) for n, _ in sizes]
    found = fit(sizes, values, training=3)
    assert [found.at(augmented((n,))) for n in (3, 64)] == [factors[0] + factors[1] * n + factors[2] * n * n for n in (3, 64)]


def test_a_sign_that_alternates_is_a_remainder():
    sizes = [augmented((n,)) for n in (4, 5, 6, 7)]
    found = fit(sizes, [Fraction((-1) ** (n + 1)) for n, _ in sizes], training=3)
    assert [int(found.at(augmented((n,)))) for n in (9, 10)] == [1, -1]


def test_no_polynomial_is_made_up_for_a_held_out_size():
    sizes = [augmented((n,)) for n in (4, 5, 6, 7)]
    assert fit(sizes, [Fraction(v) for v in (1, 2, 4, 9)], training=3) is None


def test_two_sizes_are_told_apart():
    sizes = [augmented(size) for size in ((12, 50), (10, 60), (10, 50), (14, 70))]
    assert fit(sizes, [Fraction(n - 2) for n, *_ in sizes], 3) == Poly.size(0) + Poly.const(-2)
    assert fit(sizes, [Fraction(m) for _, m, *_ in sizes], 3) == Poly.size(1)
