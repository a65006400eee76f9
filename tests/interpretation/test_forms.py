"""Forms: read from text, exact gradients, sizes, and proofs of equal level sets."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from pyssnn.interpretation import EXPERIMENTS, Form, same_level_sets

XV = ("x", "v")


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_gradients_equal_finite_differences(experiment):
    points = experiment.points(np.random.default_rng(0), 32)
    for form in (Form.of(text, experiment.inputs) for text in experiment.truth):
        _, gradients = form.values_and_gradients(points)
        for i, step in enumerate(1e-5 * np.eye(len(experiment.inputs))):
            slope = (form.values(points + step) - form.values(points - step)) / 2e-5
            assert np.allclose(gradients[:, i], slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("text", ["x**v", "exp(x*v)/(1 + x**2)", "log(x)*sqrt(v)", "tan(x) - abs(v - 2)", "cos(x/v)**3", "tanh(x)*pi - E"])
def test_gradients_agree_with_sympy(text):
    form, points = Form.of(text, XV), np.random.default_rng(1).uniform(0.2, 1.2, size=(20, 2))
    symbols = [sympy.Symbol(name, real=True) for name in XV]
    wanted = sympy.lambdify(symbols, [sympy.diff(form.expression, s) for s in symbols])
    assert np.allclose(form.values_and_gradients(points)[1], np.array([wanted(*map(float, p)) for p in points], dtype=float))


@pytest.mark.parametrize("text", ["__import__('os')", "x.real", "y + 1", "x if v else 1", "exp(x, v)", "'x'", "True", "lambda: 1"])
def test_what_is_no_expression_is_refused_and_not_run(text):
    with pytest.raises(ValueError, match="no expression"):
        Form.of(text, XV)


def test_a_form_outside_its_domain_is_not_finite_there():
    assert np.isnan(Form.of("log(x)", XV).values(np.array([[-1.0, 0.0]]))).all()


def test_simple_constants_are_smaller_than_others():
    sizes = [Form.of(text, XV).size for text in ("x + v", "2*x + v", "x + v*11/2", "x + 2.731*v")]
    assert sizes == sorted(sizes) and len(set(sizes)) == len(sizes)


def test_a_multiple_of_pi_or_e_is_one_constant_by_its_bits():
    sizes = [Form.of(text, XV).size for text in ("pi*x + v", "2*E*x + v", "x*3/2 + v", "x*11/2 + v")]
    assert sizes == sorted(sizes) and sizes[0] < sizes[1] < sizes[3]


@pytest.mark.parametrize(
    ("form", "truth", "same"),
    [
        ("exp(x**2 + v**2)", "x**2 + v**2", True),
        ("x**2 + v**2 + x**4/2", "2*v**2 + 2*x**2 + x**4", True),
        ("log(x) - v**2/2", "x*exp(-v**2/2)", True),
        ("v**2 + exp(x**2)", "x**2 + v**2 + x**4/2", False),
        ("x**2 + v**2 + 11/2*exp(x)", "x**2 + v**2 + 2*E*exp(x)", False),
        ("2*exp(x + 1) + x**2 + v**2", "x**2 + v**2 + 2*E*exp(x)", True),
        ("x**2 + 1.0*v**2", "x**2 + v**2", False),
        ("3", "x", False),
    ],
)
def test_level_sets_are_equal_where_gradients_are_parallel_identically(form, truth, same):
    assert same_level_sets(Form.of(form, XV), [Form.of(truth, XV)]) == same


def test_on_data_of_a_constraint_forms_may_be_equal_that_are_not_elsewhere():
    names = ("a", "b", "c", "d")
    form, determinant = Form.of("a**2 - a + b*c", names), Form.of("a*d - b*c", names)
    assert not same_level_sets(form, [determinant])
    assert same_level_sets(form, [determinant], {"d": "1 - a"})


def test_a_function_of_two_invariants_is_told_from_one_that_is_not():
    names = ("x", "y", "z")
    invariants = [Form.of("x + y", names), Form.of("y*z", names)]
    assert same_level_sets(Form.of("(x + y)**2 + y*z", names), invariants)
    assert not same_level_sets(Form.of("x + y + z", names), invariants)
