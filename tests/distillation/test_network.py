"""Layered networks: what they compute, ties, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from pyssnn.distillation import Layer, Network
from pyssnn.errors import InputError

SIGN, STEP = (-1, 0, 1), (0, 0.5, 1)


def layer(weights, biases, activation="sign", encoding=None, shape=None):
    return Layer(weights, biases, activation, encoding or (SIGN if activation == "sign" else STEP), shape or (len(biases),))


def network(*layers, values=(0, 1)):
    return Network(layers, (layers[0].n_inputs,), values)


@pytest.mark.parametrize("encoding", [SIGN, STEP, (2, 5, 7), (0, 1, 1), (-1, 1, 1)])
def test_a_threshold_gives_the_three_values_of_its_encoding(encoding):
    found = network(layer([[1.0]], [-2.0], "sign", encoding), values=(1, 2, 3))([[1], [2], [3]])
    assert found.ravel().tolist() == list(encoding)


def test_several_that_are_largest_get_the_value_in_the_middle():
    found = network(layer(np.eye(3), np.zeros(3), "max"))([[1, 0, 0], [1, 1, 0], [0, 0, 0]])
    assert found.tolist() == [[1, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0.5]]


def test_max_and_softmax_work_along_the_last_axis():
    x = np.array([[3.0, 1, 0, 2]])
    assert network(layer(np.eye(4), np.zeros(4), "max", shape=(2, 2)))(x).tolist() == [[1, 0, 0, 1]]
    found = network(layer(np.eye(4), np.zeros(4), "softmax", shape=(2, 2)))(x)
    assert found.reshape(2, 2).sum(axis=1) == pytest.approx([1, 1])
    assert found[0, 0] / found[0, 1] == pytest.approx(np.exp(2))


def test_logits_are_the_sums_of_the_last_layer_and_hidden_holds_each_layer():
    made = network(layer([[1.0, -1.0]], [0.0, 0.0]), layer([[2.0], [3.0]], [1.0], "linear"), values=(-1, 1))
    x = [[1.0], [-1.0]]
    assert [part.tolist() for part in made.hidden(x)] == [[[1, -1], [-1, 1]], [[0], [2]]]
    assert made.logits(x).tolist() == made(x).tolist() == [[0], [2]]
    assert made.n_parameters == 7


def test_inputs_come_flat_or_in_their_shape():
    made = Network((layer(np.arange(6.0)[:, None], [0.0], "linear"),), (2, 3), (0, 1))
    x = np.random.default_rng(0).integers(0, 2, (4, 2, 3))
    assert (made(x) == made(x.reshape(4, 6))).all()
    for wrong in (x[0], x[:, :1], x.ravel()):
        with pytest.raises(InputError, match="batch, 2, 3"):
            made(wrong)


def test_a_network_does_not_change_with_the_arrays_that_it_was_made_of():
    weights = np.ones((1, 1))
    made = network(layer(weights, [0.0], "linear"))
    weights[:] = 5
    assert made([[1.0]]).tolist() == [[1]]
    with pytest.raises(ValueError, match="read-only"):
        made.layers[0].weights[0, 0] = 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weights": np.ones((2, 3))}, "biases"),
        ({"weights": [[np.nan, 1.0]]}, "not finite"),
        ({"biases": [np.inf, 0.0]}, "not finite"),
        ({"weights": np.ones((0, 2))}, "weights"),
        ({"weights": [["a", "b"]]}, "no array of numbers"),
        ({"weights": [[1.0], [1.0, 2.0]]}, "no array of numbers"),
        ({"weights": np.ones((1, 2)) * 1j}, "complex"),
        ({"weights": np.full((1, 2), 1e300)}, "sizes from 1e"),
        ({"biases": [1e-320, 0.0]}, "scale the neurons"),
        ({"encoding": ("low", "none", "high")}, "encoding"),
        ({"shape": (0.5, 4)}, "product is 2"),
        ({"activation": "tanh"}, "'tanh', expected one of sign, step, linear, max, softmax"),
        ({"encoding": (1, 0, -1)}, "encoding"),
        ({"encoding": (0, 1)}, "encoding"),
        ({"shape": (3,)}, "product is 2"),
        ({"shape": ()}, "product is 2"),
    ],
)
def test_layers_that_are_refused(change, says):
    good = {"weights": np.ones((1, 2)), "biases": [0.0, 0.0], "activation": "sign", "encoding": SIGN, "shape": (2,)}
    Layer(**good)
    with pytest.raises(InputError, match=says):
        Layer(**{**good, **change})


def test_networks_that_are_refused():
    one, two = layer(np.ones((1, 2)), [0.0, 0.0]), layer(np.ones((3, 1)), [0.0])
    with pytest.raises(InputError, match="layer 1: found weights from 3 neurons, expected 2"):
        network(one, two)
    with pytest.raises(InputError, match="last layer only"):
        network(layer(np.ones((1, 2)), [0.0, 0.0], "max"), layer(np.ones((2, 1)), [0.0]))
    with pytest.raises(InputError, match="layers"):
        Network((), (1,), (0, 1))
    for values in ((), (1, 0), (0, 0), (0, np.nan)):
        with pytest.raises(InputError, match="input_encoding"):
            network(one, values=values)
    with pytest.raises(InputError, match="input_shape"):
        Network((one,), (2,), (0, 1))
