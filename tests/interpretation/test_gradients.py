"""Gradients of a module, and the tangent space of data on a thinner set."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.interpretation.gradients import misalignment, projected, tangents, value_and_gradient

from .planted import Function, uniform

POINTS = uniform(100, 2)


def test_values_and_gradients_are_the_modules():
    value, gradient = value_and_gradient(Function(lambda x, v: x**2 + v**3), POINTS)
    assert np.allclose(value, POINTS[:, 0] ** 2 + POINTS[:, 1] ** 3)
    assert np.allclose(gradient, np.column_stack([2 * POINTS[:, 0], 3 * POINTS[:, 1] ** 2]))


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (Function(lambda x, v: x * 0 + 3), "constant"),
        (Function(lambda x, v: torch.log(x)), "not finite"),
        (torch.nn.Linear(3, 1), "shape"),
        (torch.nn.Linear(2, 5), "one number a point"),
        (Function(lambda x, v: x.detach()), "does not depend"),
    ],
)
def test_modules_that_cannot_be_read_are_refused(module, says):
    with pytest.raises(InputError, match=says):
        value_and_gradient(module, POINTS)


@pytest.mark.parametrize(
    ("points", "says"),
    [(POINTS[:49], "49 points"), (POINTS[0], "shape"), (np.where(POINTS > 1.9, np.nan, POINTS), "not finite"), (POINTS.astype(str), "type")],
)
def test_points_that_cannot_be_used_are_refused(points, says):
    with pytest.raises(InputError, match=says):
        value_and_gradient(Function(lambda x, v: x), points)


def test_data_that_fill_the_space_have_no_tangents():
    assert all(tangents(uniform(2000, d) * np.arange(1, d + 1)) is None for d in (1, 2, 4, 6))


def test_the_tangent_space_of_a_plane_is_found_and_orthonormal():
    rng = np.random.default_rng(0)
    span = rng.normal(size=(2, 5))
    bases = tangents(rng.normal(size=(500, 2)) @ span + 7.0)
    assert bases.shape == (500, 5, 2)
    assert np.allclose(np.swapaxes(bases, 1, 2) @ bases, np.eye(2))
    assert np.allclose(np.linalg.norm(projected(np.tile(span[0], (500, 1)), bases), axis=1), np.linalg.norm(span[0]))


def test_the_tangent_space_of_a_sphere_is_found_point_by_point():
    points = np.random.default_rng(0).normal(size=(4000, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    bases = tangents(points)
    assert bases.shape == (4000, 3, 2)
    assert np.mean(np.sum(projected(points, bases) ** 2, axis=1)) < 1e-3


def test_misalignment_is_the_squared_sine_and_keeps_small_angles():
    angle = np.array([0.0, 1e-9, 0.3, np.pi / 2, np.pi])
    a, b = np.tile([2.0, 0.0], (5, 1)), -3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert np.allclose(misalignment(a, b), np.sin(angle) ** 2, rtol=1e-6, atol=1e-30)
    assert misalignment(np.zeros((1, 2)), np.ones((1, 2))) == 1.0
