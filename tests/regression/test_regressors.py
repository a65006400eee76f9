"""Regressors are exact on their table, and short where something short fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.regression.expression import inp, state
from pyssnn.regression.regressors import Examples, Regressor, fit_boolean, fit_linear, look_up
from pyssnn.regression.regressors.modular import fit_modular
from pyssnn.regression.writing import python

from .strategies import seeds

VARIABLES = (state(0), state(1), inp(0))


def examples(function, low: int, high: int, n: int = 300) -> Examples:
    values = np.random.default_rng(0).integers(low, high, (n, 3))
    return Examples.of(VARIABLES, values, np.array([function(*row) for row in values.tolist()]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_integer_combinations_are_found(coefficients):
    a, b, c, offset = coefficients
    table = examples(lambda s, t, x: a * s + b * t + c * x + offset, -50, 50)
    assert table.fits(fit_linear(table))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.integers(2, 7))
def test_integer_combinations_modulo_a_number_are_found(coefficients, m):
    a, b, c, offset = coefficients
    table = examples(lambda s, t, x: (a * s + b * t + c * x + offset) % m, 0, 7)
    if set(range(m)) <= set(table.wanted.tolist()):
        assert table.fits(fit_modular(table))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, n=st.integers(1, 5))
def test_boolean_forms_give_their_truth_table(seed, n):
    generator = np.random.default_rng(seed)
    rows = np.array([[i >> j & 1 for j in range(n)] for i in range(2**n)])
    rows = rows[generator.permutation(len(rows))[: generator.integers(2, len(rows) + 1)]]
    table = Examples.of([state(i) for i in range(n)], rows, generator.integers(0, 2, len(rows)))
    form = fit_boolean(table)
    assert table.fits(form) if table.relevant().variables else form is None


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda s, t, x: (s + t + x) % 2, "(s + t + x) % 2"),
        (lambda s, t, x: int(s + t + x >= 2), "int(1 < s + t + x)"),
        (lambda s, t, x: int(s and t and x), "int(2 < s + t + x)"),
        (lambda s, t, x: int(s and not t or x), None),
    ],
)
def test_symmetric_functions_are_counts(function, text):
    found = fit_boolean(examples(function, 0, 2))
    assert text is None or python(found, ["s", "t"], ["x"]) == text


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        (lambda s, t, x: max(s, x), -50, 50),
        (lambda s, t, x: abs(s - x), -50, 50),
        (lambda s, t, x: (s + t + x) // 5, 0, 5),
        (lambda s, t, x: s + 1 if x % 2 == 0 else s, -9, 9),
        (lambda s, t, x: int(s == x), 0, 8),
    ],
)
def test_the_core_finds_what_is_not_linear(function, low, high):
    table, fresh = examples(function, low, high), examples(function, low, high, 2000)
    expression, method = Regressor().fit(table, 300_000)
    assert method in ("symbolic", "linear") and fresh.fits(expression)


def test_a_combination_rounded_down_is_found():
    table = examples(lambda s, t, x: (3 * s - 2 * t + x + 1) // 4, -60, 60)
    expression, _ = Regressor().fit(table, 0)
    assert python(expression, ["s", "t"], ["x"]) == "(s * 3 + x - t * 2 + 1) // 4"


def test_rows_that_contradict_one_another_are_no_examples():
    assert Examples.of([state(0)], np.array([[1], [1]]), np.array([0, 1])) is None


def test_a_table_is_remembered_cell_by_cell():
    table = examples(lambda s, t, x: hash((s, x)) % 11, 0, 4)
    found = look_up(table)
    assert found.is_table and table.fits(found)


def test_a_search_in_vain_is_not_made_again():
    noise = np.random.default_rng(0).integers(0, 100, 300)
    values = np.arange(300)[:, None]
    table, regressor = Examples.of([state(0)], values, noise), Regressor()
    assert regressor.fit(table, 2000) is None and regressor.fit(table, 1000) is None and regressor.spent == 2000


def test_an_absorbing_value_is_a_branch():
    table = examples(lambda s, t, x: s if s < 0 else s + 1 - 2 * x, -3, 9)
    assert examples(lambda s, t, x: s if s < 0 else s + 1 - 2 * x, -3, 9, 2000).fits(Regressor().fit(table, 0)[0])


def test_a_threshold_is_plain_where_the_ends_of_a_range_would_do():
    table = examples(lambda s, t, x: int(s < 0), -10, 11)
    assert python(Regressor().fit(table, 20_000)[0], ["s", "t"], ["x"]) == "int(s < 0)"
