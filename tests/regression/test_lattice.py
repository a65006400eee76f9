"""Lattices are recovered from noisy points, whatever their rank and however they lie."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.regression.lattice import IntegerCode, choose, common_step, divisor_code, find_code, generated, state_lattice

from .strategies import seeds

NOISE = 1e-3


def planted(generator: np.random.Generator, d: int, r: int, n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integers (n, r), a basis (r, d) and states (n, d) on its lattice, off by at most `NOISE`."""
    frame = np.linalg.qr(generator.normal(size=(d, d)))[0][:r]
    basis = generator.uniform(0.5, 2, (r, 1)) * frame + 0.1 * generator.normal(size=(r, d)) / np.sqrt(d)
    integers = generator.integers(-15, 16, (n, r))
    return integers, basis, integers @ basis + generator.normal(size=d) + generator.uniform(-NOISE, NOISE, (n, d))


def same_lattice(found: np.ndarray, planted: np.ndarray) -> bool:
    """Whether integers (n, r) are an affine change of others with an integer matrix of determinant ±1."""
    design = np.hstack([planted, np.ones((len(planted), 1))])
    change = np.linalg.lstsq(design, found, rcond=None)[0]
    whole = np.rint(change)
    return np.abs(design @ whole - found).max() == 0 and abs(round(np.linalg.det(whole[:-1]))) == 1


@settings(max_examples=25, deadline=None)
@given(seed=seeds, d=st.integers(1, 5), data=st.data())
def test_a_planted_lattice_is_recovered_under_noise(seed, d, data):
    r = data.draw(st.integers(1, d))
    integers, _, states = planted(np.random.default_rng(seed), d, r)
    code = state_lattice(states, NOISE)
    assert code is not None and code.rank == r and same_lattice(code.encode(states), integers)
    assert np.abs(code.decode(code.encode(states)) - states).max() < 5 * NOISE


@settings(max_examples=25, deadline=None)
@given(seed=seeds, step=st.floats(0.2, 5))
def test_a_common_step_is_recovered_under_noise(seed, step):
    generator = np.random.default_rng(seed)
    places = np.concatenate([[0, 1], generator.integers(-500, 500, 100)])
    values = places * step + generator.normal() + generator.uniform(-NOISE, NOISE, len(places))
    found = common_step(values, NOISE)
    assert found is not None and abs(found / step - 1) < 1e-3


def test_numbers_without_a_common_step_have_none():
    assert common_step(np.random.default_rng(0).uniform(0, 10, 60), 1e-3) is None
    assert common_step(np.array([2.0, 2.0001]), 1e-3) is None


def test_random_points_are_no_lattice():
    states = np.random.default_rng(0).normal(size=(100, 2))
    assert find_code(states, NOISE) is None


def test_integer_vectors_generate_the_lattice_of_their_gcd():
    basis = generated(np.array([[6.0], [10.0], [15.0]]), 1e-6)
    assert np.allclose(np.abs(basis), 1)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, scale=st.integers(2, 5))
def test_the_coarser_of_two_codes_is_chosen(seed, scale):
    generator = np.random.default_rng(seed)
    _, basis, states = planted(generator, 2, 2)
    right = state_lattice(states, NOISE)
    fine = IntegerCode.of("fine", right.basis / scale, right.origin)
    assert choose([fine, right], states, NOISE) is right


def test_the_gcd_finder_reads_a_grid_along_the_axes():
    generator = np.random.default_rng(5)
    integers = generator.integers(0, 9, (200, 2))
    states = integers * [0.3, 2.0] + [1.0, -1.0]
    code = divisor_code(states, NOISE)
    assert same_lattice(code.encode(states), integers)
