"""One representation, three languages: the texts run and agree with the network."""

from __future__ import annotations

import shutil
from fractions import Fraction

import numpy as np
import pytest
from planting import planted
from samples import STEP, all_inputs, counters, rows_against_columns, sign_layer

from pyssnn.distillation import Layer, Network, distill
from pyssnn.distillation.emit.words import added, length_text, place_text
from pyssnn.distillation.ir import Affine, Poly, augmented
from pyssnn.distillation.probing import Inputs
from pyssnn.distillation.verify import same_ocaml, same_text
from pyssnn.errors import InputError

needs_ocaml = pytest.mark.skipif(shutil.which("ocaml") is None, reason="needs ocaml")
SEEDS = [seed for seed in range(100, 112) if planted(seed) is not None]


def ring(n: int, weights: tuple[float, ...], bias: float) -> Network:
    """Sign neurons that read a window of a ring of n cells, and step neurons that read each."""
    table = sum(weight * np.roll(np.eye(n), place, axis=1) for place, weight in zip((1, 0, -1), weights, strict=True))
    return Network((sign_layer(table, np.full(n, bias)), Layer(np.eye(n), np.zeros(n), "step", STEP, (n,))), (n,), (0, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_python_gives_what_the_network_gives_on_every_input(seed):
    plant = planted(seed)
    program = distill(plant.network)
    check = same_text(program.writing.function("python"), plant.network, program.readings[0], Inputs.of(plant.network).at_most(400))
    assert check.passed, check.detail


@needs_ocaml
@pytest.mark.parametrize("seed", SEEDS[:6])
def test_ocaml_compiles_and_gives_what_the_network_gives(seed):
    program = distill(planted(seed).network)
    assert program.check_ocaml.passed, program.source("python") + program.check_ocaml.detail


@needs_ocaml
@pytest.mark.parametrize("weights, bias", [((1, 1, 1), -2.5), ((1, 0, 1), -0.5), ((2, -1, 0), 0), ((1, 3, -2), 0.5)])
def test_a_ring_in_all_languages(weights, bias):
    program = distill(ring(8, weights, bias), [ring(9, weights, bias), ring(11, weights, bias)], ring(12, weights, bias))
    assert program.verdict == "proven" and program.proof.notes == ()
    cells = np.random.default_rng(0).integers(0, 2, (20, 50))
    want = ring(50, weights, bias)(cells)
    assert (program.run(cells) == want).all()
    plain = program.writing.function("python")
    assert [plain(row) for row in cells.tolist()] == want.tolist()
    assert program.check_ocaml.passed


@needs_ocaml
def test_ocaml_counts_in_floats_where_values_are_halves():
    network = Network((Layer(np.eye(3), np.zeros(3), "step", STEP, (3,)), sign_layer(np.ones((3, 1)), [-1.5])), (3,), (-1, 0, 1))
    program = distill(network)
    assert program.source("ocaml").startswith("(* program : float array -> float array *)")
    assert program.check_ocaml.passed


def test_an_orientation_takes_at_most_15_lines_and_no_helper_is_left_over():
    program = distill(rows_against_columns(6), [rows_against_columns(4), rows_against_columns(5)], rows_against_columns(7))
    assert program.lines() <= 15
    text = program.source()
    assert all(text.count(f"{name}(") > 1 for name in ("sign", "largest"))


def test_loops_run_over_the_sizes_and_indices_start_at_0():
    text = distill(counters(8), [counters(6), counters(7)], counters(9)).source()
    assert "n = len(x)" in text and "for i in range(n - 2)" in text
    assert "8" not in text


def test_a_language_that_is_none_is_said():
    with pytest.raises(InputError, match="language"):
        distill(counters(5)).source("cobol")


@needs_ocaml
@pytest.mark.parametrize("round_edges", [True, False])
def test_diagonals_in_all_languages(round_edges):
    def diagonals(n: int) -> Network:
        places = range(n) if round_edges else range(2 - n, n - 1)
        read = [np.roll(np.eye(n), k, axis=1) if round_edges else np.eye(n, k=k) for k in places]
        first = sign_layer(np.stack([table.ravel() for table in read], axis=1), np.full(len(read), -1.5))
        return Network((first, sign_layer(np.ones((len(read), 1)), [len(read) - 1.0])), (n, n), (0, 1))

    program = distill(diagonals(6), [diagonals(4), diagonals(5)], diagonals(7))
    assert program.verdict == "proven" and program.proof.notes == ()
    assert len(program.program.groups) == 2 and program.program.groups[0].terms[0].diagonal
    images = np.random.default_rng(0).integers(0, 2, (30, 9, 9))
    want = diagonals(9)(images)
    assert (program.run(images) == want).all()
    plain = program.writing.function("python")
    assert [plain(image) for image in images.tolist()] == want.tolist()
    assert program.check_ocaml.passed


@needs_ocaml
def test_a_wrong_ocaml_text_is_found_wrong():
    program = distill(counters(5))
    right = program.source("ocaml")
    assert "then 1 " in right and not same_ocaml(right.replace("then 1 ", "then 0 "), program.readings[0]).passed
    assert not same_ocaml(right.replace("program", "programme"), program.readings[0]).passed


def test_sums_are_written_with_the_positive_part_first():
    assert added([(Fraction(-1), "a"), (Fraction(2), "b"), (Fraction(-3), "")]) == "2 * b - a - 3"
    assert added([(Fraction(-1, 2), "")]) == "-0.5"
    assert added([]) == "0"
    square = Poly.make({(2,): Fraction(-1), (): Fraction(1)})
    assert length_text(square, ("n",)) == "1 - n * n"
    assert square.at(augmented((5,))) == -24
    assert (all_inputs(counters(5)) >= 0).all()


@pytest.mark.parametrize("terms", [{(1,): 1, (0, 1): -1}, {(1,): 3, (0, 1): 1}, {(1,): -1, (0, 1): 1, (): 2}, {(2,): 1, (1,): -1}])
def test_halves_of_sizes_are_written_as_divisions_without_a_rest(terms):
    half = Poly.make({power: Fraction(factor, 2) for power, factor in terms.items()})
    place = Affine(half, ((0, Fraction(1)),))
    names = ("n", "(n % 2)")
    for n in range(12):
        assert eval(length_text(half, names), {"n": n}) == half.at(augmented((n,)))
        exact = length_text(half, names, "/").replace("mod", "%")
        assert eval(exact, {"n": n}) == half.at(augmented((n,)))
        assert eval(place_text(place, ("i",), names), {"n": n, "i": 3}) == place.at(augmented((n,)), (3,))
    assert "." not in length_text(half, names)


@needs_ocaml
def test_half_of_an_array_in_all_languages():
    def mirrored(n: int) -> Network:
        """For each entry of the first half whether its mirror image is 0; and whether those are many."""
        half = n // 2
        pairs = np.eye(n)[:, :half] - 2 * np.eye(n)[:, ::-1][:, :half]
        return Network((sign_layer(pairs, np.full(half, 0.5)), sign_layer(np.ones((half, 1)), [half - 2.5])), (n,), (0, 1))

    program = distill(mirrored(8), [mirrored(6), mirrored(7)], [mirrored(9), mirrored(10)])
    assert program.verdict == "proven" and program.proof.notes == ()
    assert "range(n // 2)" in program.source()
    for n in (3, 21, 30):
        x = np.random.default_rng(0).integers(0, 2, (40, n))
        assert (program.run(x) == mirrored(n)(x)).all()
    assert program.check_ocaml.passed


def test_half_of_even_sizes_alone_says_nothing_of_odd_ones():
    def halves(n: int) -> Network:
        return Network((sign_layer(np.repeat([[1.0], [-1.0]], n // 2, axis=0), [0.0]),), (n,), (0, 1))

    program = distill(halves(8), [halves(6), halves(10)], halves(12))
    assert program.verdict == "proven" and program.program.sizes == ()
    assert "no integer" in program.proof.notes[0]


def test_every_other_place_from_a_place_that_moves():
    def network(n: int) -> Network:
        table = np.stack([[float(place >= i and (place - i) % 2 == 0) for place in range(n)] for i in range(n)], axis=1)
        return Network((sign_layer(table, np.full(n, -1.5)), sign_layer(np.ones((n, 1)), [0.0])), (n,), (0, 1))

    program = distill(network(7), [network(5), network(6)], network(8))
    assert program.verdict == "proven" and "sum(x[i::2])" in program.source()
    x = np.random.default_rng(0).integers(0, 2, (100, 15))
    assert (program.run(x) == network(15)(x)).all()


@needs_ocaml
def test_sums_between_layers_are_not_scaled_in_ocaml():
    middle = Layer(np.array([[1.0, -2.0], [1.0, 1.0]]), np.array([0.5, 1.0]), "linear", STEP, (2,))
    last = Layer(np.array([[1.0, 0.5], [-1.0, 2.0]]), np.array([0.0, 1.0]), "max", STEP, (2,))
    assert distill(Network((middle, last), (2,), (-1, 0, 1))).check_ocaml.passed
