"""Finite machines from networks: learned, minimised, numbered, written as formulas."""

import numpy as np
import pytest

from pyssnn.regression.behaviour import AskedOracle, Inputs, candidates
from pyssnn.regression.behaviour.machines import Mealy, TooLarge, learn, machine_programs, tabulated
from pyssnn.regression.behaviour.machines.labels import labellings
from pyssnn.regression.behaviour.machines.products import closed_partitions

from .planted import disguised, network_of_machine, random_machine

LENGTH = 20


@pytest.mark.parametrize("seed", range(12))
def test_a_random_machine_of_up_to_12_states_is_recovered_from_a_network(seed):
    generator = np.random.default_rng(seed)
    machine = random_machine(generator, int(generator.integers(2, 13)), int(generator.integers(2, 5)))
    network = disguised(network_of_machine(machine), generator)
    inputs = Inputs(0, len(machine.symbols), 1, LENGTH)
    oracle = AskedOracle.of_network(network, inputs)
    assert learn(oracle, oracle.evidence(seed), seed).same(machine)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_machine_is_recovered_from_its_answers(seed):
    generator = np.random.default_rng(100 + seed)
    machine = random_machine(generator, 12, int(generator.integers(2, 6)))
    oracle = AskedOracle(lambda xs: machine.run(xs[:, :, 0])[1], Inputs(0, len(machine.symbols), 1, LENGTH))
    assert learn(oracle, oracle.evidence(seed), seed).same(machine)


@pytest.mark.parametrize("seed", range(20))
def test_minimising_changes_no_answer_and_merges_what_was_doubled(seed):
    generator = np.random.default_rng(seed)
    machine = random_machine(generator, 6, 3)
    # Each state twice; transitions go to either copy.
    n = machine.n_states
    step = np.tile(machine.step, (2, 1)) + n * generator.integers(0, 2, (2 * n, 3))
    doubled = Mealy(machine.symbols, step, np.tile(machine.output, (2, 1)))
    words = generator.integers(0, 3, (50, 30))
    assert doubled.minimised().n_states == machine.n_states and doubled.same(machine)
    assert (doubled.minimised().run(words)[1] == doubled.run(words)[1]).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_table_of_a_machine_gives_its_answers(seed):
    generator = np.random.default_rng(seed)
    machine = random_machine(generator, 7, 3)
    words = generator.integers(0, 3, (30, 25))
    program = tabulated(machine)
    assert (program.run_many(words[:, :, None]) == machine.run(words)[1]).all()
    assert program.is_table and program.method == "table"


@pytest.mark.parametrize("seed", range(4))
def test_programs_of_a_random_machine_give_its_answers(seed):
    generator = np.random.default_rng(seed)
    machine = random_machine(generator, 5, 2)
    words = generator.integers(0, 2, (60, 60))
    programs = list(machine_programs(machine))
    assert programs
    for program in programs:
        assert (program.run_many(words[:, :, None]) == machine.run(words)[1]).all()


def law(n, step, output, symbols=2):
    table = [[(step(s, x) % n, output(s, x)) for x in range(symbols)] for s in range(n)]
    return Mealy(np.arange(symbols)[:, None], np.array([[a for a, _ in row] for row in table]), np.array([[b for _, b in row] for row in table]))


def shuffled(machine: Mealy, seed: int) -> Mealy:
    """The same machine with its states but the first renamed."""
    order = np.concatenate([[0], 1 + np.random.default_rng(seed).permutation(machine.n_states - 1)])
    place = np.argsort(order)
    return Mealy(machine.symbols, place[machine.step[order]], machine.output[order])


@pytest.mark.parametrize(
    "machine",
    [
        law(11, lambda s, x: 2 * s + x, lambda s, x: (2 * s + x) // 11),
        law(9, lambda s, x: s + 4 * x + 1, lambda s, x: int(s < 4), 3),
        law(5, lambda s, x: (s + 5 * x) // 2, lambda s, x: (s + x) % 2),
        law(7, lambda s, x: min(6, max(0, s + 2 * x - 1)), lambda s, x: s),
        law(6, lambda s, x: 0 if x == 2 else s + 1, lambda s, x: int(s == 5), 3),
    ],
    ids=["long division", "modular walk", "carry of times five", "held walk", "reset"],
)
def test_the_numbers_of_a_lawful_machine_are_found_again(machine):
    program = next(machine_programs(shuffled(machine.minimised(), 3)))
    assert not program.is_table and program.description_length < 130
    words = np.random.default_rng(0).integers(0, len(machine.symbols), (40, 200))
    assert (program.run_many(words[:, :, None]) == machine.run(words)[1]).all()


def test_labels_tell_the_states_apart():
    machine = random_machine(np.random.default_rng(1), 8, 2)
    for labelling in labellings(machine):
        assert len(set(labelling.labels.tolist())) == machine.n_states


def test_a_machine_of_two_side_by_side_falls_into_them():
    """A remainder by 2 of the ones and one by 3 of the twos, given out together."""
    states = [(a, b) for a in range(2) for b in range(3)]
    after = [[states.index(((a + (x == 1)) % 2, (b + (x == 2)) % 3)) for x in range(3)] for a, b in states]
    output = np.array([[3 * states[q][0] + states[q][1] for q in row] for row in after])
    machine = Mealy(np.arange(3)[:, None], np.array(after), output).minimised()
    sizes = {int(block.max()) + 1 for block in closed_partitions(machine)}
    assert {2, 3} <= sizes
    program = next(machine_programs(machine))
    words = np.random.default_rng(0).integers(0, 3, (40, 100))
    assert not program.is_table and (program.run_many(words[:, :, None]) == machine.run(words)[1]).all()


def test_what_has_no_finite_machine_is_refused():
    oracle = AskedOracle(lambda xs: np.cumsum(xs[:, :, 0] * 2 ** np.arange(xs.shape[1]), axis=1), Inputs(0, 4, 1, LENGTH))
    with pytest.raises(TooLarge):
        learn(oracle, oracle.evidence(0), 0)


def test_a_counter_with_a_state_that_is_never_left_is_found_from_a_truncated_machine():
    """Balanced parentheses have no finite machine; the network holds twelve states of it, and the program is for words of any length."""
    depth, dead = 12, 12
    step = np.array([[min(s + 1, depth - 1), s - 1 if s else dead] for s in range(depth)] + [[dead, dead]])
    machine = Mealy(np.arange(2)[:, None], step, (step == 0).astype(np.int64))
    found = candidates(network_of_machine(machine), Inputs(0, 2, 1, 10))
    word = [(0,)] * 500 + [(1,)] * 500 + [(1,), (0,)]
    assert found[0].run(word) == [0] * 999 + [1, 0, 0]
