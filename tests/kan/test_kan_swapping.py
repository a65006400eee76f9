"""Swapping: no order found by trying all is better."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from pyssnn.errors import InputError
from pyssnn.kan import best_orders, connection_cost


@st.composite
def layered_scores(draw: st.DrawFn, most: int, levels: int) -> list[np.ndarray]:
    sizes = [draw(st.integers(1, most)) for _ in range(levels)]
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    sparse = draw(st.sampled_from([1.0, 0.3]))
    return [random.exponential(size=(b, a)) * (random.random((b, a)) < sparse) for a, b in itertools.pairwise(sizes)]


def places(n: int, order: tuple[int, ...]) -> np.ndarray:
    found = np.empty(n)
    found[list(order)] = (np.arange(n) + 0.5) / n
    return found


def lowest_of_two_levels(scores: list[np.ndarray]) -> float:
    """The lowest cost with levels 1 and 2 free: all orders of one, and for each of them the best of the other."""
    sizes = [scores[0].shape[1], *(layer.shape[0] for layer in scores)]
    first, second, last = (places(sizes[k], tuple(range(sizes[k]))) for k in (0, 2, 3))
    found = []
    for order in itertools.permutations(range(sizes[1])):
        at = places(sizes[1], order)
        costs = scores[1] @ np.abs(at[:, None] - second) + scores[2].T @ np.abs(last[:, None] - second)
        found.append((np.abs(at[:, None] - first) * scores[0]).sum() + costs[linear_sum_assignment(costs)].sum())
    return min(found)


@given(layered_scores(6, 3))
@settings(max_examples=25)
def test_one_level_is_ordered_as_well_as_by_trying_all_orders(scores):
    n = scores[0].shape[0]
    everything = [[range(scores[0].shape[1]), order, range(scores[1].shape[0])] for order in itertools.permutations(range(n))]
    best = best_orders(scores, free=[1])
    assert connection_cost(scores, best) <= min(connection_cost(scores, orders) for orders in everything) + 1e-12
    assert sorted(best[1]) == list(range(n)) and best[0] == list(range(scores[0].shape[1]))


@given(layered_scores(5, 4))
@settings(max_examples=25)
def test_two_levels_are_ordered_as_well_as_by_trying_all_orders(scores):
    assert connection_cost(scores, best_orders(scores, free=[1, 2])) <= lowest_of_two_levels(scores) * (1 + 1e-9) + 1e-12


@pytest.mark.slow
@given(layered_scores(7, 4))
@settings(max_examples=100)
def test_two_levels_of_seven_too(scores):
    assert connection_cost(scores, best_orders(scores, free=[1, 2])) <= lowest_of_two_levels(scores) * (1 + 1e-9) + 1e-12


def test_the_cost_of_a_small_network_is_the_sum_that_it_should_be():
    scores = [np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])]
    assert np.isclose(connection_cost(scores), 0.25 * (1 + 2 + 3 + 4))


def test_shuffled_blocks_come_together_when_inputs_may_be_exchanged():
    blocks = np.kron(np.eye(3), np.ones((1, 3)))[:, np.random.default_rng(0).permutation(9)]
    scores = [blocks, np.ones((1, 3))]
    orders = best_orders(scores, free=[0, 1])
    ordered = blocks[np.ix_(orders[1], orders[0])]
    assert (ordered == np.kron(np.eye(3), np.ones((1, 3)))).all()


def test_scores_that_do_not_fit_or_are_not_finite_are_refused():
    with pytest.raises(InputError, match="scores"):
        best_orders([np.ones((3, 2)), np.ones((2, 4))], free=[1])
    with pytest.raises(InputError, match="scores"):
        best_orders([np.array([[np.nan]])], free=[0])
