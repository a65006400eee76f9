"""Recurrent networks: what they compute, changes of coordinates, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression.network import Affine, RecurrentNetwork


def counter() -> RecurrentNetwork:
    """y_t = |Σ x|, with the sum as the hidden state."""
    update = (Affine([[1.0], [1.0]], [0.0]),)
    output = (Affine([[1.0, -1.0]], [0.0, 0.0]), Affine([[1.0], [1.0]], [0.0]))
    return RecurrentNetwork(update, output, np.zeros(1))


@st.composite
def networks(draw: st.DrawFn) -> tuple[RecurrentNetwork, np.random.Generator]:
    """A random network and the generator that made it."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    d, k = draw(st.integers(1, 4)), draw(st.integers(1, 3))

    def layers(first: int, last: int) -> tuple[Affine, ...]:
        sizes = [first, *draw(st.lists(st.integers(1, 5), max_size=2)), last]
        return tuple(Affine(random.normal(size=(m, n)) / m, random.normal(size=n)) for m, n in zip(sizes, sizes[1:], strict=False))

    return RecurrentNetwork(layers(d + k, d), layers(d, 1), random.normal(size=d)), random


def test_a_network_by_hand():
    xs = np.array([[[1], [-3], [1], [4]]])
    network = counter()
    assert network.hidden(xs)[0, :, 0].tolist() == [1, -2, -1, 3]
    assert network(xs).tolist() == [[1, 2, 1, 3]] and network.predict(xs).dtype == np.int64
    assert (network.hidden_size, network.components, network.n_parameters) == (1, 1, 10)


@given(networks())
def test_steps_one_by_one_are_the_whole(made):
    network, random = made
    xs = random.integers(-5, 6, (3, 4, network.components))
    h = np.tile(network.initial, (3, 1))
    for t in range(4):
        h = network.step(h, xs[:, t])
        assert np.allclose(h, network.hidden(xs)[:, t]) and np.allclose(network.read(h), network(xs)[:, t])


@given(networks())
def test_a_change_of_coordinates_changes_no_output(made):
    network, random = made
    d = network.hidden_size
    matrix, shift = np.eye(d) + 0.4 * random.uniform(-1, 1, (d, d)) / d, random.normal(size=d)
    xs = random.integers(-5, 6, (4, 6, network.components))
    changed = network.changed(matrix, shift)
    assert np.allclose(changed(xs), network(xs), rtol=1e-9, atol=1e-9)
    assert np.allclose(changed.hidden(xs), network.hidden(xs) @ matrix + shift, rtol=1e-9, atol=1e-9)


@given(networks())
def test_files_keep_every_bit(tmp_path_factory, made):
    network, random = made
    path = tmp_path_factory.mktemp("network") / "network.npz"
    network.save(path)
    xs = random.integers(-5, 6, (2, 3, network.components))
    assert np.array_equal(RecurrentNetwork.load(path)(xs), network(xs))


def test_files_that_hold_no_network_are_told(tmp_path: Path):
    path = tmp_path / "network.npz"
    with pytest.raises(InputError, match="no such file"):
        RecurrentNetwork.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="network.npz"):
        RecurrentNetwork.load(path)
    for arrays in ({"initial": np.zeros(1)}, {"other": np.zeros(1)}, {"update_0_weights": np.zeros(3), "update_0_biases": np.zeros(2)}):
        np.savez(path, **arrays)
        with pytest.raises(InputError, match="network.npz"):
            RecurrentNetwork.load(path)
    counter().save(path)
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "initial": np.array([np.nan])})
    with pytest.raises(InputError, match="finite"):
        RecurrentNetwork.load(path)


def test_parts_that_do_not_fit_are_told():
    good = counter()
    wide = Affine(np.zeros((2, 2)), np.zeros(2))
    for update, output, initial in (
        ((wide,), good.output, good.initial),
        ((wide, *good.update, wide), good.output, good.initial),
        (good.update, (good.output[0],), good.initial),
        (good.update, (), good.initial),
        (good.update, good.output, np.zeros(2)),
        ((Affine([[1.0], [np.inf]], [0.0]),), good.output, good.initial),
    ):
        with pytest.raises(InputError):
            RecurrentNetwork(update, output, initial)
    with pytest.raises(InputError):
        Affine(np.zeros((2, 2)), np.zeros(3))
    with pytest.raises(InputError):
        good(np.zeros((2, 3, 2)))
    for matrix, shift in (([[0.0]], [0.0]), (np.eye(2), [0.0])):
        with pytest.raises(InputError):
            good.changed(matrix, shift)


def test_outputs_beyond_integers_are_no_answers():
    growing = RecurrentNetwork((Affine([[1e200], [1.0]], [0.0]),), (Affine([[1.0]], [0.0]),), np.zeros(1))
    with np.errstate(over="ignore", invalid="ignore"):
        assert growing.predict(np.ones((1, 4, 1)))[0, 1:].tolist() == [np.iinfo(np.int64).min] * 3
