"""Changes to networks: those that must not change the function do not, and what pruning changes is measured and bounded."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.kan import KAN, MLP, drop_edges, drop_nodes, prune, refine, score, set_grids, swap, tidy
from pyssnn.kan.symbolic import SymbolicEdge
from tests.kan.conftest import data, networks, trembled

seeds = st.integers(0, 10**6)


def random_edges(network, share: float, seed: int) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [torch.rand(layer.mask.shape, generator=random) < share for layer in network.layers]


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a, b, atol=1e-8 * max(1.0, float(b.detach().abs().max())))


@given(networks(), seeds)
@settings(max_examples=25)
def test_any_order_of_inputs_and_nodes_is_the_same_function(drawn, seed):
    network, x = drawn
    random = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(n, generator=random).tolist() for n in network.width[:-1]] + [list(range(network.width[-1]))]
    again = network.taken(orders)
    assert close(again(x), network(x))
    assert again.inputs.tolist() == orders[0] and again.n_edges == network.n_edges


@given(networks(), st.booleans())
@settings(max_examples=15)
def test_swapping_is_the_same_function_at_no_higher_cost(drawn, inputs):
    network, x = drawn
    swapped = swap(network, x, inputs=inputs, restarts=2)
    assert close(swapped.network(x), network(x))
    assert swapped.cost <= swapped.cost_before + 1e-12
    assert swapped.network.inputs.tolist() == list(swapped.orders[0]) and swapped.orders[-1] == tuple(range(network.width[-1]))


@given(networks(), st.integers(1, 4), seeds)
@settings(max_examples=25)
def test_refined_grids_are_the_same_function_on_and_off_the_data(drawn, factor, seed):
    network, x = drawn
    finer = refine(network, factor)
    far = 3 * data(40, x.shape[1], seed)
    assert close(finer(x), network(x)) and close(finer(far), network(far))
    for layer, old in zip(finer.layers, network.layers):
        assert not hasattr(layer, "grid") or layer.n_intervals == factor * old.n_intervals


@given(networks(), st.floats(0, 1), seeds)
@settings(max_examples=30)
def test_what_pruning_changes_is_what_is_reported_and_within_the_bound(drawn, share, seed):
    network, x = drawn
    before = network(x)
    pruned = drop_edges(network, x, random_edges(network, share, seed))
    assert math.isclose(pruned.error, float((pruned.network(x) - before).detach().abs().max()), rel_tol=1e-6, abs_tol=1e-9)
    assert pruned.error <= pruned.bound * (1 + 1e-9) + 1e-9
    assert pruned.n_dropped == network.n_edges - pruned.network.n_edges
    assert torch.equal(network(x), before)


@given(networks(), st.floats(0, 1), seeds)
@settings(max_examples=25)
def test_tidying_is_the_same_function_without_loose_ends(drawn, share, seed):
    network, x = drawn
    network = network.copy()
    for layer, edges in zip(network.layers, random_edges(network, share, seed)):
        layer.cut(edges)
    tidied = tidy(network)
    assert close(tidied(x), network(x))
    for level in range(1, tidied.depth):
        leads_on = tidied.layers[level].edges().any(0)
        assert leads_on.all() or tidied.width[level] == 1


def test_the_mean_of_a_dropped_edge_stays_in_the_bias():
    network, x = trembled(KAN([3, 2], seed=0), 1), data(50, 3, 0)
    edge = torch.zeros(2, 3, dtype=torch.bool)
    edge[1, 2] = True
    pruned = drop_edges(network, x, [edge]).network
    assert torch.allclose(pruned(x).mean(0), network(x).mean(0))
    assert not torch.allclose(pruned(x)[:, 1], network(x)[:, 1]) and torch.allclose(pruned(x)[:, 0], network(x)[:, 0])


@pytest.mark.parametrize("kind", [KAN, MLP])
def test_inputs_that_do_not_matter_are_pruned_and_the_columns_stay(kind):
    network, x = kind([4, 3, 2, 1], seed=0), data(30, 4, 0)
    without = drop_nodes(network, x, 0, [1, 3]).network
    assert without.inputs.tolist() == [0, 2]
    other = x.clone()
    other[:, [1, 3]] = 100.0
    assert torch.equal(without(x), without(other))


def test_a_threshold_drops_what_is_worth_less_and_nothing_else():
    network, x = KAN([5, 4, 1], seed=3), data(60, 5, 0)
    scores = score(network, x)
    pruned = prune(network, x, edges=0.2, nodes=0.0)
    small = sum(int((layer < 0.2 * layer.max()).sum()) for layer in scores.edges)
    assert small > 0 and pruned.n_dropped >= small
    assert prune(network, x, edges=0.0, nodes=0.0).n_dropped == 0
    with pytest.raises(InputError, match="edges"):
        prune(network, x, edges=1.5)


def test_pruning_everything_leaves_the_mean():
    network, x = trembled(KAN([3, 4, 1], seed=0), 0), data(50, 3, 0)
    nothing = drop_edges(network, x, [torch.ones_like(layer.mask) for layer in network.layers])
    assert nothing.network.n_edges == 0 and nothing.network.width == [1, 1, 1]
    assert nothing.network(x).std() < 1e-12 and nothing.error <= nothing.bound * (1 + 1e-9)


def test_grids_reach_over_the_data_and_follow_it():
    network, x = KAN([2, 3, 1], n_intervals=4, seed=0), 5 + 3 * data(80, 2, 0)
    set_grids(network, x)
    for layer, nodes in zip(network.layers, network.levels(x)):
        assert torch.allclose(layer.grid[:, 0], nodes.amin(0)) and torch.allclose(layer.grid[:, -1], nodes.amax(0))
    before = network(x)
    set_grids(network, x)
    assert close(network(x), before)


def test_a_column_that_is_constant_gets_a_grid_too():
    network, x = KAN([2, 2, 1], seed=0), data(20, 2, 0)
    x[:, 1] = 7.0
    set_grids(network, x)
    assert network(x).isfinite().all() and (network.layers[0].grid[1].diff() > 0).all()


def test_a_formula_keeps_its_place_when_nodes_are_exchanged_and_goes_when_it_is_cut():
    network, x = KAN([2, 3, 1], seed=0), data(20, 2, 0)
    network.layers[0].set_formula(2, 1, SymbolicEdge("sin", [1.0, 0.5, 2.0, 0.1]))
    swapped = network.taken([[1, 0], [2, 0, 1], [0]])
    assert set(swapped.layers[0].formulas()) == {(0, 0)} and close(swapped(x), network(x))
    only = torch.zeros(3, 2, dtype=torch.bool)
    only[2, 1] = True
    pruned = drop_edges(network, x, [only, torch.zeros(1, 3, dtype=torch.bool)])
    assert not pruned.network.layers[0].formulas() and pruned.n_dropped == 1 and pruned.error <= pruned.bound
