"""Essence neural networks: their neurons, subconcepts and rounding, and that trained ones say of each example what it is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.distillation import Layer, Network
from pyssnn.distillation.enn import EnnConfig, Symbolic, alike, clusters, merged, placed, refined, rounded, separable, separate, stacked, tiled, train_enn
from pyssnn.errors import InputError

POINTS = {n: np.array(list(product((0.0, 1.0), repeat=n))) for n in range(1, 6)}
ONE = EnnConfig(depth=1, last="step")


def xor(n: int) -> Network:
    return train_enn(POINTS[n], POINTS[n].sum(axis=1) % 2, EnnConfig(last="step"))


# neurons


@given(seed=st.integers(0, 2**32), n=st.integers(1, 6))
def test_between_two_points_the_neuron_is_exact(seed, n):
    a, b = np.random.default_rng(seed).integers(-9, 10, (2, n)).astype(float)
    if (a == b).all():
        with pytest.raises(InputError, match="one point in two classes"):
            separate(a[None], b[None], 15)
        return
    weights, bias = separate(a[None], b[None], 15)
    assert (weights == a - b).all()
    assert weights @ (a + b) / 2 + bias == 0
    assert weights @ a + bias == -(weights @ b + bias) > 0


def test_an_svm_finds_the_widest_gap():
    weights, bias = separate(np.array([[2.0, 0], [2, 1], [9, 0]]), np.array([[0.0, 0], [0, 1]]), 1e3)
    assert weights / weights[0] == pytest.approx([1, 0], abs=1e-6)
    assert bias / weights[0] == pytest.approx(-1)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_planes_are_found_where_they_are_and_only_there(seed):
    rng = np.random.default_rng(seed)
    points, plane = rng.integers(-3, 4, (12, 3)).astype(float), rng.normal(size=4)
    side = points @ plane[:3] + plane[3] > 0
    if side.any() and not side.all():
        assert separable(points[side], points[~side])
    middle = points[:4].mean(axis=0, keepdims=True)
    assert not separable(points[:4], middle)


# symbolic mode


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), st.integers(-6, 6), st.floats(0.001, 1000), st.integers(0, 2**32))
def test_small_integers_are_found_again_in_any_unit_and_under_noise(weights, bias, unit, seed):
    weights = np.array(weights, dtype=float)
    if not weights.any():
        return
    noise = 1 + np.random.default_rng(seed).uniform(-1e-4, 1e-4, len(weights) + 1)
    found = rounded(unit * weights * noise[:-1], unit * bias * noise[-1], Symbolic())
    assert found is not None
    integers = np.append(*found)
    assert np.linalg.matrix_rank(np.stack([integers, np.append(weights, bias)])) == 1 and integers[:-1] @ weights > 0


def test_weights_below_a_fifth_vanish_and_others_do_not():
    assert rounded(np.array([10.0, 1.9, -2.0]), 0.5, Symbolic())[0].tolist() == [5, 0, -1]
    assert rounded(np.array([10.0, 1.0]), 0.0, Symbolic(zero_below=0))[0].tolist() == [10, 1]


def test_what_is_near_no_integers_is_left():
    assert rounded(np.array([1.0, np.pi / 4, np.sqrt(0.5)]), 0.3, Symbolic()) is None


@pytest.mark.parametrize("change", [{"zero_below": -1}, {"zero_below": 1}, {"scales": 0}, {"within": 0.5}])
def test_settings_out_of_range(change):
    with pytest.raises(InputError):
        Symbolic(**change)


# subconcepts


@pytest.mark.parametrize("method", ["hierarchical", "kmeans"])
def test_clusters_are_the_groups_that_the_points_form(method):
    rng = np.random.default_rng(0)
    points = np.concatenate([centre + rng.normal(size=(5, 2)) for centre in ((0, 0), (50, 0), (0, 50))])
    assert [part.tolist() for part in clusters(points, 3, method)] == [list(range(i, i + 5)) for i in (0, 5, 10)]
    assert len(clusters(points, 15, method)) == 15 and len(clusters(points, 1, method)) == 1
    with pytest.raises(InputError, match="at most 15"):
        clusters(points, 16, method)


def test_points_of_a_symmetric_function_are_alike_by_their_number_of_ones():
    parts = alike(POINTS[4], POINTS[4].sum(axis=1) % 2)
    assert sorted(len(part) for part in parts) == [1, 1, 4, 4, 6]
    assert all(len({POINTS[4][index].sum() for index in part}) == 1 for part in parts)


def test_an_input_that_is_not_like_the_others_is_told_apart():
    parts = alike(POINTS[3], (POINTS[3][:, 0] == 1) & (POINTS[3][:, 1:].any(axis=1)))
    assert len(parts) == 6


@settings(max_examples=15)
@given(st.integers(1, 2**16 - 2))
def test_merged_parts_hold_one_class_and_can_be_told_apart(rule):
    points = POINTS[4]
    labels = np.array([(rule >> index) & 1 for index in range(16)])
    parts = merged(points, labels, alike(points, labels))
    assert sorted(np.concatenate(parts).tolist()) == list(range(16))
    assert all(len(set(labels[part])) == 1 for part in parts)
    for one, other in product(parts, parts):
        if labels[one[0]] < labels[other[0]]:
            assert separable(points[one], points[other])


# networks


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 2**16 - 2), st.sampled_from(["merged", "single"]))
def test_every_function_of_four_bits_is_learned(rule, division):
    labels = np.array([(rule >> index) & 1 for index in range(16)])
    network = train_enn(POINTS[4], labels, EnnConfig(last="step", division=division, symbolic=Symbolic(zero_below=0.01)))
    assert (network(POINTS[4])[:, 0] == labels).all()


def test_a_plane_that_a_soft_margin_misses_is_found():
    """At C = 15 the differentia between two of this function's subconcepts leaves a point on the wrong side."""
    labels = np.array([(5650 >> index) & 1 for index in range(16)])
    assert (train_enn(POINTS[4], labels, EnnConfig(last="step"))(POINTS[4])[:, 0] == labels).all()


