"""A program counts as exact only when all of it was tried on words that reach far, and every answer was right."""

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.regression.expression import Expression, Table, apply, inp, state, table
from pyssnn.regression.program import Program
from pyssnn.regression.tasks import all_tasks, find_task
from pyssnn.regression.verify import Verification, verify

from .planted import linear_network

S, T, X = state(0), state(1), inp(0)


def program(initial: tuple[int, ...], update: tuple[Expression, ...], output: Expression) -> Program:
    return Program(initial, update, output, 1, "by hand")


CORRECT = {
    "Sum_All": program((0,), (S + X,), S),
    "Add_Mod_3": program((0,), ((S + X) % 3,), S),
    "Newton_Freebody": program((0, 0), (S + T + X, T + X), S),
    "Max_Seen": program((0,), (apply("max", S, X),), S),
    "Prev1": program((0, 0), (X, S), T),
    "Evens_Detector": program((), (), apply("eq", X % 2, 0)),
    "Bit_Palindrome": program((0, 0, 1), (S * 2 + X, T + X * state(2), state(2) * 2), apply("eq", S, T)),
}


@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_program_is_exact(name):
    agreements = verify(CORRECT[name], None, find_task(name), seed=1)
    assert agreements.exact and agreements.program_truth == 1 and agreements.counterexample is None and not agreements.idle
    assert agreements.program_network is None and agreements.network_truth is None


def clocked(right: Program, wrong_when) -> Program:
    """The program with a clock, its output one more when the condition on the clock holds."""
    clock = state(len(right.initial))
    return program((*right.initial, 0), (*right.update, clock + 1), right.output + apply("int", wrong_when(clock)))


def sabotaged() -> dict[str, tuple[str, Program]]:
    """Programs that are right on every word of the training's length, or nearly."""
    total, remainder, previous = CORRECT["Sum_All"], CORRECT["Add_Mod_3"], CORRECT["Prev1"]
    big = apply("int", apply("lt", 15_000, S))
    lookup = Table((0, 0), (3, 2), (0, 1, 1, 2, 2, 0))
    zeros = apply("mul", T + 1, apply("int", apply("eq", X, 0)))
    return {
        "from step 150 on": ("Sum_All", clocked(total, lambda t: apply("lt", 150, t))),
        "at step 137 only": ("Sum_All", clocked(total, lambda t: apply("eq", t, 137))),
        "after five thousand steps": ("Sum_All", clocked(total, lambda t: apply("lt", 5000, t))),
        "a quotient that is 0 for long": ("Sum_All", program((0, 0), (S + X, T + 1), S + T // 5000)),
        "above a sum": ("Sum_All", program((0,), (S + X,), S + big)),
        "modulo a million": ("Sum_All", program((0,), ((S + X) % 10**6,), S)),
        "held below a million": ("Sum_All", program((0,), (apply("min", S + X, 10**6),), S)),
        "never below 0": ("Newton_Freebody", program((0, 0), (apply("max", S + T + X, -100_000), T + X), S)),
        "a number that no input is": ("Sum_All", program((0,), (S + X,), S + apply("int", apply("eq", X, 100)))),
        "after seven zeros": ("Sum_All", program((0, 0), (S + X, zeros), S + T // 7)),
        "a table too small": ("Add_Mod_3", program((0,), (table((S, apply("min", X, 1)), lookup),), S)),
        "a clock in a remainder": ("Add_Mod_3", program((0, 0), ((S + X + T // 400) % 3, T + 1), S)),
        "forgets after 60 steps": ("Prev1", clocked(previous, lambda t: apply("lt", 60, t))),
        "one remainder": ("Add_Mod_3", clocked(remainder, lambda t: apply("eq", t % 199, 198))),
    }


@pytest.mark.parametrize("how", sabotaged())
def test_a_sabotaged_program_is_never_exact(how):
    task, wrong = sabotaged()[how]
    agreements = verify(wrong, None, find_task(task), seed=2)
    assert not agreements.exact
    assert agreements.counterexample is not None or agreements.idle


def test_any_program_wrong_on_a_long_word_of_those_run_is_told_with_the_word():
    agreements = verify(sabotaged()["at step 137 only"][1], None, find_task("Sum_All"), seed=3)
    word = agreements.counterexample
    assert len(word.word) == 137 and word.found == word.expected + 1 == sum(x for (x,) in word.word) + 1


@pytest.mark.parametrize("seed", range(3))
def test_a_step_drawn_at_random_is_found_wherever_the_words_reach(seed):
    step = int(np.random.default_rng(seed).integers(1, 1001))
    wrong = clocked(CORRECT["Max_Seen"], lambda t: apply("eq", t, step))
    assert len(verify(wrong, None, find_task("Max_Seen"), seed=seed).counterexample.word) == step


def test_what_no_word_reached_is_named():
    assert verify(sabotaged()["modulo a million"][1], None, find_task("Sum_All"), seed=4).idle == ("(s + x) % 1000000",)


def test_a_program_that_fails_is_wrong_there():
    divides = program((0,), (S + X,), S // X)
    agreements = verify(divides, None, find_task("Sum_All"), seed=5)
    assert not agreements.exact and agreements.counterexample.found is None


def test_the_three_agreements_are_apart():
    task, right = find_task("Sum_All"), CORRECT["Sum_All"]
    network = linear_network(np.eye(1), np.eye(1), np.zeros(1), np.full(1, 2.0))
    agreements = verify(right, network, task, seed=6)
    assert agreements.exact and agreements.program_truth == 1
    assert agreements.program_network == agreements.network_truth < 0.5
    twice = verify(program((0,), (S + X * 2,), S), network, task, seed=6)
    assert not twice.exact and twice.program_network == 1


def test_numbers_of_any_size():
    """Values double each step for a thousand steps; nothing overflows, and a program that wraps at 2^64 is wrong."""
    task = find_task("Bit_Palindrome")
    assert verify(CORRECT["Bit_Palindrome"], None, task, seed=7).exact
    wrapped = program((0, 0, 1), ((S * 2 + X) % 2**64, (T + X * state(2)) % 2**64, state(2) * 2 % 2**64), apply("eq", S, T))
    assert not verify(wrapped, None, task, seed=7).exact


def test_beyond_the_range():
    """`x % 2 == 0` holds for all integers; a program for the digits 0 to 9 only is exact all the same, as that is the task."""
    task = find_task("Evens_Detector")
    digits = program((), (), table((X,), Table((0,), (10,), (1, 0) * 5)))
    assert verify(CORRECT["Evens_Detector"], None, task, seed=8).beyond
    agreements = verify(digits, None, task, seed=8)
    assert agreements.exact and agreements.beyond is False and digits.is_table


def test_every_stream_of_every_task():
    small = Verification(short=64, drawn=5, longer=3, longest=2, plain=12, marathons=1)
    for task in all_tasks():
        agreements = verify(Program((), (), inp(0), task.components), None, task, seed=9, config=small)
        names = {stream.name for stream in agreements.streams}
        assert names == {"short", "drawn", "plain", "drawn ×3", "plain ×3", "drawn ×20", "plain ×20", "plain ×100"}
        assert {stream.length // task.length for stream in agreements.streams} >= {1, 3, 20, 100}
        assert agreements.exact == (task.name == "Current_Number")


def test_another_number_of_components():
    with pytest.raises(InputError, match="components"):
        verify(CORRECT["Sum_All"], None, find_task("Binary_Addition"), seed=10)
