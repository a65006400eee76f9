"""Layers, networks and scores: what the closed forms say is what evaluating every edge says."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.kan import KAN, MLP, load_network, save_network, score
from pyssnn.kan.objectives import r_squared
from pyssnn.kan.symbolic import SymbolicEdge
from tests.kan.conftest import data, networks


@given(networks())
@settings(max_examples=30)
def test_edge_scores_from_covariances_are_the_deviations_of_the_edges(drawn):
    network, x = drawn
    for layer, nodes, spreads in zip(network.layers, network.levels(x), score(network, x).spreads):
        values = layer.edge_values(nodes)
        assert torch.allclose(spreads, values.std(0, correction=0), atol=1e-6)
        assert torch.allclose(layer.edge_means(layer.features(nodes), nodes), values.mean(0), atol=1e-8)
        assert torch.allclose(values.sum(2) + layer.bias, layer(nodes), atol=1e-8)


@given(networks())
@settings(max_examples=20)
def test_attributions_of_each_level_add_up_to_those_after_it(drawn):
    network, x = drawn
    found = score(network, x)
    for level in range(network.depth):
        subnodes = found.nodes[level + 1][network.owners(level + 1)]
        assert torch.isclose(found.nodes[level].sum(), subnodes[found.spreads[level].sum(1) > 0].sum(), atol=1e-9)


@given(networks())
@settings(max_examples=20)
def test_no_edge_is_steeper_than_its_bound(drawn):
    network, x = drawn
    for layer, nodes in zip(network.layers, network.levels(x)):
        near = nodes + 1e-4
        slopes = (layer.edge_values(near) - layer.edge_values(nodes)).abs() / 1e-4
        assert (slopes.amax(0) <= layer.steepest() * (1 + 1e-6) + 1e-6).all()


def test_a_product_node_multiplies_its_two_sums():
    network, x = KAN([3, (1, 2), 1], seed=0), data(10, 3, 0)
    sums = network.layers[0](x)
    assert torch.equal(network.levels(x)[1], torch.stack([sums[:, 0], sums[:, 1] * sums[:, 2], sums[:, 3] * sums[:, 4]], 1))
    assert network.width == [3, 3, 1] and network.n_edges == 3 * 5 + 3


def test_features_of_points_in_any_layout_are_the_same():
    layer, x = KAN([3, 4, 1]).layers[0], data(10, 3, 0)
    assert torch.equal(layer(x), layer(x.T.contiguous().T)) and layer.features(x).shape == (10, 3, 7)


@pytest.mark.parametrize("order", [2, 3])
def test_nan_in_a_row_is_nan_out_of_that_row_alone(order):
    network, x = KAN([3, 4, 1], order=order), data(5, 3, 0)
    x[2, 1] = torch.nan
    assert network(x)[:, 0].isnan().tolist() == [False, False, True, False, False]


def test_the_global_random_state_is_left_alone_and_the_seed_decides():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, same, other = KAN([2, 3, 1], seed=1), KAN([2, 3, 1], seed=1), KAN([2, 3, 1], seed=2)
    assert torch.equal(torch.rand(1), expected)
    x = data(5, 2, 0)
    assert torch.equal(first(x), same(x)) and not torch.equal(first(x), other(x))


@given(networks())
@settings(max_examples=10)
def test_a_stored_network_is_the_same_network(tmp_path_factory, drawn):
    network, x = drawn
    network = network.taken([range(n) for n in network.width])
    network.layers[0].set_formula(0, 0, SymbolicEdge("sin", [1.0, 2.0, 3.0, 4.0]))
    path = tmp_path_factory.mktemp("stored") / "network.safetensors"
    save_network(network, path)
    assert torch.equal(load_network(path)(x), network(x))


def test_files_that_hold_no_network_are_refused(tmp_path):
    (tmp_path / "text").write_text("no network")
    for name in ("text", "absent"):
        with pytest.raises(InputError, match=name):
            load_network(tmp_path / name)


@pytest.mark.parametrize("width", [[3], [3, 0, 1], [(2, 1), 3], [2, (1, 2, 3), 1], [2, "3"]])
def test_impossible_widths_are_refused(width):
    for kind in (KAN, MLP):
        with pytest.raises(InputError, match="width"):
            kind(width)


def test_data_of_another_width_are_refused():
    with pytest.raises(InputError, match=r"\(4, 2\).*\(N, 3\)"):
        KAN([3, 1])(data(4, 2, 0))


@given(st.floats(-5, 5), st.integers(2, 10))
def test_r_squared_of_a_constant_target_is_1_or_0(value, n):
    y = torch.full((n, 1), value, dtype=torch.float64)
    assert r_squared(y, y) == 1 and r_squared(y + 1, y) == 0
