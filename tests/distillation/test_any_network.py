"""Networks of no design at all, and random families of networks over their sizes: what is given out is right, everywhere."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SIGN, STEP, all_inputs, shuffled

from pyssnn.distillation import Layer, Network, distill

INPUTS = [(0, 1), (-1, 1), (-1, 0, 1), (0, 1, 2), (0, 0.5, 1)]
ENCODINGS = [(-2, 0, 1), (0, 0, 1), (0, 1, 1), (-1, -1, 3)]


def any_network(seed: int) -> Network | None:
    """A network of small integers and halves, many of them 0; None where it has too many inputs to try all."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(length) for length in rng.integers(1, 4, size=rng.integers(1, 3)))
    values = INPUTS[rng.integers(len(INPUTS))]
    if len(values) ** int(np.prod(shape)) > 1000:
        return None
    layers, width, depth = [], int(np.prod(shape)), int(rng.integers(1, 4))
    for number in range(depth):
        kinds = ["sign", "step"] if number < depth - 1 else ["sign", "step", "max", "linear", "softmax"]
        kind = str(rng.choice(kinds)) if rng.random() < 0.9 else "linear"
        encoding = SIGN if kind == "sign" else STEP
        if kind in ("sign", "step") and rng.random() < 0.1:
            encoding = ENCODINGS[rng.integers(len(ENCODINGS))]
        count = int(rng.integers(1, 5))
        weights = rng.integers(-2, 3, (width, count)) * rng.integers(0, 2, (width, count))
        layers.append(Layer(weights, rng.integers(-4, 5, count) / rng.choice([1, 2]), kind, encoding, (count,)))
        width = count
    return Network(tuple(layers), shape, values)


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_any_small_network_is_proven_and_its_texts_are_right_on_every_input(seed):
    network = any_network(seed)
    if network is None:
        return
    program = distill(network)
    assert program.verdict == "proven", program.report()
    inputs = all_inputs(network)
    want = network.logits(inputs) if network.layers[-1].activation == "softmax" else network(inputs)
    plain = program.writing.function("python")
    shaped = inputs.reshape(-1, *network.input_shape)
    assert np.allclose([np.ravel(plain(x)) for x in shaped.tolist()], want, atol=1e-9)
    assert np.allclose(program.run(shaped).reshape(len(want), -1), want, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 4000, 400))
def test_many_more_small_networks_are_right_in_all_languages(start):
    for seed in range(start, start + 400):
        network = any_network(seed)
        if network is None:
            continue
        program = distill(network)
        assert program.verdict == "proven", (seed, program.report())
        if seed % 8 == 0:
            assert program.check_ocaml is None or program.check_ocaml.passed, (seed, program.check_ocaml)


def first_layer(kind: str, n: int, threshold: float) -> Layer:
    """Sign neurons on n inputs: one an input, one a pair, one a beginning, one a number of ones, one a window."""
    unit = np.eye(n)
    if kind == "each":
        columns, biases = unit, np.full(n, threshold)
    elif kind == "pairs":
        columns = np.stack([unit[i] - unit[j] for i, j in product(range(n), repeat=2) if i < j], axis=1)
        biases = np.full(columns.shape[1], threshold)
    elif kind == "beginnings":
        columns, biases = np.triu(np.ones((n, n))), np.full(n, threshold)
    elif kind == "counts":
        columns, biases = np.ones((n, n)), -np.arange(n) - 0.5
    else:
        columns, biases = unit[:, 1:] + 2 * unit[:, :-1], np.full(n - 1, threshold)
    return Layer(columns, biases, "sign", SIGN, (len(biases),))


def last_layer(kind: str, width: int, n: int) -> Layer:
    """Sign neurons on those: one that adds all up, or one for each."""
    if kind == "all":
        return Layer(np.ones((width, 1)), [1.0 - n], "sign", SIGN, (1,))
    columns = np.ones((width, width)) - 3 * np.eye(width)
    return Layer(columns, np.full(width, n / 2), "sign", SIGN, (width,))


KINDS = ["each", "pairs", "beginnings", "counts", "windows"]
ENDINGS = [(kind, last) for kind in KINDS for last in ("all", "each") if (kind, last) != ("pairs", "each")]  # pairs are in the order of no index


@pytest.mark.parametrize("kind, last", ENDINGS)
@pytest.mark.parametrize("threshold", [0.0, -0.5])
def test_families_go_on_at_sizes_that_were_not_trained(kind, last, threshold):
    def network(n: int, seed: int | None = None) -> Network:
        first = first_layer(kind, n, threshold)
        made = Network((first, last_layer(last, first.n_outputs, n)), (n,), (0, 1))
        return made if seed is None else shuffled(made, seed)

    ordered = None if last == "each" else 0
    program = distill(network(8, ordered), [network(6, ordered), network(7, ordered)], network(9, ordered))
    assert program.verdict == "proven" and program.proof.notes == (), program.report()
    x = np.random.default_rng(0).integers(0, 2, (200, 14))
    assert (program.run(x).reshape(200, -1) == network(14)(x)).all()
