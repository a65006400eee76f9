"""A classifier is read on its boundary, and seen over all its points."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyssnn.interpretation import Form, SearchConfig, interpret
from pyssnn.interpretation.running import on_boundary

from .planted import Function, monomials_and_functions, uniform


@pytest.mark.parametrize("h", [lambda z: z, lambda z: -20 * z, lambda z: torch.sinh(z)], ids=["plain", "steep", "bent"])
def test_points_are_moved_to_the_boundary_and_stay_in_the_box(h):
    points = uniform(4000, 2)
    found = on_boundary(Function(lambda x, v: x**2 + v - 1, h), points, 500)
    assert 400 < len(found) <= 500
    assert np.abs(found[:, 0] ** 2 + found[:, 1] - 1).max() < 0.05
    assert (found >= points.min(axis=0)).all() and (found <= points.max(axis=0)).all()


def test_beside_other_points_the_answer_is_the_same_and_rises_with_the_latent_there():
    points, few = uniform(300, 2), SearchConfig(n_points=100, basis=40, max_terms=3)
    found = interpret(Function(lambda x, v: -(x**2) - v), points, config=few, search=monomials_and_functions)
    other = uniform(200, 2, seed=7)
    latent = np.tanh(-Form.of("x1**2 + x2", ("x1", "x2")).values(other))
    for values in (latent, -latent):
        seen = found.over(other, values)
        assert seen.best is found.best and seen.points is other and seen.spearman == pytest.approx(1.0)
        assert np.array_equal(np.argsort(seen.predict(other)), np.argsort(values))
