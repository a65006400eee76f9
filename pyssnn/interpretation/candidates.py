"""Candidate forms for a latent: what the search finds, and the linear closure over its terms with constants snapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from pyssnn.checks import check_integer, check_number

from .closure import combinations, snapped
from .forms import Form, symbols
from .gradients import misalignment, projected
from .symmetry import Reduced

_DIGITS = 4  # of a constant that is not snapped


@dataclass(frozen=True)
class SearchConfig:
    """How closed forms are searched.

    Attributes:
        n_points: points that candidates are fitted to.
        n_held_out: points that they are judged on, at most.
        max_programs: programs that the core enumerates.
        n_best: of its programs, by error, that are judged.
        basis: of its first distinct programs, the terms of the closure.
        max_terms: of a combination.
        beam: choices of terms kept while combinations grow.
        exponents: nats of error that a unit of size has to earn: where the front is flatter than this lies its knee.
    """

    n_points: int = 400
    n_held_out: int = 2000
    max_programs: int = 500_000
    n_best: int = 100
    basis: int = 120
    max_terms: int = 6
    beam: int = 24
    exchange: float = 0.25

    def __post_init__(self) -> None:
        for name in ("n_points", "n_held_out", "max_programs", "n_best", "basis", "beam"):
            check_integer(name, getattr(self, name), 1)
        check_integer("max_terms", self.max_terms, 2)
        check_number("exchange", self.exchange, above=0.0)


@dataclass(frozen=True)
class Found:
    """What a search gives: texts in Python's notation over the inputs' names.

    Attributes:
        programs: candidates for the whole latent.
        terms: for the closure; small programs, no two of the same gradient.
        n_enumerated: programs tried.
    """

    programs: tuple[str, ...]
    terms: tuple[str, ...]
    n_enumerated: int


# (points (n, d), gradients (n, d), names, tangents (n, d, k) or None, types, configuration) to what was found.
Search = Callable[[np.ndarray, np.ndarray, Sequence[str], "np.ndarray | None", Mapping[str, str], SearchConfig], Found]


def core_search(
    points: np.ndarray, gradients: np.ndarray, names: Sequence[str], tangents: np.ndarray | None, types: Mapping[str, str], config: SearchConfig
) -> Found:
    """Enumeration in the OCaml core. Raises `pyssnn.synthesis.executables.CoreError` where the core is not built."""
    from pyssnn.synthesis.expressions import search_expressions

    found = search_expressions(
        points,
        gradients,
        names=list(names),
        tangents=tangents,
        types=dict(types),
        max_programs=config.max_programs,
        n_best=config.n_best,
        basis=config.basis,
    )
    programs = dict.fromkeys(each.python for each in (*found.front, *found.best))
    return Found(tuple(programs), tuple(each.python for each in found.basis), found.n_enumerated)


def candidates(state: Reduced, tangents: np.ndarray | None, types: Mapping[str, str], config: SearchConfig, search: Search) -> tuple[list[Form], int]:
    """Forms of the original inputs that may be what the latent computes, and how many programs were tried.

    Args:
        state: the points and gradients to fit, over the original inputs or fewer.
        tangents: (n, d, k), only for a state over the original inputs.
        types: of the state's inputs, named y1, y2, …
    """
    names = tuple(f"y{i}" for i in range(1, len(state.inputs) + 1))
    if len(names) == 1:
        return [state.inputs[0]], 0
    found = search(state.points, state.gradients, names, tangents, types, config)
    programs, terms = [_form(text, names) for text in found.programs], [_form(text, names) for text in found.terms]
    forms = [*programs, *_closure(state, terms, tangents, config)]
    put = {symbols(names)[name]: form.expression for name, form in zip(names, state.inputs, strict=True)}
    originals = state.inputs[0].inputs
    return [Form(form.expression.subs(put, simultaneous=True), originals) for form in forms], found.n_enumerated


def _form(text: str, names: Sequence[str]) -> Form:
    return Form.of(text, names)


def _closure(state: Reduced, terms: list[Form], tangents: np.ndarray | None, config: SearchConfig) -> list[Form]:
    made = [projected(term.values_and_gradients(state.points)[1], tangents) for term in terms]
    sound = [i for i, gradient in enumerate(made) if np.isfinite(gradient).all() and np.abs(gradient).max() < 1e6]
    if len(sound) < 2:
        return []
    gradients = np.stack([made[i] for i in sound], axis=2)
    latent = projected(state.gradients, tangents)
    sizes = np.array([terms[i].size for i in sound])
    forms = []
    for found in combinations(gradients, latent, max_terms=config.max_terms, beam=config.beam, costs=config.exchange * sizes):
        chosen = [terms[sound[i]].expression for i in found.terms]
        names = state.inputs and terms[0].inputs
        rounded = [sympy.Float(f"{c:.{_DIGITS}g}") for c in found.coefficients]
        forms.append(Form(sympy.Add(*(c * t for c, t in zip(rounded, chosen, strict=True))), names))
        for constants, error in snapped(gradients, latent, found)[:3]:
            if error <= 1.5 * found.error + 1e-9:
                exact = [Form.of(str(c), names).expression for c in constants]
                forms.append(Form(sympy.Add(*(c * t for c, t in zip(exact, chosen, strict=True))), names))
    return forms


def floor(state: Reduced, terms: list[Form]) -> float:
    """The error of the largest model: all terms at once, fitted to one half of the points and judged on the other."""
    from .closure import refitted

    gradients = np.stack([term.values_and_gradients(state.points)[1] for term in terms], axis=2)
    half = len(state.points) // 2
    fitted = refitted(gradients[:half], state.gradients[:half], range(len(terms)))
    return float(misalignment(gradients[half:] @ np.array(fitted.coefficients), state.gradients[half:]).mean())
