"""Among programs the network chooses, and never the truth: the shortest that says what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression import ChoiceConfig, Inputs, Program
from pyssnn.regression.choosing import evidence, rank
from pyssnn.regression.expression import Table, apply, inp, state, table

from .handmade import PARITY, TOTAL, parity, total

QUICK = ChoiceConfig(short=64, drawn=100, plain=30)
SUM = Program((0,), (state(0) + inp(0),), state(0), 1, "right")
LONGER = Program((0, 0), (state(0) + inp(0), state(1) + 1), state(0) + state(1) - state(1), 1, "longer")
XOR = Program((0,), ((state(0) + inp(0)) % 2,), state(0), 1, "right")
LOOKED_UP = Program((0,), (table([state(0), inp(0)], Table((0, 0), (2, 2), (0, 1, 1, 0))),), state(0), 1, "table")


def choose(network, task, *programs):
    return [each.program.method for each in rank([("a", program) for program in programs], evidence(network, Inputs.of(task), QUICK, seed=0), QUICK)]


def test_the_shorter_of_two_that_are_right_comes_first():
    assert choose(total(), TOTAL, LONGER, SUM) == ["right", "longer"]


@given(st.integers(1, 200))
def test_a_program_that_saturates_is_none_where_the_network_goes_further(limit):
    saturating = Program((0,), (apply("min", state(0) + inp(0), limit),), state(0), 1, "saturates")
    assert choose(total(), TOTAL, saturating, SUM) == ["right"]


def test_a_table_comes_after_a_formula_even_if_it_is_shorter():
    formula = Program((0,), ((state(0) + inp(0) + 10**12) % 2,), state(0), 1, "formula")
    assert formula.description_length > LOOKED_UP.description_length
    assert choose(parity(), PARITY, LOOKED_UP, formula) == ["formula", "table"]
    assert choose(parity(), PARITY, LOOKED_UP) == ["table"]


def test_what_fails_on_a_word_is_left_out():
    failing = Program((0,), (state(0) + inp(0),), state(0) + (inp(0) // inp(0)), 1, "fails")
    assert choose(total(), TOTAL, failing, SUM) == ["right"]


def test_corrections_have_a_price_and_too_many_are_refused():
    seen = evidence(total(), Inputs.of(TOTAL), QUICK, seed=0)
    rare = Program((0,), (state(0) + inp(0),), apply("if", apply("eq", state(0), 130), 0, state(0)), 1, "rarely wrong")
    best, second = rank([("a", rare), ("b", SUM)], seen, QUICK)
    assert best.path == "b" and best.different == 0 and best.bits == SUM.description_length
    assert second.different == seen.different(rare) > 0 and second.bits > rare.description_length + 10 * second.different
    assert rank([("a", XOR)], seen, QUICK) == []


def test_the_evidence_is_the_networks_and_no_longer_than_its_training():
    seen = evidence(total(), Inputs.of(TOTAL), QUICK, seed=0)
    assert seen.distance < 1e-9
    for xs, ys in seen.words:
        assert xs.shape[1] <= TOTAL.length and np.array_equal(ys, TOTAL.answers(xs))


def test_a_share_that_is_none_is_refused():
    with pytest.raises(InputError, match="most_wrong"):
        ChoiceConfig(most_wrong=1.0)
