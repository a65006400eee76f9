"""Units leave out forms that add unlike things."""

from __future__ import annotations

import pytest
import sympy

from pyssnn.errors import InputError
from pyssnn.interpretation import Form, SearchConfig, interpret, same_level_sets
from pyssnn.interpretation.candidates import Known, core_search
from pyssnn.interpretation.units import unit_of
from pyssnn.synthesis.build import SERVICE

from .planted import Function, Noisy, monomials_and_functions, uniform

needs_core = pytest.mark.skipif(not SERVICE.exists(), reason="the OCaml core is not built")
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


@pytest.mark.parametrize("units", [{"y": {"m": 1}}, {"x1": {"m": 0.1234}}, {"x1": "m"}, {"x1": {"m": float("nan")}}])
def test_units_of_what_is_no_input_and_powers_that_are_none_are_refused(units):
    with pytest.raises(InputError, match="units"):
        interpret(Function(lambda x: x), uniform(100, 1), units=units, search=monomials_and_functions)


@needs_core
def test_the_core_enumerates_only_what_has_a_unit():
    points = uniform(80, 3, low=0.3)
    gradients = Form.of("x - v*t", NAMES).values_and_gradients(points)[1]
    found = core_search(points, gradients, NAMES, None, Known(units=UNITS), SearchConfig(max_programs=5000))
    forms = [Form.of(text, NAMES) for text in (*found.programs, *found.terms)]
    assert any(same_level_sets(form, [Form.of("x - v*t", NAMES)]) for form in forms)
    assert len(forms) > 50 and all(unit_of(form, UNITS) is not None for form in forms)
    without = core_search(points, gradients, NAMES, None, Known(), SearchConfig(max_programs=5000)).programs
    assert any(unit_of(Form.of(text, NAMES), UNITS) is None for text in without)


@needs_core
def test_terms_of_different_units_are_not_added_up_though_they_would_fit():
    """E = v² + x² would do for numbers; for a length and a velocity only v and x by themselves, and what time does to them."""
    module = Function(lambda x, v: v**2 + x**2)
    few = SearchConfig(n_points=100, max_programs=5000, basis=40)
    found = interpret(module, uniform(300, 2), names=("x", "v"), units={"x": {"m": 1}, "v": {"m": 1, "s": -1}}, config=few)
    assert all(unit_of(c.form, UNITS) is not None for c in (*found.front, *found.rivals))
    assert not same_level_sets(found.best.form, [Form.of("x**2 + v**2", ("x", "v"))])
    assert same_level_sets(interpret(module, uniform(300, 2), names=("x", "v"), config=few).best.form, [Form.of("x**2 + v**2", ("x", "v"))])
