"""Units leave out forms that add unlike things."""

from __future__ import annotations

import pytest
import sympy

from pyssnn.errors import InputError
from pyssnn.interpretation import Form, SearchConfig, interpret
from pyssnn.interpretation.units import unit_of

from .planted import Function, Noisy, monomials_and_functions, uniform

NAMES = ("x", "v", "t")
UNITS = {"x": {"m": 1}, "v": {"m": 1, "s": -1}, "t": {"s": 1}}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("x - v*t", {"m": 1}),
        ("x**2 + (v*t)**2/2", {"m": 2}),
        ("exp(x/(v*t))", {}),
        ("sqrt(x/v)", {"s": sympy.Rational(1, 2)}),
        ("x + v", None),
        ("sin(x)", None),
        ("x + 1", None),
        ("abs(x) + v*t", {"m": 1}),
    ],
)
def test_the_unit_of_a_form(text, unit):
    assert unit_of(Form.of(text, NAMES), UNITS) == unit


def test_forms_without_a_unit_are_no_answers():
    module = Noisy(Function(lambda x, y: x**2 + y**2), 2, 0.05)
    found = interpret(
        module,
        uniform(300, 2),
        names=("x", "y"),
        units={"x": {"m": 1}, "y": {"m": 1}},
        config=SearchConfig(n_points=100, basis=40, max_terms=4),
        search=monomials_and_functions,
    )
    assert str(found.best.form) == "x**2 + y**2"
    assert all(unit_of(c.form, {"x": {"m": 1}, "y": {"m": 1}}) is not None for c in (*found.front, *found.rivals))


def test_units_of_what_is_no_input_are_refused():
    with pytest.raises(InputError, match="units"):
        interpret(Function(lambda x: x), uniform(100, 1), units={"y": {"m": 1}}, search=monomials_and_functions)
