"""Latents of known form are read with the core's search, whatever monotone function hides them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.interpretation import Form, SearchConfig, interpret, same_level_sets
from pyssnn.synthesis.build import SERVICE

from .planted import Function, Noisy, monomials_and_functions, uniform

needs_core = pytest.mark.skipif(not SERVICE.exists(), reason="the OCaml core is not built")
FEW = SearchConfig(n_points=150, n_held_out=300, max_programs=50_000, n_best=40, basis=60, max_terms=4)
PLANTED = {
    "x1 + x4": (4, lambda a, b, c, d: a + d),
    "x1*x4 - x2*x3": (4, lambda a, b, c, d: a * d - b * c),
    "x1**2 + x2**2 + x1**4/2": (2, lambda x, v: x**2 + v**2 + x**4 / 2),
    "x2**2 + 2*sin(x1)": (2, lambda x, v: v**2 + 2 * torch.sin(x)),
    "x1**2 + x2**2 + 2*E*exp(x1)": (2, lambda x, v: x**2 + v**2 + 2 * torch.exp(x + 1)),
    "x1**2 + 3*x1*x2 + 2*x2**2": (2, lambda x, y: x**2 + 3 * x * y + 2 * y**2),
    "exp(x1 - x2) - pi*x3": (3, lambda x, y, z: torch.exp(x - y) - torch.pi * z),
}


@needs_core
@pytest.mark.parametrize("text", PLANTED)
def test_a_noisy_latent_is_read(text):
    d, f = PLANTED[text]
    found = interpret(Noisy(Function(f), d, 0.01), uniform(500, d), config=FEW)
    assert same_level_sets(found.best.form, [Form.of(text, found.best.form.inputs)]), found.front
    assert found.spearman > 0.99


@pytest.mark.parametrize(
    "h",
    [lambda z: 1e-3 * z, lambda z: -5 * z, lambda z: torch.exp(z / 4), lambda z: torch.atan(z / 3)],
    ids=["small", "minus", "exp", "atan"],
)
@pytest.mark.parametrize("search", [pytest.param(None, marks=needs_core), monomials_and_functions], ids=["core", "numpy"])
def test_a_rescaled_or_monotonically_transformed_latent_gives_the_same_answer(h, search):
    options = {} if search is None else {"search": search}
    f = PLANTED["x2**2 + 2*sin(x1)"][1]
    plain, other = (interpret(Function(f, g), uniform(500, 2), config=FEW, **options) for g in (lambda z: z, h))
    assert same_level_sets(other.best.form, [plain.best.form])


def test_an_interpretation_tells_its_form():
    found = interpret(Function(lambda x, v: -torch.exp(x**2 + 2 * v)), uniform(400, 2), names=("x", "v"), config=FEW, search=monomials_and_functions)
    assert found.verdict == "found"
    assert found.to_latex().count("x^{2}") == 1
    assert same_level_sets(Form(found.to_sympy(), ("x", "v")), [Form.of("x**2 + 2*v", ("x", "v"))])
    predicted = found.predict(found.points)
    assert np.all(np.argsort(predicted) == np.argsort(found.values))  # sign included
    with pytest.raises(InputError, match="shape"):
        found.predict(np.ones((3, 5)))


def test_what_no_form_fits_is_not_found():
    rough = Noisy(Function(lambda x, v: 0 * x), 2, 1.0, seed=2)
    rough.error[0].weight.data *= 12
    assert interpret(rough, uniform(600, 2), config=FEW, search=monomials_and_functions).verdict == "not found"


def test_data_on_a_plane_are_read_along_it():
    xy = uniform(400, 2)
    points = np.column_stack([xy, 1 - xy[:, 0]])
    # Off the plane the module does as it likes, and its gradient shows it.
    module = Function(lambda x, y, z: x**2 + y + 40 * (x + z - 1) * y)
    found = interpret(module, points, names=("x", "y", "z"), config=FEW, search=monomials_and_functions)
    assert found.dimension == 2
    assert same_level_sets(found.best.form, [Form.of("x**2 + y", ("x", "y", "z"))], {"z": "1 - x"})


@pytest.mark.parametrize("names", [("x",), ("x", "x"), ("x", "1v"), ("x", "E")])
def test_names_that_cannot_be_used_are_refused(names):
    with pytest.raises(InputError, match="names"):
        interpret(Function(lambda x, v: x), uniform(100, 2), names=names, search=monomials_and_functions)


def test_types_reach_the_search():
    seen = []

    def search(points, gradients, names, tangents, known, config):
        seen.append(dict(known.types))
        return monomials_and_functions(points, gradients, names, tangents, known, config)

    points = uniform(200, 2, low=0.5)
    interpret(Function(lambda x, v: x**2 + v**3), points, types={"x1": "positive"}, config=FEW, search=search)
    assert seen == [{"y1": "positive"}]
    with pytest.raises(InputError, match="types"):
        interpret(Function(lambda x, v: x), points, types={"x1": "even"}, search=search)
