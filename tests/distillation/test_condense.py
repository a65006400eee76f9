"""Networks to programs: what comes out runs at sizes that nobody trained, and what has no program is refused."""

from __future__ import annotations

import numpy as np
import pytest
from samples import SIGN, STEP, all_inputs, counters, rows_against_columns, shuffled, sign_layer, step_layer

from pyssnn.distillation import Layer, Network, distill
from pyssnn.errors import InputError


def agrees(program, network: Network, count: int = 64) -> bool:
    rng = np.random.default_rng(0)
    x = rng.choice(network.input_encoding, size=(count, *network.input_shape))
    return bool((program.run(x).reshape(count, -1) == network(x)).all())


def test_a_program_of_three_sizes_is_right_at_a_fourth_and_a_fifth():
    networks = [shuffled(rows_against_columns(n), n) for n in (4, 5, 7, 6)]
    program = distill(networks[2], networks[:2], networks[3])
    assert program.verdict == "proven" and program.proof.notes == ()
    assert program.program.sizes == ("n",)
    assert {"weights at 7x7", "weights at 6x6 (held out)", "neurons at 6x6 (held out)"} <= {check.name for check in program.proof.checks}
    assert program.lines("python") <= 15
    assert agrees(program, rows_against_columns(11))
    traced = program.trace(np.eye(11))
    assert traced["u"].shape == (11, 11) and traced["output"].tolist() == [0.5, 0.5]


def test_the_order_of_hidden_neurons_changes_no_text():
    texts = {distill(shuffled(rows_against_columns(5), seed)).source() for seed in range(4)}
    assert len(texts) == 1


def test_one_size_keeps_its_numbers_and_says_so():
    program = distill(rows_against_columns(5))
    assert program.verdict == "proven" and program.program.sizes == ()
    assert "one size only" in program.proof.notes[0]
    with pytest.raises(InputError, match="5x5"):
        program.run(np.zeros((6, 6)))


def test_two_sizes_without_a_third_are_not_called_confirmed():
    program = distill(counters(7), [counters(6)])
    assert "not confirmed" in program.proof.notes[0]
    assert program.report().startswith("verdict: proven for any size, not confirmed\n")
    confirmed = distill(counters(8), [counters(6), counters(7)], counters(9))
    assert confirmed.report().startswith("verdict: proven for any size\n")


def test_networks_that_are_not_of_one_kind_get_a_program_of_one_size():
    other = Network((sign_layer(np.ones((6, 1)), [-2.5]),), (6,), (0, 1))
    program = distill(counters(7), [other], counters(8))
    assert program.program.sizes == ()
    assert agrees(program, counters(7))


def test_a_held_out_size_that_disagrees_leaves_a_program_of_one_size():
    wrong = counters(9)
    layer = wrong.layers[1]
    wrong = Network((wrong.layers[0], Layer(layer.weights, layer.biases + 4, "sign", SIGN, (1,))), (9,), (0, 1))
    program = distill(counters(6), [counters(7), counters(8)], wrong)
    assert program.verdict == "proven" and program.program.sizes == ()
    assert agrees(program, counters(6))


def test_indices_come_back_whatever_they_start_from():
    program = distill(shuffled(counters(8), 3), [shuffled(counters(n), n) for n in (6, 7)], counters(9))
    assert program.verdict == "proven" and agrees(program, counters(30))
    first = program.program.groups[0]
    assert len(first.extents) == 1 and program.writing.forms[first.name].kind == "compare"


def test_dense_weights_have_no_compact_program():
    rng = np.random.default_rng(1)
    layers = (
        sign_layer(rng.standard_normal((20, 15)), rng.standard_normal(15)),
        Layer(rng.standard_normal((15, 3)), np.zeros(3), "max", STEP, (3,)),
    )
    program = distill(Network(layers, (20,), (0, 1)))
    assert program.verdict == "none" and "no compact program" in program.proof.notes[0]
    with pytest.raises(InputError, match="no compact program"):
        program.source()


@pytest.mark.parametrize("bias", [-2.0, -2.5, -2.0 / 3, 0.1, -7.0])
def test_a_bias_may_tie_be_a_fraction_or_never_be_reached(bias):
    network = Network((step_layer(np.ones((4, 1)), [bias]), sign_layer([[2.0]], [-1.0])), (4,), (0, 1))
    program = distill(network)
    assert program.verdict == "proven"
    run = program.writing.function("python")
    assert [run(x) for x in all_inputs(network).astype(int).tolist()] == network(all_inputs(network)).tolist()


def test_hidden_neurons_that_are_zero_count_as_zero():
    # "sign" gives 0 where there are as many ones as twos: the middle value has to come through.
    network = Network((sign_layer([[1.0, 0], [-1.0, 1]], [0.0, -1.5]), sign_layer([[1.0], [1.0]], [0.0])), (2,), (0.0, 1.0, 2.0))
    program = distill(network)
    assert agrees(program, network)
    assert {value for x in all_inputs(network) for value in program.trace(x)["u0"].ravel()} >= {0.0}


