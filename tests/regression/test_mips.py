"""Planted recurrences come back from networks in disguise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.regression.mips import candidates
from pyssnn.regression.network import Affine, RecurrentNetwork

from .planted import disguised, linear_network, network_of_machine, random_machine
from .strategies import seeds


def noisy(network: RecurrentNetwork, generator: np.random.Generator, noise: float) -> RecurrentNetwork:
    def layers(of: tuple[Affine, ...]) -> tuple[Affine, ...]:
        return tuple(Affine(layer.weights + noise * generator.normal(size=layer.weights.shape), layer.biases) for layer in of)

    return RecurrentNetwork(layers(network.update), network.output, network.initial)


@settings(max_examples=8, deadline=None)
@given(seed=seeds, d=st.integers(1, 4), k=st.integers(1, 2))
def test_an_integer_recurrence_is_read_from_an_affine_update(seed, d, k):
    generator = np.random.default_rng(seed)
    matrix, inputs = generator.integers(-1, 2, (d, d)), generator.integers(-2, 3, (k, d))
    plain = linear_network(matrix, inputs, generator.integers(-1, 2, d), generator.integers(-1, 2, d))
    network = noisy(disguised(plain, generator), generator, 1e-9)
    xs, longer = generator.integers(-5, 6, (100, 8, k)), generator.integers(-5, 6, (50, 12, k))
    found = candidates(network, xs)
    assert found and (found[0].run_many(longer) == plain.predict(longer)).all()


def hinges(update: list[list[float]]) -> RecurrentNetwork:
    """h ← the sum of the ReLUs of [h, x] · update; y = h."""
    return RecurrentNetwork((Affine(update, np.zeros(2)), Affine(np.ones((2, 1)), [0.0])), (Affine([[1.0]], [0.0]),), np.zeros(1))


# max(s, x) = s + relu(x - s) for s ≥ 0; (s + x) % 2 = |s - x| on bits.
RUNNING_MAXIMUM = hinges([[1.0, -1.0], [0.0, 1.0]])
PARITY = hinges([[1.0, -1.0], [-1.0, 1.0]])


FOLDS = [(RUNNING_MAXIMUM, 50, np.maximum.accumulate), (PARITY, 2, lambda xs, axis: np.cumsum(xs, axis) % 2)]


@pytest.mark.parametrize(("plain", "high", "truth"), FOLDS, ids=["running maximum", "parity"])
@pytest.mark.parametrize("seed", range(2))
def test_a_fold_is_read_from_a_layer_of_hinges(plain, high, truth, seed):
    generator = np.random.default_rng(seed)
    network = noisy(disguised(plain, generator), generator, 1e-6)
    xs, longer = generator.integers(0, high, (300, 10, 1)), generator.integers(0, high, (50, 100, 1))
    found = candidates(network, xs)
    assert found and not found[0].is_table and (found[0].run_many(longer) == truth(longer[:, :, 0], axis=1)).all()


def test_every_candidate_gives_the_network_s_outputs():
    generator = np.random.default_rng(4)
    network = disguised(network_of_machine(random_machine(generator, 4, 2)), generator)
    xs = generator.integers(0, 2, (200, 10, 1))
    for program in candidates(network, xs):
        assert (program.run_many(xs) == network.predict(xs)).all()


def test_the_same_network_gives_the_same_programs():
    xs = np.random.default_rng(0).integers(0, 50, (100, 10, 1))
    assert [p.source() for p in candidates(RUNNING_MAXIMUM, xs)] == [p.source() for p in candidates(RUNNING_MAXIMUM, xs)]


def test_an_untrained_network_is_no_error():
    generator = np.random.default_rng(9)
    update = (Affine(generator.normal(size=(3, 4)), generator.normal(size=4)), Affine(generator.normal(size=(4, 2)), np.ones(2)))
    network = RecurrentNetwork(update, (Affine(generator.normal(size=(2, 1)), np.ones(1)),), np.zeros(2))
    xs = generator.integers(0, 100, (50, 10, 1))
    for program in candidates(network, xs):
        assert (program.run_many(xs) == network.predict(xs)).all()
