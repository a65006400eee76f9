"""The closure finds planted sparse combinations, and their constants are snapped."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.interpretation import Form
from pyssnn.interpretation.closure import combinations, refitted, simple_constants, snapped

from .planted import monomials_and_functions, uniform

NAMES = ("x", "y", "z")
TERMS = [Form.of(text, NAMES) for text in monomials_and_functions(None, None, NAMES, None, None, None).terms]
POINTS = uniform(200, 3)
GRADIENTS = np.stack([term.values_and_gradients(POINTS)[1] for term in TERMS], axis=2)


@settings(max_examples=15)
@given(st.lists(st.integers(0, len(TERMS) - 1), min_size=2, max_size=3, unique=True), st.data())
def test_planted_combinations_are_found(terms, data):
    coefficients = [data.draw(st.sampled_from([-3.0, -1.0, -0.5, 0.7, 1.0, 2.0])) for _ in terms]
    latent = GRADIENTS[:, :, terms] @ coefficients
    found = min(combinations(GRADIENTS, latent, max_terms=len(terms)), key=lambda c: c.error)
    assert found.error < 1e-9
    inputs = set().union(*(TERMS[t].expression.free_symbols for t in terms))
    if sorted(found.terms) == sorted(terms) and len(inputs) > 1:  # all functions of one input have the same level sets
        order = [found.terms.index(t) for t in terms]
        ratio = np.array(found.coefficients)[order] / coefficients
        assert np.allclose(ratio, ratio[0], rtol=1e-4)


@pytest.mark.parametrize("factor", [-1.0, 1e-3, 50.0])
def test_neither_sign_nor_length_of_the_latents_gradient_matters(factor):
    latent = GRADIENTS[:, :, [0, 5]] @ [1.0, -2.0]
    stretched = factor * latent * np.random.default_rng(0).uniform(0.5, 2, size=(len(latent), 1))
    a, b = (refitted(GRADIENTS, each, (0, 5)) for each in (latent, stretched))
    assert a.error < 1e-12 and b.error < 1e-12
    assert np.allclose(a.coefficients, b.coefficients)


@pytest.mark.parametrize("wanted", ["2*E", "1/2", "-pi", "-3", "5/6"])
def test_a_constant_a_little_off_is_snapped(wanted):
    value = float(Form.of(wanted, NAMES).expression)
    latent = GRADIENTS[:, :, [1, 4]] @ [1.0, value * 1.002]
    (constants, _), *_ = snapped(GRADIENTS, latent, refitted(GRADIENTS, latent, (1, 4)))
    assert constants[1].exact / constants[0].exact == Form.of(wanted, NAMES).expression


def test_simple_constants_are_different_and_in_lowest_terms():
    values = [c.value for c in simple_constants()]
    assert len(set(np.round(values, 12))) == len(values)
    assert all(sympy.gcd(c.p, c.q) == 1 for c in simple_constants())


@pytest.mark.parametrize("kept", [1, 4])
def test_combinations_come_with_what_is_left_without_their_least_term(kept):
    """A fourth term of hardly any weight leads back to the three that were planted, though none of three may be kept."""
    planted = (0, 5, 10)
    latent = GRADIENTS[:, :, planted] @ [1.0, -2.0, 0.7]
    latent = latent + 1e-4 * np.random.default_rng(0).normal(size=latent.shape)
    found = combinations(GRADIENTS, latent, max_terms=4, kept=kept)
    assert planted in {tuple(sorted(c.terms)) for c in found}
    for each in (c for c in found if len(c.terms) == 4):
        added = np.abs(each.coefficients) * np.linalg.norm(GRADIENTS[:, :, list(each.terms)], axis=(0, 1))
        rest = {t for i, t in enumerate(each.terms) if i != np.argmin(added)}
        assert rest in [set(c.terms) for c in found]


def test_three_terms_are_found_where_two_others_come_close():
    """On positive points the form's gradient turns little, and pairs that come within 1e-4 of it are many."""
    points = uniform(128, 2, low=0.3, high=2.0)
    names = ("x", "y")
    terms = [Form.of(text, names) for text in ("x", "y", "sin(x)", "sqrt(x)", "x/y", "x**2", "y**2", "log(x)", "x*y", "exp(x)", "exp(-y)", "log(y)", "cos(x)")]
    gradients = np.stack([term.values_and_gradients(points)[1] for term in terms], axis=2)
    latent = gradients[:, :, [5, 8, 6]] @ [1.0, 3.0, 2.0]
    found = min(combinations(gradients, latent, max_terms=3, beam=1), key=lambda c: c.error)
    assert sorted(found.terms) == [5, 6, 8] and found.error < 1e-12
