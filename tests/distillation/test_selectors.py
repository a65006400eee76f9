"""Arrays of weights as sums of boxes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from pyssnn.distillation.selectors import STYLES, Piece, Style, decompose, diagonal_places
from pyssnn.distillation.stencils import stencils

SLABS, PLAIN = STYLES[0], STYLES[1]


def added(pieces: tuple[Piece, ...], shape: tuple[int, ...]) -> np.ndarray:
    total = np.zeros(shape)
    for piece in pieces:
        if piece.diagonal:
            total[diagonal_places(piece.lo[0], shape, piece.cyclic)] += piece.coefficient
            continue
        total[tuple(slice(lo, hi, piece.step) for lo, hi in zip(piece.lo, piece.hi, strict=True))] += piece.coefficient
    return total


@given(
    arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.sampled_from([0.0, 0.0, 1.0, -1.0, 0.5])),
    st.sampled_from(STYLES),
)
def test_the_pieces_add_up_to_the_weights(weights, style):
    pieces = decompose(weights, None, style, most=200)
    no_strides = style.step > 1 and (weights.ndim > 1 or weights.size <= style.step)
    assert (pieces is None) == (no_strides or (style.diagonals != "" and weights.ndim != 2))
    if pieces is not None:
        assert (added(pieces, weights.shape) == weights).all()


@given(st.integers(2, 6), st.integers(0, 10**6), st.sampled_from(STYLES[:4]))
def test_places_without_a_neuron_do_not_matter(n, seed, style):
    valid = np.triu(np.ones((n, n), bool), 1)
    weights = np.random.default_rng(seed).integers(-1, 2, (n, n)) * valid.astype(float)
    pieces = decompose(weights, valid, style, most=200)
    assert (added(pieces, weights.shape)[valid] == weights[valid]).all()


def test_a_row_less_a_column_is_two_slabs_though_they_cross():
    weights = np.zeros((5, 5))
    weights[2] += 1
    weights[:, 3] -= 1
    assert sorted(decompose(weights, None, SLABS, 10)) == [Piece(-1.0, (0, 3), (5, 4)), Piece(1.0, (2, 0), (3, 5))]


def test_all_but_one_is_the_whole_less_a_point():
    weights = np.ones(6)
    weights[2] = 0
    assert decompose(weights, None, SLABS, 10) == (Piece(1.0, (0,), (6,)), Piece(-1.0, (2,), (3,)))


def test_every_second_place_is_one_piece():
    weights = np.array([1.0, -1, 1, -1, 1])
    assert decompose(weights, None, Style(base=False, slabs=True, step=2), 10) == (
        Piece(1.0, (0,), (5,), step=2),
        Piece(-1.0, (1,), (5,), step=2),
    )


def test_too_many_pieces_are_none():
    assert decompose(np.arange(1.0, 9), None, PLAIN, most=4) is None


def test_windows_that_wrap_around_are_translations_of_one():
    stack = np.stack([np.roll([1.0, 2, 0, 0, 0, 1], shift) for shift in (3, 0, 5, 1)])[:, None]
    (found,) = stencils(stack, most=10)
    shifts = (found.shifts[:, 0] - found.shifts[1, 0]) % 6
    assert shifts.tolist() == [3, 0, 5, 1]
    assert all(piece.cyclic for piece in found.pieces[0])


def test_a_diagonal_is_one_piece_cut_off_or_going_round():
    styles = {style.diagonals: style for style in STYLES if style.diagonals}
    assert decompose(np.eye(4, k=1), None, styles["cut"], 9) == (Piece(1.0, (1, 0), (2, 4), diagonal=True),)
    assert decompose(np.roll(np.eye(4), 3, axis=1), None, styles["round"], 9) == (Piece(1.0, (3, 0), (4, 4), cyclic=True, diagonal=True),)
