"""From a network to a program in Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression import Affine, Inputs, NotRead, RecurrentNetwork, read, regress, verify

from .handmade import PARITY, PREVIOUS, TOTAL, affine, parity, previous, total, unreadable

CASES = [(total, TOTAL), (parity, PARITY), (previous, PREVIOUS)]


@pytest.mark.parametrize(("make", "task"), CASES, ids=lambda part: getattr(part, "name", ""))
def test_a_network_is_read_back_as_a_program_for_every_input(make, task):
    program = regress(make(), Inputs.of(task))
    assert not program.is_table
    assert verify(program, make(), task, seed=7).exact


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_program_does_not_depend_on_the_hidden_coordinates(seed):
    generator = np.random.default_rng(seed)
    matrix = np.linalg.qr(generator.normal(size=(2, 2)))[0] * generator.uniform(0.3, 3, 2)
    program = regress(previous().changed(matrix, generator.normal(size=2)), Inputs.of(PREVIOUS))
    assert program.run([(10**20,), (-5,), (3,)]) == [0, 10**20, -5]


def test_inputs_of_another_shape_are_refused():
    with pytest.raises(InputError, match="components"):
        regress(total(), Inputs(0, 50, 2))


def test_a_network_that_leaves_the_numbers_is_refused():
    exploding = RecurrentNetwork((affine([[1e200], [1e200]]),), (affine([[1]]),), np.zeros(1))
    with pytest.raises(InputError, match="finite"):
        regress(exploding, Inputs(0, 50, 1))


def test_a_parameter_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="not a finite number"):
        RecurrentNetwork((Affine(np.array([[np.nan], [1.0]]), np.zeros(1)),), (affine([[1]]),), np.zeros(1))


def test_a_network_that_answers_no_integers_is_not_read():
    network, inputs = unreadable(), Inputs(0, 100, 1, 8)
    assert read(network, inputs).best() is None
    with pytest.raises(NotRead):
        regress(network, inputs)
