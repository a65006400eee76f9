"""Triplets mean what they say: positives share the invariant with their anchor, negatives do not."""

from __future__ import annotations

import numpy as np
import pytest

from pyssnn.interpretation import EXPERIMENTS, Form
from pyssnn.interpretation.experiments.linear_maps import conjugated, invertible, lorentz_field, lorentz_vector, rotations
from pyssnn.interpretation.experiments.orbits import propagate
from pyssnn.interpretation.gradients import tangents

SIAMESE = [e for e in EXPERIMENTS.values() if e.kind == "siamese"]
CLASSIFIERS = [e for e in EXPERIMENTS.values() if e.kind == "classifier"]


def test_there_are_twelve_and_five():
    assert (len(SIAMESE), len(CLASSIFIERS)) == (12, 5)


@pytest.mark.parametrize("experiment", SIAMESE, ids=lambda e: e.name)
def test_positives_share_all_invariants_and_negatives_not_the_first(experiment):
    triplets = experiment.draw(np.random.default_rng(0), 500)
    for i, form in enumerate(Form.of(text, experiment.inputs) for text in experiment.truth):
        anchor, positive, negative = (form.values(part) for part in triplets)
        spread = np.std(anchor)
        assert np.abs(anchor - positive).max() < 1e-5 * spread
        if i == 0:
            assert np.mean(np.abs(anchor - negative) > 0.05 * spread) > 0.8
    assert np.mean(np.linalg.norm(triplets.anchor - triplets.positive, axis=1) > 0.05) > 0.8


@pytest.mark.parametrize("experiment", SIAMESE, ids=lambda e: e.name)
def test_the_same_generator_draws_the_same(experiment):
    first, again = (experiment.draw(np.random.default_rng(4), 100) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("experiment", CLASSIFIERS, ids=lambda e: e.name)
def test_both_labels_are_common(experiment):
    points = experiment.points(np.random.default_rng(0), 4000)
    above = Form.of(experiment.truth[0], experiment.inputs).values(points) > experiment.threshold
    assert 0.15 < above.mean() < 0.85


@pytest.mark.parametrize("name", ["central", "fields"])
def test_negatives_keep_the_second_invariant(name):
    experiment = EXPERIMENTS[name]
    anchor, _, negative = experiment.draw(np.random.default_rng(0), 500)
    second = Form.of(experiment.truth[1], experiment.inputs)
    assert np.allclose(second.values(anchor), second.values(negative), atol=1e-6)


def test_charts_are_the_tangent_spaces_of_the_data():
    for experiment in SIAMESE:
        bases = tangents(experiment.points(np.random.default_rng(0), 500))
        dimension = len(experiment.inputs) if bases is None else bases.shape[2]
        assert dimension == len(experiment.inputs) - len(experiment.chart), experiment.name


def test_maps_keep_what_they_should():
    rng = np.random.default_rng(0)
    q = rotations(rng, 50, 4)
    assert np.allclose(q @ np.swapaxes(q, 1, 2), np.eye(4))
    assert np.linalg.cond(invertible(rng, 50, 3, spread=0.5)).max() < np.exp(1.0) + 1e-9
    a = rng.normal(size=(50, 3, 3))
    assert np.allclose(np.linalg.det(conjugated(rng, a)), np.linalg.det(a))
    x = rng.normal(size=(50, 4))
    squared = lambda v: v[:, 0] ** 2 - np.sum(v[:, 1:] ** 2, axis=1)
    assert np.allclose(squared(lorentz_vector(rng, x)), squared(x))
    f = rng.normal(size=(50, 6))
    product = lambda v: np.sum(v[:, :3] * v[:, 3:], axis=1)
    assert np.allclose(product(lorentz_field(rng, f)), product(f))


def test_an_orbit_whose_energy_drifts_is_not_used():
    x, v = np.ones((3, 1)), np.zeros((3, 1))
    with pytest.raises(ArithmeticError, match="drifted"):
        propagate(lambda x: -x, lambda x: 0.4 * x[..., 0] ** 2, x, v, np.linspace(0, 3, 5))


def test_the_harmonic_oscillator_goes_round():
    (orbit,) = propagate(lambda x: -x, lambda x: x[..., 0] ** 2 / 2, np.ones((1, 1)), np.zeros((1, 1)), np.array([np.pi / 2, 2 * np.pi]))
    assert np.allclose(orbit, [[0, -1], [1, 0]], atol=1e-7)
