"""Every normalizer leaves the network's function as it is, and brings what it promises."""

import numpy as np
import pytest
from hypothesis import given, settings

from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.normalizers import NORMALIZERS, linear_part, measure, normalise
from pyssnn.regression.normalizers.jordan import real_jordan_basis

from .planted import linear_network
from .strategies import random_network, seeds


@pytest.mark.parametrize("name", NORMALIZERS)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_outputs_stay_on_data_that_it_has_not_seen(name, seed):
    generator = np.random.default_rng(seed)
    network = random_network(generator)
    seen, fresh = generator.integers(-3, 4, (2, 60, 8, network.components))
    found = normalise(network, seen, (name,))
    assert len(found.steps) == 1 and (found.steps[0].applied or found.network is network)
    scale = max(1.0, np.abs(network(fresh)).max())
    assert np.abs(found.network(fresh) - network(fresh)).max() < 1e-8 * scale


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_each_change_is_the_one_on_record(seed):
    generator = np.random.default_rng(seed)
    network = random_network(generator)
    xs = generator.integers(-3, 4, (40, 6, network.components))
    names = ("whitening", "jordan", "toeplitz", "debiasing")
    found = normalise(network, xs, names)
    states = network.hidden(xs)
    for step in found.steps:
        states = states @ step.matrix + step.shift if step.applied else states
    assert np.allclose(found.network.hidden(xs), states, atol=1e-6 * max(1.0, np.abs(states).max()))
    assert [step.name for step in found.steps] == list(names)


def test_whitened_states_have_mean_0_and_covariance_1():
    generator = np.random.default_rng(3)
    parts = [generator.normal(size=size) for size in ((3, 3), (2, 3), 3, 3)]
    network = linear_network(parts[0] / 4, *parts[1:])
    xs = generator.integers(-3, 4, (200, 8, 2))
    states = normalise(network, xs, ("whitening",)).network.hidden(xs).reshape(-1, network.hidden_size)
    assert np.allclose(states.mean(axis=0), 0, atol=1e-9) and np.allclose(np.cov(states.T, bias=True), np.eye(states.shape[1]), atol=1e-6)


FORMS = {
    "a shift register": np.eye(5, k=1),
    "two blocks of one value": np.kron(np.eye(2), np.array([[1.0, 1.0], [0.0, 1.0]])),
    "a rotation": np.array([[0.0, 1.0], [-1.0, 0.0]]),
    "a block and a number": np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -1.0]]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_a_disguised_jordan_form_is_found_under_noise(form, seed):
    generator = np.random.default_rng(seed)
    d = len(form)
    change = np.linalg.qr(generator.normal(size=(d, d)))[0] * generator.uniform(0.5, 2, d)
    disguised = np.linalg.inv(change) @ form @ change + 1e-8 * generator.normal(size=(d, d))
    basis = real_jordan_basis(disguised)
    found = np.linalg.solve(basis, disguised @ basis)
    sizes = sorted(np.round(np.abs(found), 3).ravel())
    assert np.allclose(sizes, sorted(np.abs(form).ravel()), atol=1e-3)


def test_normal_forms_of_a_disguised_shift_register_are_its_bits():
    generator = np.random.default_rng(1)
    d = 4
    change = generator.normal(size=(d, d))
    plain = linear_network(np.eye(d, k=1), np.eye(d)[:1], np.zeros(d), np.eye(d)[-1])
    network = plain.changed(change, generator.normal(size=d))
    xs = generator.integers(0, 100, (50, 10, 1))
    found = normalise(network, xs, ("debiasing", "jordan", "toeplitz", "quantisation")).network
    a, b = linear_part(found, xs)
    assert np.allclose(a, np.eye(d, k=1), atol=1e-6) and np.allclose(b, np.eye(d)[:1], atol=1e-6)
    assert measure(found).sparsity > 0.5 > measure(network).sparsity


def test_a_change_that_is_not_exact_is_undone_and_says_so(monkeypatch):
    network = random_network(np.random.default_rng(0))
    d = network.hidden_size
    xs = np.ones((5, 4, network.components))
    monkeypatch.setitem(NORMALIZERS, "flattening", lambda network, xs: (np.diag([1e-170] + [1.0] * (d - 1)), np.full(d, 1e9)))
    found = normalise(network, xs, ("flattening",))
    step = found.steps[0]
    assert found.network is network and not step.applied and step.reason.startswith("undone") and step.before == step.after


def test_rounding_that_would_change_outputs_is_undone():
    network = RecurrentNetwork((Affine([[0.0], [1.0005]], [0.0]),), (Affine([[0.7]], [0.0]),), np.zeros(1))
    found = normalise(network, np.full((2, 3, 1), 1000), ("quantisation",))
    assert found.steps[0].applied and np.allclose(found.network(np.full((1, 1, 1), 1000)), network(np.full((1, 1, 1), 1000)), atol=1e-9)
