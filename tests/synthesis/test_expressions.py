"""Expressions by their gradients: what is found has the latent's level sets, as Python too, and bad arrays are refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from pyssnn.errors import InputError
from pyssnn.synthesis import search_expressions

NAMES = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos}


def inputs(seed: int, d: int, n: int = 60) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.3, 2.0, (n, d))


def gradients(text: str, points: np.ndarray, names: str = "x0 x1 x2 x3") -> np.ndarray:
    symbols = sympy.symbols(names.split()[: points.shape[1]])
    f = sympy.sympify(text)
    columns = [np.broadcast_to(sympy.lambdify(symbols, f.diff(s), "numpy")(*points.T), len(points)) for s in symbols]
    return np.stack(columns, axis=1)


def same_level_sets(a: str, b: str, points: np.ndarray) -> bool:
    """Whether all 2 x 2 minors of the two gradients vanish, by numbers at points that no search has seen."""
    fresh = inputs(99, points.shape[1])
    ga, gb = gradients(a, fresh), gradients(b, fresh)
    cosines = (ga * gb).sum(1) / np.linalg.norm(ga, axis=1) / np.linalg.norm(gb, axis=1)
    return bool(np.all(1 - np.abs(cosines) < 1e-12))


@pytest.mark.parametrize("truth", ["x0**2 + sin(x1)", "x0*exp(x1)", "(x0 - x1)*x2"])
def test_a_planted_function_is_the_best_and_ends_the_front(truth):
    points = inputs(0, 3)
    bend = np.random.default_rng(1).normal(size=(len(points), 1)) * 10
    found = search_expressions(points, gradients(truth, points) * bend, max_programs=60_000)
    assert found.best[0].error < 1e-13 and found.front[-1] == found.best[0]
    assert same_level_sets(found.best[0].python, truth, points)
    assert sum(same_level_sets(e.python, truth, points) for e in found.best[:5]) == 1  # its class has one member
    errors = [e.error for e in found.best]
    assert errors == sorted(errors)
    assert all(a.size < b.size and a.error > b.error for a, b in zip(found.front, found.front[1:]))


def test_monotone_functions_of_the_latent_and_workers_clocks_or_runs_change_nothing():
    points = inputs(2, 2)
    x, y = points.T
    z = x * y + y
    plain = gradients("x0*x1 + x1", points)
    one = search_expressions(points, plain, max_programs=20_000)
    for factor in (np.exp(z), -3 / z**2, np.full_like(z, 1e-8)):
        other = search_expressions(points, plain * factor[:, None], max_programs=20_000, on_progress=lambda n, s: None)
        assert [e.program for e in other.front] == [e.program for e in one.front]
        assert [e.error for e in other.best] == pytest.approx([e.error for e in one.best], abs=1e-12)


def test_the_basis_comes_with_its_values_and_gradients():
    points = inputs(3, 2)
    found = search_expressions(points, gradients("x0 + x1", points), names=["u", "v"], basis=12, max_programs=5_000)
    basis = found.basis
    assert len(basis.terms) == 12 and basis.values.shape == (12, 60) and basis.gradients.shape == (12, 60, 2)
    for term, values, derivatives in zip(basis.terms, basis.values, basis.gradients):
        env = NAMES | dict(zip("uv", points.T))
        np.testing.assert_allclose(eval(term.python, env), values, rtol=1e-12)
        np.testing.assert_allclose(gradients(term.python, points, "u v"), derivatives, rtol=1e-9)
    flat = basis.gradients.reshape(12, -1)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    assert np.all(np.abs(np.triu(flat @ flat.T, 1)) < 1 - 1e-9)


def test_every_answer_has_the_error_that_its_python_has():
    points = inputs(4, 2)
    latent = gradients("x0 + sin(x1)**2", points)
    found = search_expressions(points, latent, max_programs=5_000, n_best=40)
    for e in found.best:
        g = gradients(e.python, points)
        cosines = (g * latent).sum(1) / np.linalg.norm(g, axis=1) / np.linalg.norm(latent, axis=1)
        assert e.error == pytest.approx(np.mean(1 - cosines**2), abs=1e-9)
        assert e.size == e.program.replace("(", "").replace(")", "").count(" ") + 1


def test_only_the_tangents_of_the_data_count():
    angle = np.random.default_rng(5).uniform(0.2, 1.3, 60)
    height = np.random.default_rng(6).uniform(0.3, 2, 60)
    points = np.stack([np.cos(angle), np.sin(angle), height], axis=1)
    zero, one = np.zeros(60), np.ones(60)
    tangents = np.stack([np.stack([-np.sin(angle), np.cos(angle), zero], 1), np.stack([zero, zero, one], 1)], axis=2)
    # x0 + x2, and whatever it is across the cylinder.
    latent = gradients("x0 + x2", points) + height[:, None] ** 2 * np.stack([np.cos(angle), np.sin(angle), zero], 1)
    found = search_expressions(points, latent, tangents=tangents, max_programs=5_000, basis=3)
    assert found.best[0].python == "x0 + x2" and found.best[0].error < 1e-13
    assert found.basis.gradients.shape == (3, 60, 2)
    assert search_expressions(points, latent, max_programs=5_000).best[0].error > 1e-4


def test_budgets_end_a_search_cleanly():
    points = inputs(6, 2)
    latent = np.random.default_rng(0).normal(size=(60, 2))
    assert search_expressions(points, latent, max_programs=1_000).n_enumerated == 1_000
    assert search_expressions(points, latent, max_programs=10**9, memory_limit=2**25).stopped == "memory"
    assert search_expressions(points, latent, max_programs=10**9, exploration_timeout=0.05).stopped == "clock"
    exact = search_expressions(points, gradients("x0*x1", points), enough=1e-12)
    assert exact.stopped == "solved" and exact.best[0].python == "x0*x1"
    empty = search_expressions(points, latent, max_programs=0, basis=5)
    assert (empty.front, empty.best, empty.basis.values.shape) == ((), (), (0, 60))


POINTS = inputs(7, 2, 4)


@pytest.mark.parametrize(
    ("points", "latent", "options", "where", "found"),
    [
        (POINTS[0], POINTS, {}, "points", "(2,)"),
        ([["a"]], POINTS, {}, "points", "list"),
        (POINTS, POINTS[:3], {}, "gradients", "(3, 2)"),
        (POINTS, POINTS * np.array([[np.nan], [1], [1], [1]]), {}, "gradients", "point 0"),
        (POINTS, POINTS * 0, {}, "gradients", "length 0"),
        (np.zeros((0, 2)), np.zeros((0, 2)), {}, "points", "(0, 2)"),
        (POINTS, POINTS, {"tangents": POINTS}, "tangents", "(4, 2)"),
        (POINTS, POINTS, {"names": ["x"]}, "names", "1 names"),
        (POINTS, POINTS, {"names": ["x", "x"]}, "names", "twice"),
        (POINTS, POINTS, {"names": ["x", "exp"]}, "names[1]", "exp"),
        (POINTS, POINTS, {"types": {"y": "positive"}}, "types", "y"),
        (POINTS, POINTS, {"types": {"x0": "big"}}, "types.x0", "big"),
        (POINTS, POINTS, {"units": {"y": {"m": 1}}}, "units", "y"),
        (POINTS, POINTS, {"units": {"x0": {"m": 0.1234}}}, "units.x0", "0.1234"),
        (POINTS, POINTS, {"units": {"x0": {"m": "one"}}}, "units.x0.m", "one"),
        (POINTS, POINTS, {"primitives": ["tan"]}, "primitives[0]", "tan"),
        (POINTS, POINTS, {"constants": ["one"]}, "constants", "one"),
        (POINTS, POINTS, {"n_best": 0}, "n_best", "0"),
        (POINTS, POINTS, {"max_programs": 1.5}, "max_programs", "1.5"),
    ],
)
def test_what_cannot_be_used_is_refused(points, latent, options, where, found):
    with pytest.raises(InputError) as refused:
        search_expressions(points, latent, **options)
    assert refused.value.where == where and found in refused.value.found