def test_overlapping_classes_are_told_apart_as_far_as_they_can_be():
    """Handwritten digits 0 to 2, without rounding: not exact, far above chance on digits that were not trained on."""
    from sklearn.datasets import load_digits

    points, labels = load_digits(n_class=3, return_X_y=True)
    network = train_enn(points[:300], labels[:300], EnnConfig(division="kmeans", counts=(2, 2, 2), symbolic=None, plain=False))
    assert [layer.n_outputs for layer in network.layers] == [12, 6, 3]
    assert (network(points[300:]).argmax(axis=1) == labels[300:]).mean() > 0.95


def test_parity_has_a_differentia_between_neighbouring_counts_and_a_subconcept_a_count():
    network = xor(5)
    assert [layer.n_outputs for layer in network.layers] == [5, 6, 1]
    assert sorted(network.layers[0].biases.tolist()) == [-9, -7, -5, -3, -1] and (network.layers[0].weights == 2).all()
    subconcepts = network.hidden(POINTS[5])[1]
    assert ((subconcepts == 1).sum(axis=1) == 1).all()


def test_classes_that_a_plane_parts_need_one_differentia():
    network = train_enn(POINTS[3], POINTS[3].any(axis=1), EnnConfig(last="sign"))
    assert [layer.n_outputs for layer in network.layers] == [1, 2, 1]
    assert network.layers[0].weights.ravel().tolist() == [2, 2, 2] and network.layers[0].biases.tolist() == [-1]


def test_several_classes_get_a_concept_each():
    network = train_enn(POINTS[2], POINTS[2].sum(axis=1), EnnConfig(division="single"))
    assert (network(POINTS[2]) == np.eye(3)[POINTS[2].sum(axis=1).astype(int)]).all()


