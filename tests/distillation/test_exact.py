"""Floats as exact numbers: what is certified decides as the floats do, everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import STEP, all_inputs, sign_layer

from pyssnn.distillation import Layer, Network
from pyssnn.distillation.exact import exactify

ENCODINGS = st.sampled_from([(0.0, 1.0), (-1.0, 1.0), (-1.0, 0.0, 1.0), (2.0, 5.0), (-3.0, 0.5)])


@settings(max_examples=60)
@given(
    weights=st.lists(st.integers(-4, 4), min_size=1, max_size=6),
    twice=st.integers(-9, 9),
    scale=st.floats(0.05, 20),
    noise=st.sampled_from([0.0, 1e-12, 1e-3, 1e-2, 0.2]),
    encoding=ENCODINGS,
    seed=st.integers(0, 10**6),
)
def test_a_certified_neuron_decides_as_the_floats_do(weights, twice, scale, noise, encoding, seed):
    rng = np.random.default_rng(seed)
    column = scale * (np.array(weights, float) + noise * rng.standard_normal(len(weights)))
    network = Network((sign_layer(column[:, None], [scale * (twice / 2 + noise * rng.standard_normal())]),), (len(weights),), encoding)
    exact = exactify(network)
    inputs = all_inputs(network)
    sums = network.logits(inputs)
    clear = np.abs(sums) > 1e-9  # a sum of floats that is 0 but for rounding may have either sign
    if exact.is_certified:
        assert (exact.network(inputs) == network(inputs))[clear].all()


def test_integers_and_halves_stay_and_are_divided_by_what_they_share():
    exact = exactify(Network((sign_layer([[4.0], [-6.0]], [3.0]),), (2,), (0, 1)))
    assert exact.how == ("exact",)
    assert exact.network.layers[0].weights.tolist() == [[2.0], [-3.0]]
    assert exact.network.layers[0].biases.tolist() == [1.5]


def test_a_trained_scale_is_taken_out():
    exact = exactify(Network((sign_layer(0.3717 * np.array([[2.0], [-3.0], [1.0]]), [0.3717 * 0.4]),), (3,), (0, 1)))
    assert exact.is_certified
    assert exact.network.layers[0].weights.ravel().tolist() == [2.0, -3.0, 1.0]


def test_thirds_are_read_as_thirds_where_they_tie():
    exact = exactify(Network((sign_layer([[1 / 3], [1 / 3]], [-2 / 3]),), (2,), (0, 1)))
    assert exact.is_certified
    assert exact.network([[1, 1], [1, 0]]).tolist() == [[0.0], [-1.0]]


def test_noise_on_a_tie_that_cannot_be_tried_out_is_not_certified():
    weights = np.ones((40, 1)) + 1e-3 * np.random.default_rng(0).standard_normal((40, 1))
    exact = exactify(Network((sign_layer(weights, [-20.0]),), (40,), (0, 1)))
    assert not exact.is_certified and exact.how == ("none",)
    assert (exact.network.layers[0].weights == weights).all()


def test_noise_that_no_lattice_bounds_is_certified_by_trying_all_inputs():
    weights = 1 + 0.09 * np.linspace(-1, 1, 8) ** 3 + 0.02 * np.sqrt(np.arange(8))
    network = Network((sign_layer(weights[:, None], [-3.61]),), (8,), (0, 1))
    exact = exactify(network)
    assert exact.is_certified and exact.how == ("enumerated",)
    assert (exact.network(all_inputs(network)) == network(all_inputs(network))).all()


def test_rounded_sums_of_the_last_layer_say_how_far_they_are_off():
    weights = np.array([[1.01], [0.98], [-2.03]])
    network = Network((Layer(weights, np.zeros(1), "linear", STEP, (1,)),), (3,), (0, 1))
    exact = exactify(network, tolerance=0.05)
    off = np.abs(exact.network(all_inputs(network)) - network(all_inputs(network))).max()
    assert not exact.is_certified
    assert exact.network.layers[0].weights.ravel().tolist() == [1.0, 1.0, -2.0]
    assert 0 < off <= exact.bounds[0][0] == pytest.approx(0.06)
