"""The knee of the front: what earns its size is taken, what does not is not."""

from __future__ import annotations

import numpy as np
import pytest

from pyssnn.interpretation import Form
from pyssnn.interpretation.judgement import judge

from .planted import Function, Noisy, uniform
from pyssnn.interpretation.gradients import value_and_gradient

NAMES = ("x", "v")
POINTS = uniform(600, 2)


def judged(texts: list[str], noise: float = 0.02, exchange: float = 0.25):
    module = Noisy(Function(lambda x, v: x**2 + v**2 + x**4 / 2), 2, noise)
    gradients = value_and_gradient(module, POINTS)[1]
    return judge([Form.of(text, NAMES) for text in texts], POINTS, gradients, None, exchange)


def test_the_truth_wins_over_smaller_and_larger_forms():
    texts = ["x**2 + v**2", "v**2 + exp(x**2)", "x**2 + v**2 + x**4/2", "x**2 + 1.001*v**2 + 0.499*x**4 + 0.001*x", "v"]
    found = judged(texts)
    assert str(found.best.form) == "v**2 + x**4/2 + x**2"
    assert [str(c.form) for c in found.rivals] == []


def test_the_front_grows_in_size_and_falls_in_error():
    front = judged(["x", "v", "x**2 + v**2", "x**2 + v**2 + x**4/2", "x**2 + v**2 + x**3 + x + v"]).front
    assert [c.size for c in front] == sorted(c.size for c in front)
    assert [c.error for c in front] == sorted((c.error for c in front), reverse=True)


def test_forms_of_the_same_level_sets_count_once_as_the_smallest():
    found = judged(["exp(x**2 + v**2 + x**4/2)", "x**2 + v**2 + x**4/2", "2*x**2 + 2*v**2 + x**4"])
    assert len(found.front) == 1 and found.rivals == ()


def test_forms_within_the_noise_of_the_best_are_rivals():
    found = judged(["x**2 + v**2 + x**4/2", "x**2 + v**2 + x**4*6/11"], noise=2.0)
    assert len(found.rivals) == 1


def test_forms_that_are_not_defined_everywhere_are_left_out():
    assert str(judged(["log(x) + v**2", "v"]).best.form) == "v"
    with pytest.raises(ValueError, match="no form"):
        judged(["log(x) + v**2"])


def test_the_sign_of_a_form_does_not_matter():
    a, b = (judged([text]).best for text in ("x**2 + v**2", "-x**2 - v**2"))
    assert np.isclose(a.error, b.error)
