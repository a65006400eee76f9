"""Bases: scipy's to 1e-6, closed form and recursion alike, straight off the grid."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from pyssnn.kan.bases import cox_de_boor, extended_knots, spline_features

ends = st.tuples(st.floats(-50, 50), st.floats(0.01, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def points(low: float, high: float, n: int = 60) -> torch.Tensor:
    return torch.cat([torch.linspace(low, high, n, dtype=torch.float64), torch.tensor([low, high], dtype=torch.float64)])[:, None]


@given(ends, st.integers(1, 20), st.integers(0, 5))
def test_on_the_grid_they_are_scipys(interval, n_intervals, order):
    low, high = interval
    grid = torch.linspace(low, high, n_intervals + 1, dtype=torch.float64)[None]
    x = points(low, high)
    ours, knots = spline_features(x, grid, order, True)[:, 0, :-1], extended_knots(grid, order)[0].numpy()
    theirs = BSpline.design_matrix(np.clip(x[:, 0].numpy(), knots[order], knots[-order - 1]), knots, order).toarray()
    assert np.abs(ours.numpy() - theirs).max() < 1e-6


@given(st.lists(st.floats(0.05, 3), min_size=1, max_size=8), st.integers(1, 4))
def test_on_uneven_grids_too_with_slopes(steps, order):
    grid = torch.tensor([0.0, *np.cumsum(steps)], dtype=torch.float64)[None]
    x = points(0.0, float(grid[0, -1]))[1:-2]
    values, slopes = (found[:, 0].numpy() for found in cox_de_boor(x, grid, order))
    knots = extended_knots(grid, order)[0].numpy()
    for basis in range(values.shape[1]):
        theirs = BSpline(knots, np.eye(values.shape[1])[basis], order)
        assert np.abs(values[:, basis] - theirs(x[:, 0].numpy())).max() < 1e-6
        if order > 1:
            assert np.abs(slopes[:, basis] - theirs.derivative()(x[:, 0].numpy())).max() < 1e-6 * max(1, np.abs(slopes).max())


@given(ends, st.integers(1, 12), st.floats(-3, 4))
def test_the_closed_form_is_the_recursion(interval, n_intervals, where):
    low, high = interval
    grid = torch.linspace(low, high, n_intervals + 1, dtype=torch.float64)[None]
    x = torch.tensor([[low + where * (high - low)]], dtype=torch.float64)
    assert torch.allclose(spline_features(x, grid, 3, True), spline_features(x, grid, 3, False), atol=1e-8)


@pytest.mark.parametrize(("order", "uniform"), [(3, True), (3, False), (2, False), (4, False)])
def test_gradients_are_those_of_finite_differences_on_and_off_the_grid(order, uniform):
    grid = torch.linspace(-1, 1, 5, dtype=torch.float64).repeat(2, 1)
    x = (4 * torch.rand(30, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: spline_features(x, grid, order, uniform), x)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_off_the_grid_a_spline_goes_on_straight(order):
    grid = torch.linspace(0, 1, 4, dtype=torch.float64)[None]
    weights = torch.randn(3 + order, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for edge, out in ((0.0, -1.0), (1.0, 1.0)):
        x = torch.tensor([[edge], [edge + out], [edge + 2 * out], [edge - 1e-6 * out]], dtype=torch.float64)
        at, one, two, before = spline_features(x, grid, order, order == 3)[:, 0, :-1] @ weights
        assert torch.isclose(two - one, one - at)
        assert torch.isclose(one - at, (at - before) * 1e6, atol=1e-3)
