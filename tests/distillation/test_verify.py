"""The checks find what is wrong, and a program with anything wrong is not given out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planting import planted
from samples import counters, rows_against_columns, sign_layer

from pyssnn.distillation import Network, distill
from pyssnn.distillation import condense as pipeline
from pyssnn.distillation.copies import without_copies
from pyssnn.distillation.ir import Affine, Poly
from pyssnn.distillation.negated import without_negatives
from pyssnn.distillation.reading import read
from pyssnn.distillation.simplify import Simplified, simplify
from pyssnn.distillation.probing import Inputs, chosen_inputs
from pyssnn.distillation.verify import same_runs, same_text, same_weights
from pyssnn.distillation.writing import Writing


def with_other_bias(program):
    group = replace(program.groups[0], bias=program.groups[0].bias + Affine.const(1))
    return replace(program, groups=(group, *program.groups[1:]))


def with_other_coefficient(program):
    term = program.groups[0].terms[0]
    group = replace(program.groups[0], terms=(replace(term, coefficient=term.coefficient + Affine.const(1)), *program.groups[0].terms[1:]))
    return replace(program, groups=(group, *program.groups[1:]))


def with_other_extent(program):
    group = replace(program.groups[0], extents=(program.groups[0].extents[0] - Poly.const(1), *program.groups[0].extents[1:]))
    return replace(program, groups=(group, *program.groups[1:]))


@pytest.mark.parametrize("broken", [with_other_bias, with_other_coefficient, with_other_extent])
def test_one_number_that_is_off_is_found_in_the_weights_and_in_a_run(broken):
    reading = read(rows_against_columns(4))
    assert same_weights(reading.program, (), reading, reading.placements).passed
    wrong = broken(reading.program)
    assert not same_weights(wrong, (), reading, reading.placements).passed
    if broken is not with_other_extent:
        traced = Writing(wrong, wrong, {}, ((),)).function("numpy", trace=True)
        assert not same_runs(wrong, reading, reading.placements, traced, Inputs.of(reading.original)).passed


def test_a_text_with_a_wrong_word_is_not_given_out(monkeypatch):
    def lying(program, sizes):
        known = simplify(program, sizes)
        forms = {name: replace(form, kind="compare", bias=form.bias + Affine.const(1)) for name, form in known.forms.items()}
        return Simplified(forms, known.sums, known.values)

    monkeypatch.setattr(pipeline, "simplify", lying)
    program = distill(counters(6))
    assert program.verdict == "none" and program.program is None
    assert any(not check.passed for check in program.proof.checks)


def test_a_program_that_raises_is_not_given_out(monkeypatch):
    monkeypatch.setattr(Writing, "function", lambda self, language, trace=False: 1 // 0)
    program = distill(counters(5))
    assert program.verdict == "none"
    assert "ZeroDivisionError" in program.report()


def test_inputs_are_driven_onto_ties():
    network = Network((sign_layer(np.ones((40, 3)), [-20, -7, -33]),), (40,), (0, 1))
    sums = network.logits(chosen_inputs(network))
    assert (sums == 0).any(axis=0).all()


@settings(max_examples=60)
@given(
    st.lists(st.integers(-2, 2), min_size=1, max_size=4), st.integers(-9, 9), st.sampled_from([(0.0, 1.0), (-1.0, 1.0), (0.0, 1.0, 2.0)])
)
def test_plainer_words_mean_the_threshold_on_every_input(weights, twice, encoding):
    network = Network((sign_layer(np.array(weights)[:, None], [twice / 2]), sign_layer([[1.0]], [0.0])), (len(weights),), encoding)
    program = distill(network)
    assert program.verdict == "proven"
    assert same_text(program.writing.function("python"), network, program.readings[0], Inputs.of(network)).passed


def test_words_for_what_cannot_tie_only():
    at_least = Network((sign_layer(np.ones((4, 3)), [-0.5, -3.5, -2.0]),), (4,), (0, 1))
    forms = simplify(read(at_least).program, ((),)).forms
    assert sorted(form.kind for form in forms.values()) == ["all", "any"]


def test_a_negative_is_read_with_the_other_sign():
    network = Network((sign_layer([[1, -1], [1, -1]], [-0.5, 0.5]), sign_layer([[1.0], [-2.0]], [0.5])), (2,), (0, 1))
    program = distill(network)
    assert len(without_negatives(program.program).gone) == 1
    assert len(program.writing.short.groups) == 2 and program.verdict == "proven"
    assert {check.name.split()[0] for check in program.proof.checks} >= {"weights", "negatives", "forms", "neurons", "python", "numpy"}


def test_units_that_hand_on_a_value_are_read_through():
    network = Network(
        (sign_layer(np.eye(3), np.zeros(3)), sign_layer(np.eye(3), np.zeros(3)), sign_layer(np.ones((3, 1)), [-1.5])), (3,), (-1, 0, 1)
    )
    program = distill(network)
    assert without_copies(program.program).gone == ("v",)
    assert program.verdict == "proven"


def test_values_of_every_neuron_are_compared():
    proof = distill(counters(6)).proof
    assert proof.differing == 0 and proof.compared >= 64 * 5
    assert proof.as_json()["verdict"] == "proven"


@pytest.mark.parametrize("seed", [3, 5, 11])
def test_the_trace_holds_each_neuron_at_its_index(seed):
    plant = planted(seed)
    program = distill(plant.network)
    x = np.random.default_rng(0).choice(plant.network.input_encoding, size=(30, *plant.network.input_shape))
    traced, hidden = program.trace(x), plant.network.hidden(x)
    for group in program.program.groups[:-2]:
        ids = program.placements[0][group.name]
        assert (np.broadcast_to(traced[group.name], (30, *ids.shape))[:, ids >= 0] == hidden[group.layer][:, ids[ids >= 0]]).all()