def test_one_layer_and_two_where_they_are_enough():
    assert train_enn(POINTS[2], POINTS[2].all(axis=1), ONE).layers[0].weights.ravel().tolist() == [2, 2]
    two = train_enn(np.eye(3), np.arange(3), EnnConfig(division="single", depth=2))
    assert len(two.layers) == 2 and (two(np.eye(3)) == np.eye(3)).all()
    with pytest.raises(InputError, match="one in each class"):
        train_enn(POINTS[2], POINTS[2].sum(axis=1) % 2, EnnConfig(depth=2))


def test_training_does_not_depend_on_the_unit_of_chance():
    one, other = (train_enn(POINTS[4], POINTS[4][:, 0] != POINTS[4][:, 1], EnnConfig(division="kmeans", counts=(2, 2))) for _ in range(2))
    assert all((a.weights == b.weights).all() for a, b in zip(one.layers, other.layers, strict=True))


@pytest.mark.parametrize(
    ("points", "labels", "says"),
    [
        ([[0.0], [0.0]], [0, 1], "one point in two classes"),
        ([[0.0], [0.0], [1.0]], [0, 0, 1], "a point twice"),
        ([[0.0], [1.0]], [1, 1], "one class"),
        ([[0.0], [np.nan]], [0, 1], "not finite"),
        ([0.0, 1.0], [0, 1], "examples"),
        ([[0.0], [1.0]], [0], "examples"),
        (np.zeros((0, 2)), [], "examples"),
    ],
)
def test_examples_that_are_refused(points, labels, says):
    with pytest.raises(InputError, match=says):
        train_enn(np.array(points), np.array(labels))


# larger networks from small ones


def test_copies_at_many_places_read_their_own_fields():
    fields = np.array([[0, 1], [2, 1], [3, 0]])
    network = tiled(xor(2), fields, (3,), (2, 2))
    x = POINTS[4]
    assert (network(x) == np.stack([x[:, a] != x[:, b] for a, b in fields], axis=1)).all()
    assert [layer.shape for layer in network.layers] == [(3, 2), (3, 3), (3,)]


def test_a_field_may_name_an_input_twice():
    assert (tiled(xor(2), np.array([[1, 1]]), (1,), (3,))(POINTS[3]) == 0).all()


def test_side_by_side_and_one_after_another():
    both = placed([((0, 1), xor(2)), ((2, 1, 0), xor(3))], (3,))
    x = POINTS[3]
    assert (both(x) == np.stack([x[:, :2].sum(axis=1) % 2, x.sum(axis=1) % 2], axis=1)).all()
    assert (stacked([both, xor(2)])(x)[:, 0] == x[:, 2]).all()
    with pytest.raises(InputError, match="differ in kind"):
        placed([((0, 1), xor(2)), ((0, 1), train_enn(POINTS[2], POINTS[2].all(axis=1), ONE))], (2,))


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_refining_reaches_targets_that_can_be_reached(seed):
    rng = np.random.default_rng(seed)
    values, wanted = rng.choice([-1.0, 0, 1], (20, 4)), rng.normal(size=(5, 2))
    targets = np.column_stack([values, np.ones(20)]) @ wanted
    start = Layer(rng.normal(size=(4, 2)), rng.normal(size=2), "max", (0, 0.5, 1), (2,))
    found = refined(start, values, targets)
    assert found.sums(values) == pytest.approx(targets, abs=1e-6)


def test_parts_that_no_plane_tells_apart_are_said():
    config = EnnConfig(division="hierarchical", counts=(1, 1), symbolic=None)
    with pytest.raises(InputError, match="one point in two classes"):
        train_enn(POINTS[2], np.array([0, 1, 1, 0]), config)
    assert rounded(np.zeros(2), 1.0, Symbolic()) is None
