"""Symmetry tests shrink a problem, and leave alone what has no symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from pyssnn.interpretation import Form, same_level_sets
from pyssnn.interpretation.symmetry import reduced

from .planted import uniform


def shrunk(text: str, names: tuple[str, ...], points: np.ndarray, noise: float = 0.0):
    gradients = Form.of(text, names).values_and_gradients(points)[1]
    gradients = gradients + noise * np.abs(gradients).mean() * np.random.default_rng(5).normal(size=gradients.shape)
    return reduced(points, gradients, names, least=1)


@pytest.mark.parametrize(
    ("text", "d"),
    [("sin(x1 - x2)", 3), ("x1*x2", 2), ("x1 + x2 + x3", 4), ("x1**2 + x2**2 + x3**2", 3), ("x1**2 - x2**2 - x3**2 - x4**2", 4)],
)
def test_one_invariant_is_found_without_a_search(text, d):
    names = tuple(f"x{i}" for i in range(1, d + 1))
    found = shrunk(text, names, uniform(300, d), noise=0.01)
    assert len(found.inputs) == 1
    assert same_level_sets(found.inputs[0], [Form.of(text, names)])


def test_the_ratio_of_products_and_distances_is_found_from_its_gradient():
    names = tuple(f"x{i}" for i in range(1, 7))
    points = np.hstack([uniform(300, 2, low=0.3), uniform(300, 4, seed=1)])
    text = "x1*x2/((x3 - x4)**2 + (x5 - x6)**2)"
    found = shrunk(text, names, points)
    assert len(found.inputs) == 1
    assert same_level_sets(found.inputs[0], [Form.of(text, names)])


@pytest.mark.parametrize("text", ["x1**2 + 3*x1*x2 + 2*x2**2", "x1**2 + x2**2 + x1**4/2", "x2**2 + 2*sin(x1)"])
def test_what_has_no_such_symmetry_stays(text):
    assert shrunk(text, ("x1", "x2"), uniform(300, 2), noise=0.01).steps == ()


def test_new_inputs_have_the_latents_gradient():
    names = ("x1", "x2", "x3")
    points = uniform(200, 3)
    found = shrunk("exp(x1 - x2)*3 + x3**3", names, points)
    (difference,) = [i for i, form in enumerate(found.inputs) if form.expression.has(Form.of("x1", names).expression)]
    assert np.allclose(np.abs(found.gradients[:, difference]), 3 * np.exp(points[:, 0] - points[:, 1]))
