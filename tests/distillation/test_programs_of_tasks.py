"""Every task of the table from end to end: the program is proven, short, says what each neuron says, and is right where it is tested.

What `distill` checks itself is checked here once more from outside: the programs' texts are run against the networks.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from pyssnn.distillation import DistilledProgram, Network, distill
from pyssnn.distillation.evaluation import distill_task, share
from pyssnn.distillation.tasks import RULES, all_tasks, find_task

TASKS = [task.name for task in all_tasks()]
MOST_LINES = {"orientation": 15, "maxsat": 25}
FOUND: dict = {}


def found(name: str):
    if name not in FOUND:
        FOUND[name] = distill_task(find_task(name))
    return FOUND[name]


def some_inputs(network: Network, count: int, seed: int = 0) -> np.ndarray:
    """All inputs, if they are few; else random ones, sparse and dense."""
    values = np.array(network.input_encoding)
    if len(values) ** network.n_inputs <= 4096:
        flat = np.array(list(product(values, repeat=network.n_inputs)))
    else:
        rng = np.random.default_rng(seed)
        dense = rng.random((count, 1)) ** 2
        flat = values[np.where(rng.random((count, network.n_inputs)) < dense, rng.integers(0, len(values), (count, network.n_inputs)), 0)]
    return flat.reshape(-1, *network.input_shape)


def hidden_differences(network: Network, program: DistilledProgram, x: np.ndarray) -> tuple[int, int]:
    """How many values of the network's threshold neurons were compared with the program's trace, and how many differ."""
    trace, hidden = program.trace(x), network.hidden(x)
    compared = differing = 0
    for group in program.program.groups:
        if network.layers[group.layer].activation in ("max", "linear"):
            continue
        ids = program.placements[0][group.name]
        values = np.asarray(trace[group.name]).reshape(len(x), *ids.shape)
        for index in np.argwhere(ids >= 0):
            for neuron in np.flatnonzero(program.readings[0].became[group.layer] == ids[tuple(index)]):
                compared += len(x)
                differing += int((hidden[group.layer][:, neuron] != values[(slice(None), *index)]).sum())
    return compared, differing


@pytest.mark.parametrize("name", TASKS)
def test_the_program_is_proven_for_any_size(name):
    program = found(name).program
    assert program.verdict == "proven", program.report()
    assert bool(program.program.sizes) == (len(find_task(name).sizes) > 1), program.proof.notes
    assert program.proof.differing == 0 < program.proof.compared and program.proof.bound == 0
    assert program.lines("python") <= MOST_LINES.get(name, 30)


@pytest.mark.parametrize("name", TASKS)
def test_every_neuron_says_what_the_program_says(name):
    network, program = found(name).network, found(name).program
    compared, differing = hidden_differences(network, program, some_inputs(network, 20))
    thresholds = sum(layer.n_outputs for layer in network.layers if layer.activation not in ("max", "linear"))
    assert differing == 0 and compared >= 20 * thresholds > 0 or compared == thresholds * len(some_inputs(network, 20))


@pytest.mark.parametrize("name", TASKS)
def test_the_readable_text_says_what_the_network_says(name):
    network, program = found(name).network, found(name).program
    space: dict = {}
    exec(program.source("python"), space)
    for x in some_inputs(network, 20)[:200]:
        assert np.ravel(space["program"](x.tolist())).tolist() == network(x[None])[0].tolist()


@pytest.mark.parametrize("name", TASKS)
def test_the_program_is_right_at_every_size_that_it_is_tested_at(name):
    for index, test in enumerate(find_task(name).tests):
        inputs, right = test.make(np.random.default_rng([7, index]))
        assert share(found(name).program.run(inputs), right) == 1, test.name


def check_automaton(rule: int) -> None:
    task, result = find_task(f"ca-{rule}"), distill_task(find_task(f"ca-{rule}"))
    assert result.program.verdict == "proven" and result.program.program.sizes, rule
    compared, differing = hidden_differences(result.network, result.program, some_inputs(result.network, 0))
    assert compared > 0 == differing, rule
    for test in task.tests:
        inputs, right = test.make(np.random.default_rng(rule))
        assert share(result.program.run(inputs), right) == 1, (rule, test.name)


@pytest.mark.parametrize("rule", [22, 30, 90, 105, 110, 184])
def test_an_automaton_is_exact_and_right_on_larger_rings(rule):
    check_automaton(rule)


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(26))
def test_all_automata_are_exact_and_right_on_larger_rings(tens):
    for rule in [rule for rule in RULES if rule // 10 == tens]:
        check_automaton(rule)


def test_a_network_of_one_size_is_condensed_as_well_and_says_so():
    task = find_task("orientation")
    program = distill(task.train((12, 12)))
    assert program.verdict == "proven" and program.program.sizes == () and any("one size" in note for note in program.proof.notes)


def test_hidden_neurons_may_stand_in_any_order():
    """The cells' neurons of a ring, shuffled: the same groups, the same program."""
    network, rng = find_task("ca-110").train((8,)), np.random.default_rng(0)
    first, second, third = network.layers
    one, two = rng.permutation(first.n_outputs), rng.permutation(second.n_outputs)
    kind = type(first)
    layers = (
        kind(first.weights[:, one], first.biases[one], first.activation, first.encoding, (first.n_outputs,)),
        kind(second.weights[one][:, two], second.biases[two], second.activation, second.encoding, (second.n_outputs,)),
        kind(third.weights[two], third.biases, third.activation, third.encoding, third.shape),
    )
    shuffled = distill(Network(layers, network.input_shape, network.input_encoding))
    assert shuffled.verdict == "proven"
    assert len(shuffled.program.groups) == len(distill(network).program.groups)
