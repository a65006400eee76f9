"""The search without what a trained network knows."""

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.regression.controls import CONTROLS, run_control, untrained
from pyssnn.regression.tasks import find_task

from .planted import linear_network


@pytest.mark.parametrize("name", ["Parity_All", *(pytest.param(name, marks=pytest.mark.slow) for name in ("Sum_All", "Abs_Diff"))])
def test_a_record_is_enough_for_a_simple_task_and_neither_chance_nor_shuffling_is(name):
    solved = {control: run_control(find_task(name), control, seed=3, words=2000).solved for control in CONTROLS}
    assert solved == {"no network": True, "untrained": False, "shuffled": False}


def test_shuffled_labels_say_as_much_where_the_input_is_ignored():
    assert run_control(find_task("Parity_Bits_Mod2"), "shuffled", seed=3, words=1000).solved


def test_an_untrained_network_has_the_shape_of_another():
    like = linear_network(np.eye(3), np.ones((2, 3)), np.zeros(3), np.ones(3))
    made = untrained(2, 1, like)
    assert [layer.weights.shape for layer in (*made.update, *made.output)] == [layer.weights.shape for layer in (*like.update, *like.output)]
    assert not np.allclose(made.update[0].weights, like.update[0].weights)


def test_the_untrained_network_goes_through_the_search_that_is_given():
    asked = []
    run_control(find_task("Sum_All"), "untrained", seed=1, search=lambda network, task: asked.append((network.components, task.name)) or [])
    assert asked == [(1, "Sum_All")]


def test_there_is_no_such_control():
    with pytest.raises(InputError, match="control"):
        run_control(find_task("Sum_All"), "placebo", seed=1)
