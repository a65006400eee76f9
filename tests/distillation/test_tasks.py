"""The tasks: their networks are exact at the sizes that they are trained at, and their examples are what they say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from pyssnn.distillation.baselines import BaselineConfig, baselines
from pyssnn.distillation.tasks import RULES, all_tasks, find_task
from pyssnn.distillation.tasks.adders import added
from pyssnn.distillation.tasks.argmax import largest
from pyssnn.distillation.tasks.automata import next_life, next_ring, rule_network
from pyssnn.distillation.tasks.maxsat import clauses, worth
from pyssnn.distillation.tasks.orientation import SHAPES, full_lines, shape_image, shapes
from pyssnn.errors import InputError

TASKS = {task.name: task for task in (*all_tasks(), find_task("ca-30"), find_task("ca-110"))}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def points(n: int, values=(0.0, 1.0)) -> np.ndarray:
    return np.array(list(product(values, repeat=n)))


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_networks_have_integer_weights_and_are_trained_alike_each_time(task):
    for size in task.sizes[:2]:
        network, again = task.train(size), task.train(size)
        assert network.input_shape == size
        for layer, other in zip(network.layers, again.layers, strict=True):
            assert (layer.weights == np.round(layer.weights)).all() and (2 * layer.biases == np.round(2 * layer.biases)).all()
            assert (layer.weights == other.weights).all() and (layer.biases == other.biases).all()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_tests_have_their_size_and_differ_with_the_seed_only(task):
    for test in task.tests:
        if np.prod(test.size) <= 10_000:
            x, y = test.make(rng())
            assert x.shape[1:] == test.size and len(x) == len(y) and y.ndim == 2
            assert all((a == b).all() for a, b in zip((x, y), test.make(rng()), strict=True))
            assert task.trivial(x).shape == y.shape


@pytest.mark.parametrize("rules", [RULES[::7], pytest.param(RULES, marks=pytest.mark.slow)], ids=["some", "all"])
def test_elementary_rules_are_learned_exactly(rules):
    x = points(3)
    for rule in rules:
        assert (rule_network(rule)(x)[:, 0] == [(rule >> index) & 1 for index in range(8)]).all(), rule


@pytest.mark.parametrize("n", [8, 10, 12])
def test_a_ring_of_cells_takes_a_step(n):
    x = points(n)
    assert (find_task("ca-110").train((n,))(x) == next_ring(110, x)).all()


def test_a_glider_goes_one_cell_down_and_right_in_four_steps():
    x = np.zeros((1, 7, 7))
    x[0, (0, 1, 2, 2, 2), (1, 2, 0, 1, 2)] = 1
    after, network = x, find_task("life").train((7, 7))
    for _ in range(4):
        assert (network(after) == next_life(after).reshape(1, -1)).all()
        after = next_life(after)
    assert (after == np.roll(x, (1, 1), axis=(1, 2))).all()


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_counting_networks_are_exact_and_a_tied_majority_is_a_tie(n):
    x = points(n)
    ones = x.sum(axis=1)
    for name, right in (("parity", ones % 2), ("majority", np.sign(2 * ones - n)), ("at-least-3", ones >= 3)):
        assert (find_task(name).train((n,))(x)[:, 0] == right).all(), name


@pytest.mark.parametrize("n", [4, 5, 6])
def test_argmax_is_exact_ties_included(n):
    x = points(n, (0.0, 1, 2, 5) if n < 6 else (0.0, 1, 2))
    assert (find_task("argmax").train((n,))(x) == largest(x)).all()


@pytest.mark.parametrize("n", [3, 4, 5])
def test_adders_add(n):
    x = points(2 * n).reshape(-1, 2, n)
    number = x @ (2 ** np.arange(n))
    right = (number.sum(axis=1).astype(int)[:, None] >> np.arange(n + 1)) & 1
    assert (added(x) == right).all()
    assert (find_task("ripple-adder").train((2, n))(x) == right).all()


def test_a_full_adder_adds():
    x = points(3)
    assert (find_task("full-adder").train((3,))(x) @ [1, 2] == x.sum(axis=1)).all()


def test_orientation_has_the_published_number_of_parameters_and_is_right_about_what_it_was_trained_on():
    network = find_task("orientation").train((28, 28))
    x, y = full_lines(28)
    assert (network(x) == y).all()
    assert sum(np.count_nonzero(layer.weights) + np.count_nonzero(layer.biases) for layer in network.layers) == 86_408


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_wider_than_high_and_turned_when_they_stand(shape):
    for seed in range(50):
        image = shape_image(shape, 28, rng(seed))
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert columns[-1] - columns[0] > rows[-1] - rows[0]
    images, right = shapes(shape, 28, rng(), 20)
    assert (right[:, 1] == np.arange(20) % 2).all()
    assert all(np.ptp(np.nonzero(image)[1]) < np.ptp(np.nonzero(image)[0]) for image in images[1::2])


def test_maxsat_has_the_published_layers():
    network = find_task("maxsat").train((10, 50))
    assert [network.n_inputs, *(layer.n_outputs for layer in network.layers)] == [500, 300, 200, 2]


def test_a_variable_is_worth_what_counting_says():
    for clause in clauses(4, (0, 1, 2)):
        values = points(4)
        holds = np.array([any(clause[2 * k] and v[k] == 1 or clause[2 * k + 1] and v[k] == 0 for k in range(4)) for v in values])
        assert worth(clause) == pytest.approx(holds[values[:, 0] == 1].mean() - holds.mean())


@pytest.mark.parametrize("name", ["maxsat", "orientation"])
def test_networks_are_right_at_the_tests_of_their_size(name):
    task = find_task(name)
    network = task.train(task.sizes[-1])
    for test in task.tests:
        if test.size == task.sizes[-1]:
            x, y = test.make(rng())
            assert (network(x) == y).all(), test.name


@pytest.mark.parametrize("name", ["ca-0", "ca-255", "ca-x", "chess", ""])
def test_names_that_are_none(name):
    with pytest.raises(InputError, match="ca-1 to ca-254, life"):
        find_task(name)


def test_a_perceptron_learns_an_adder_and_the_same_each_time():
    config = BaselineConfig(epochs=300)
    found = baselines(find_task("full-adder"), config)
    assert found == {"mlp": {"all inputs": 1.0}} == baselines(find_task("full-adder"), config)


def test_images_get_a_convolutional_network_at_every_size():
    found = baselines(find_task("orientation"), BaselineConfig(epochs=1, width=16))
    assert len(found["mlp"]) == 6 and len(found["cnn"]) == 12
