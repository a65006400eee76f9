"""Programs from answers alone: planted behaviours of each kind are read back and hold far beyond the words that were asked."""

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.regression import Inputs, Program
from pyssnn.regression.behaviour import AskedOracle, RecordedOracle, agrees, candidates, extract
from pyssnn.regression.behaviour.recurrences import recurrences
from pyssnn.regression.expression import apply, inp, state

from .planted import disguised, linear_network

A, B, C, X, Y = state(0), state(1), state(2), inp(0), inp(1)


def read_back(program: Program, low: int, high: int, length: int = 10) -> list[Program]:
    """The candidates for a behaviour that is a program."""
    return extract(AskedOracle(program.run_many, Inputs(low, high, program.components, length)), seed=1)


def same_far(found: Program, planted: Program, low: int, high: int) -> bool:
    words = np.random.default_rng(7).integers(low, high, (40, 300, planted.components))
    return agrees(found, words, planted.run_many(words))


def equals(a, b):
    return apply("int", apply("eq", a, b))


def longest(*parts):
    return apply("max", *parts)


PLANTED = {
    "distance to the one before": (Program((0, 0), (X, apply("abs", X - A)), B, 1), -50, 50),
    "largest of three": (Program((0, 0, 0), (X, A, longest(longest(X, A), B)), C, 1), 0, 20),
    "sum of three modulo 5": (Program((0, 0, 0), (X, A, (X + A + B) % 5), C, 1), 0, 5),
    "sum modulo 7 of numbers to 99": (Program((0,), ((A + X) % 7,), A, 1), 0, 100),
    "products summed": (Program((0,), (A + X * Y,), A, 2), 0, 10),
    "a walk held between -5 and 5": (Program((0,), (apply("min", apply("max", A + X, -5), 5),), A, 1), -3, 4),
    "since the last 3": (Program((0,), (apply("if", apply("eq", X, 3), 0, A + 1),), A, 1), 0, 4),
    "halved each time": (Program((0,), ((A + X) // 2,), A, 1), 0, 16),
    "how often more than before": (Program((0, 0), (X, B + apply("int", apply("lt", A, X))), B, 1), 0, 10),
    "digits of times three": (Program((0, 0), ((A + X * 3) // 2, (A + X) % 2), B, 1), 0, 2),
    "borrow of a subtraction": (Program((0, 0), (apply("int", apply("lt", X, Y + A)), (X + Y + A) % 2), B, 2), 0, 2),
    "as many 0 as 1": (Program((0,), (A + X * 2 - 1,), equals(A, 0), 1), 0, 2),
    "remainder of a decimal number": (Program((0,), ((A * 10 + X) % 7,), equals(A, 0), 1), 0, 10),
    "size of a sum": (Program((0,), (A + X,), apply("abs", A), 1), -20, 21),
    "range so far": (Program((0, 19), (longest(A, X), apply("min", B, X)), A - B, 1), 0, 20),
    "inputs by their places": (Program((0, 0), (A + 1, B + A * X), B, 1), 0, 5),
    "the same from both ends": (Program((0, 0, 1), (A * 2 + X, B + X * C, C * 2), equals(A, B), 1), 0, 2),
    "more 2 than 0 and than 1": (
        Program(
            (0, 0, 0),
            (A + equals(X, 0), B + equals(X, 1), C + equals(X, 2)),
            apply("int", apply("and", apply("lt", A, C), apply("lt", B, C))),
            1,
        ),
        0,
        3,
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_behaviour_is_read_back(name):
    planted, low, high = PLANTED[name]
    found = read_back(planted, low, high)
    assert found and not found[0].is_table
    assert same_far(found[0], planted, low, high)


@pytest.mark.parametrize("seed", range(20))
def test_integer_recurrences_are_read_off_linear_networks(seed):
    """Random integer systems of up to four variables and two inputs, with a constant, in random real coordinates."""
    generator = np.random.default_rng(seed)
    d, k = int(generator.integers(1, 5)), int(generator.integers(1, 3))
    matrix = np.triu(generator.integers(-1, 2, (d, d)))[generator.permutation(d)] if d > 1 else np.ones((1, 1))
    network = linear_network(matrix, generator.integers(-2, 3, (k, d)), generator.integers(-1, 2, d), generator.integers(-2, 3, d))
    oracle = AskedOracle.of_network(disguised(network, generator), Inputs(-5, 6, k, 12))
    found = list(recurrences(oracle.evidence(seed), oracle.inputs))
    assert len(found) == 1
    words = generator.integers(-5, 6, (20, 24, k))
    assert agrees(found[0], words, network.predict(words))


def test_what_has_no_formula_is_a_table_and_called_one():
    values = np.random.default_rng(3).integers(0, 50, 20)
    found = extract(AskedOracle(lambda xs: values[xs[:, :, 0]], Inputs(0, 20, 1, 6)), seed=1)
    assert [program.is_table for program in found] == [True] and found[0].method == "table"
    assert found[0].run([(i,) for i in range(20)]) == values.tolist()


def test_noise_gives_no_program():
    def noise(xs):
        mixed = np.cumsum((xs[:, :, 0] + 1) * 7919 ** np.arange(1, xs.shape[1] + 1), axis=1)
        return (mixed * 2654435761 >> 13) % 2

    assert extract(AskedOracle(noise, Inputs(0, 50, 1, 8)), seed=1) == []


def test_a_network_that_is_wrong_on_rare_words_is_read_all_the_same():
    """It adds, but for words that are 0 throughout."""

    def adds(xs):
        total = np.cumsum(xs[:, :, 0], axis=1)
        return np.where((xs[:, :1, 0] == 0) & (total == 0) & (np.arange(xs.shape[1]) > 3), 5, total)

    assert extract(AskedOracle(adds, Inputs(0, 100, 1, 10)), seed=1)[0].run([(4,), (5,)] * 50)[-1] == 450


def test_a_network_whose_errors_grow_along_a_word_is_read_from_shorter_ones():
    """It keeps a remainder by 5, and slips now and then after the sixth step."""

    def slips(xs):
        total = np.cumsum(xs[:, :, 0], axis=1)
        return total % 5 + ((np.arange(xs.shape[1]) >= 6) & (total % 11 == 0))

    assert extract(AskedOracle(slips, Inputs(0, 5, 1, 12)), seed=1)[0].run([(4,), (2,)] * 50)[-1] == 0


def test_a_network_is_asked_no_word_longer_than_its_training():
    asked = []

    def ask(xs):
        asked.append(xs.shape[1])
        return np.cumsum(xs[:, :, 0], axis=1) % 3

    assert extract(AskedOracle(ask, Inputs(0, 3, 1, 9)), seed=1) and max(asked) == 9


def test_a_network_that_gives_no_number_gives_no_program():
    network = linear_network(np.full((1, 1), 1e300), np.ones((1, 1)), np.zeros(1), np.full(1, 1e300))
    assert candidates(network, Inputs(0, 5, 1, 10)) == []


def test_inputs_of_another_shape():
    network = linear_network(np.eye(1), np.eye(1), np.zeros(1), np.ones(1))
    with pytest.raises(InputError, match="components"):
        candidates(network, Inputs(0, 5, 2, 10))


def test_a_record_answers_what_it_has_and_refuses_the_rest():
    from pyssnn.regression.behaviour import Unanswered

    xs = np.array([[[0], [1], [1]], [[1], [0], [0]]])
    record = RecordedOracle(xs, np.array([[5, 6, 7], [8, 9, 10]]), Inputs(0, 2, 1, 3))
    assert record.answers(np.array([[[0], [1]], [[1], [0]]])).tolist() == [[5, 6], [8, 9]]
    with pytest.raises(Unanswered):
        record.answers(np.array([[[0], [0]]]))


def test_the_same_seed_gives_the_same_programs():
    planted, low, high = PLANTED["a walk held between -5 and 5"]
    assert read_back(planted, low, high) == read_back(planted, low, high)
