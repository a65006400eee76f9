"""Symbolic edges and whole formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.kan import KAN, MLP, SHAPES, FitConfig, fit, fix, fix_all, formula, measure, suggest
from pyssnn.kan.formulas import _fitted
from pyssnn.kan.symbolic import SymbolicEdge
from tests.kan.conftest import data

sympy = pytest.importorskip("sympy")


@given(st.sampled_from(["x", "x^2", "sin", "tanh", "gaussian", "exp"]), st.floats(0.5, 2), st.floats(-1, 1), st.sampled_from([-3.0, 0.5, 2.0]))
@settings(max_examples=15)
def test_a_shape_is_recognised_with_the_r_squared_that_it_has(name, a, b, c):
    x = np.linspace(-2, 2, 80)
    y = c * SHAPES[name].evaluate(torch.from_numpy(a * x + b)).numpy() + 0.3
    found = _fitted(name, x, y)
    computed = found.edge()(torch.from_numpy(x)).detach().numpy()
    assert found.r_squared > 0.9999
    assert np.isclose(found.r_squared, 1 - ((computed - y) ** 2).sum() / ((y - y.mean()) ** 2).sum(), atol=1e-6)


def test_the_formula_of_a_fitted_network_is_found():
    random = torch.Generator().manual_seed(0)
    x = torch.rand(200, 2, generator=random, dtype=torch.float64) * 2 - 1
    y = torch.sin(torch.pi * x[:, :1]) + x[:, 1:] ** 2
    network = KAN([2, 1], n_intervals=5, seed=0)
    fit(network, x, y, FitConfig(steps=40))
    assert [s.name for s in (suggest(network, x, 0, 0, 0)[0], suggest(network, x, 0, 0, 1)[0])] == ["sin", "x^2"]
    fixed, done = fix_all(network, x)
    assert {key: s.name for key, s in done.items()} == {(0, 0, 0): "sin", (0, 0, 1): "x^2"}
    assert fixed.n_edges == network.n_edges and not fixed.layers[0].mask.any() and network.layers[0].mask.all()
    fit(fixed, x, y, FitConfig(steps=20))
    assert measure(fixed, x, y, "regression") > 0.9999


def test_sympys_values_are_the_networks():
    network, x = KAN([3, (1, 1), 2], seed=0), data(5, 3, 0)
    random, shapes = np.random.default_rng(0), ["sin", "tanh", "x^2", "gaussian", "abs"]
    for layer in network.layers:
        for j, i in layer.edges().nonzero().tolist():
            layer.set_formula(j, i, SymbolicEdge(str(random.choice(shapes)), random.uniform(0.5, 1.5, 4)))
    symbols = sympy.symbols("a b c")
    for k, expression in enumerate(formula(network, ["a", "b", "c"], digits=12)):
        values = [float(expression.subs(dict(zip(symbols, row)))) for row in x.tolist()]
        assert np.allclose(values, network(x)[:, k].detach().numpy(), atol=1e-8)


def test_the_formula_of_an_mlp_needs_no_fixing():
    network, x = MLP([2, 3, 1], seed=0), data(4, 2, 0)
    (expression,) = formula(network, digits=12)
    values = [float(expression.subs(dict(zip(sympy.symbols("x1 x2"), row)))) for row in x.tolist()]
    assert np.allclose(values, network(x)[:, 0].detach().numpy(), atol=1e-8)


def test_splines_that_are_left_stand_as_functions():
    network, x = KAN([2, 1], seed=0), data(30, 2, 0)
    fixed, _ = fix(network, x, 0, 0, 1, "x")
    (expression,) = formula(fixed)
    assert {f.func.__name__ for f in expression.atoms(sympy.core.function.AppliedUndef)} == {"s_0_0_0"}


def test_names_and_edges_that_there_are_not_are_refused():
    network, x = KAN([2, 1], seed=0), data(10, 2, 0)
    with pytest.raises(InputError, match="names"):
        suggest(network, x, 0, 0, 0, ["cosh"])
    with pytest.raises(InputError, match="names"):
        formula(network, ["a"])
    fixed, _ = fix(network, x, 0, 0, 1, "x")
    fixed.layers[0].cut(torch.tensor([[False, True]]))
    with pytest.raises(IndexError, match="no edge"):
        suggest(fixed, x, 0, 0, 1)
