"""Colours of neurons that look alike, and copies merged."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from samples import rows_against_columns, shuffled, sign_layer

from pyssnn.distillation import Network
from pyssnn.distillation.symmetry import forward_colours, merge_copies, stable_colours


def test_neurons_that_a_symmetry_exchanges_share_a_colour():
    forward = forward_colours(rows_against_columns(5))
    assert len(set(forward[0])) == 1
    assert len(set(forward[1])) == 2
    stable = stable_colours(rows_against_columns(5))
    assert [len(set(colour)) for colour in stable] == [1, 1, 2, 2]


def test_the_order_of_neurons_changes_no_colour_class():
    for seed in range(3):
        colours = forward_colours(shuffled(rows_against_columns(4), seed))
        assert [sorted(np.bincount(colour)) for colour in colours] == [[16], [4, 4], [1, 1]]


def test_another_weight_makes_another_colour():
    network = Network((sign_layer([[1, 1, 2], [1, 1, 1]], [0, 0, 0]),), (2,), (0, 1))
    colours = forward_colours(network)[0]
    assert colours[0] == colours[1] != colours[2]


@given(st.integers(0, 10**6))
def test_merging_copies_changes_nothing_that_the_network_gives(seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(-2, 3, (3, 2))[:, rng.integers(0, 2, 5)].astype(float)
    second = rng.integers(-2, 3, (5, 3)).astype(float)
    network = Network((sign_layer(first, np.zeros(5)), sign_layer(second, np.ones(3))), (3,), (-1, 0, 1))
    merged, became = merge_copies(network)
    inputs = rng.integers(-1, 2, (50, 3)).astype(float)
    assert merged.layers[0].n_outputs <= 2
    assert (merged(inputs) == network(inputs)).all()
    assert (merged.hidden(inputs)[0][:, became[0]] == network.hidden(inputs)[0]).all()