def test_weights_in_no_order_that_helps_are_several_groups():
    weights = np.diag([3.0, -1.0, 2.0, 5.0])
    network = Network(
        (sign_layer(weights + np.eye(4)[[2, 0, 3, 1]], [0.5, 1.5, -0.5, -2.5]), sign_layer([[1], [2], [-4], [3]], [0.5])), (4,), (-1, 1)
    )
    program = distill(shuffled(network, 1))
    assert program.verdict == "proven" and agrees(program, network)


def test_sums_of_a_linear_output_are_given():
    network = Network(
        (sign_layer(np.eye(5), np.zeros(5)), Layer(np.full((5, 1), 0.75), np.ones(1), "linear", STEP, (1,))), (5,), (-1, 0, 1)
    )
    program = distill(network)
    assert program.verdict == "proven" and program.proof.bound == 0
    assert agrees(program, network)


def test_sums_that_were_rounded_are_approximate_with_their_bound():
    rng = np.random.default_rng(2)
    weights = 1 + 0.01 * rng.standard_normal((30, 1))
    network = Network((sign_layer(np.eye(30), np.full(30, -0.5)), Layer(weights, np.zeros(1), "linear", STEP, (1,))), (30,), (0, 1))
    program = distill(network)
    assert program.verdict == "approximate" and program.proof.bound > 0
    x = rng.integers(0, 2, (200, 30))
    assert 0 < np.abs(program.run(x) - network(x)).max() <= program.proof.bound


def test_a_linear_layer_may_stand_in_the_middle():
    first = Layer(np.repeat(np.eye(3), 2, axis=0), np.zeros(3), "linear", STEP, (3,))
    network = Network((first, sign_layer(np.ones((3, 1)), [-2.5])), (6,), (0, 1))
    program = distill(network)
    assert program.verdict == "proven" and agrees(program, network)


def test_probabilities_come_as_the_sums_that_make_them():
    network = Network((Layer(np.array([[1.0, -1], [1, -1]]), np.array([0.0, 1]), "softmax", STEP, (2,)),), (2,), (0, 1))
    program = distill(network)
    assert program.verdict == "proven"
    assert program.run([1, 1]).tolist() == network.logits(np.array([[1, 1]]))[0].tolist() == [2, -1]


def test_classes_at_every_cell_of_a_ring():
    n = 7
    reads = np.eye(n) + np.roll(np.eye(n), 1, axis=0)
    both = np.stack([reads, -reads], axis=2).reshape(n, 2 * n)
    network = Network((Layer(both, np.tile([-1.5, 1.5], n), "max", STEP, (n, 2)),), (n,), (0, 1))
    program = distill(network)
    assert program.verdict == "proven" and agrees(program, network)
    assert len(program.program.groups) == 2


def test_several_copies_of_a_neuron_are_one_unit():
    network = Network((sign_layer(np.ones((3, 4)), [-0.5, -0.5, -0.5, -2.5]), sign_layer([[1.0], [1], [1], [-2]], [0.0])), (3,), (0, 1))
    program = distill(network)
    assert [group.extents for group in program.program.groups] == [(), (), ()]
    assert program.verdict == "proven" and agrees(program, network)


def test_the_report_tells_verdict_checks_and_groups():
    text = distill(rows_against_columns(4)).report()
    assert text.startswith("verdict: proven at this size\n")
    assert "0 differ" in text and "group" in text and "4 x 4" in text
    assert "inputs of 1 kinds, neurons of 1, 2, 2 kinds" in text


def test_sizes_may_be_given_with_a_flat_input():
    program = distill(rows_against_columns(6), [rows_against_columns(4), rows_against_columns(5)], rows_against_columns(7))
    image = np.zeros((9, 9))
    image[3] = 1
    assert (program.run(image.ravel(), n=9) == program.run(image)).all()
    with pytest.raises(InputError, match="width"):
        program.run(image, width=9)
    with pytest.raises(InputError, match="9, 8"):
        program.run(np.zeros((9, 8)))


def test_a_size_too_small_for_the_program_is_refused_and_not_read_from_the_wrong_end():
    def ends(n: int) -> Network:
        weights = np.zeros((n, 1))
        weights[[0, 3, n - 2]] += [[1], [2], [4]]
        return Network((sign_layer(weights, [-3.5]),), (n,), (0, 1))

    program = distill(ends(8), [ends(7), ends(9)], ends(10))
    assert agrees(program, ends(4)) and agrees(program, ends(40))
    with pytest.raises(InputError, match="n = 3"):
        program.run(np.zeros(3))


def test_networks_of_other_axes_or_without_a_program_leave_one_size():
    image = rows_against_columns(4)
    flat = Network(image.layers, (16,), (0, 1))
    assert "differ in axes" in distill(image, [flat]).proof.notes[0]
    dense = Network((sign_layer(np.random.default_rng(0).standard_normal((40, 20)), np.zeros(20)),), (40,), (0, 1))
    program = distill(counters(6), [counters(7)], dense)
    assert program.verdict == "proven" and "another size has no compact program" in program.proof.notes[0]
