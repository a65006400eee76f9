"""Candidate forms for a latent: what the search finds, and the linear closure over its terms with constants snapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import sympy

from pyssnn.checks import check_integer, check_number

from .closure import combinations, refitted, snapped
from .forms import Form, symbols
from .gradients import misalignment, projected
from .symmetry import Reduced
from .units import Unit, unit_of

_DIGITS = 4  # of a constant that is not snapped
_OFFERED = 4  # times as many programs as are judged
_RESOLVED = 2e-6  # less of 1 - cos² than trained networks resolve; half a per cent of a constant, less than simple ones are apart


@dataclass(frozen=True)
class SearchConfig:
    """How closed forms are searched.

    Attributes:
        n_points: points that candidates are fitted to.
        n_held_out: points that they are judged on, at most.
        max_programs: programs that the core enumerates.
        n_best: of its programs that are judged.
        basis: of its first distinct programs, the terms of the closure.
        max_terms: of a combination.
        beam: choices of terms kept while combinations grow.
        exchange: nats of error that a unit of size has to earn; the knee of the front is where it stops doing so.
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

    def smaller(self) -> SearchConfig:
        """The search once more over the original inputs where symmetries have made them fewer: a fifth of the programs."""
        few = {"max_programs": max(self.max_programs // 5, 1), "n_best": max(self.n_best // 2, 1), "basis": max(self.basis // 2, 1)}
        return replace(self, **few, max_terms=min(self.max_terms, 4))


@dataclass(frozen=True)
class Found:
    """What a search gives: texts in Python's notation over the inputs' names.

    Attributes:
        programs: candidates for the whole latent.
        terms: for the closure; small programs, no two of the same gradient.
        n_enumerated: programs tried.
        seconds: of processor time, if it was another process's.
    """

    programs: tuple[str, ...]
    terms: tuple[str, ...]
    n_enumerated: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Known:
    """What is known of inputs by name.

    Attributes:
        types: "positive" or "nonzero".
        units: None where units do not matter; else inputs not named are numbers.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] | None = None


# (points (n, d), gradients (n, d), names, tangents (n, d, k) or None, what is known, configuration) to what was found.
Search = Callable[[np.ndarray, np.ndarray, Sequence[str], "np.ndarray | None", Known, SearchConfig], Found]


def core_search(
    points: np.ndarray, gradients: np.ndarray, names: Sequence[str], tangents: np.ndarray | None, known: Known, config: SearchConfig
) -> Found:
    """Enumeration in the OCaml core. Raises `pyssnn.synthesis.executables.CoreError` where the core is not built."""
    from pyssnn.synthesis.expressions import search_expressions

    found = search_expressions(
        points,
        gradients,
        names=list(names),
        tangents=tangents,
        types=dict(known.types) or None,
        units=None if known.units is None else {name: {base: float(power) for base, power in unit.items()} for name, unit in known.units.items()},
        max_programs=config.max_programs,
        n_best=_OFFERED * config.n_best,
        basis=config.basis,
    )
    # Weighed as they will be judged: by error alone long ones would crowd out short ones that are nearly as good.
    best = sorted(found.best, key=lambda each: np.log(each.error + 1e-12) + config.exchange * each.size)[: config.n_best]
    programs = dict.fromkeys(each.python for each in (*found.front, *best))
    return Found(tuple(programs), tuple(each.python for each in found.basis.terms), found.n_enumerated, found.seconds)


@dataclass(frozen=True)
class Pool:
    """Candidates for a latent.

    Attributes:
        forms: of the original inputs.
        n_enumerated: programs tried.
        floor: the error of the largest model, all terms at once, on points that it was not fitted to; 1 where there is none.
        seconds: of processor time that another process took for them.
    """

    forms: tuple[Form, ...]
    n_enumerated: int
    floor: float
    seconds: float


def candidates(state: Reduced, tangents: np.ndarray | None, known: Known, config: SearchConfig, search: Search) -> Pool:
    """Forms of the original inputs that may be what the latent computes.

    Args:
        state: the points and gradients to fit, over the original inputs or fewer.
        tangents: (n, d, k), only for a state over the original inputs.
        known: of the original inputs.
    """
    names = tuple(f"y{i}" for i in range(1, len(state.inputs) + 1))
    if len(names) == 1:
        return Pool((state.inputs[0],), 0, 1.0, 0.0)
    reduced = _known(dict(zip(names, state.inputs, strict=True)), known)
    found = search(state.points, state.gradients, names, tangents, reduced, config)
    terms = [Form.of(text, names) for text in found.terms]
    made = {term: projected(term.values_and_gradients(state.points)[1], tangents) for term in terms}
    sound = {term: g for term, g in made.items() if np.isfinite(g).all() and 1e-9 < np.abs(g).max() < 1e6}
    latent = projected(state.gradients, tangents)
    forms = [Form.of(text, names) for text in found.programs]
    floor = 1.0
    if len(sound) >= 2:
        for alike in _of_one_unit(list(sound), reduced.units):
            if len(alike) >= 2:
                forms += _closure(alike, np.stack([sound[term] for term in alike], axis=2), latent, config)
        floor = _floor(np.stack(list(sound.values()), axis=2), latent)
    put = {symbols(names)[name]: form.expression for name, form in zip(names, state.inputs, strict=True)}
    originals = state.inputs[0].inputs
    whole = tuple(Form(_without_constant(form.expression.xreplace(put)), originals) for form in forms)
    return Pool(whole, found.n_enumerated, floor, found.seconds)


def _without_constant(expression: sympy.Expr) -> sympy.Expr:
    """The expression less what it adds that is a number, which no level set tells."""
    return expression - expression.as_coeff_Add()[0]


def _known(inputs: Mapping[str, Form], known: Known) -> Known:
    """The same of inputs that are forms of the original ones."""
    types = {name: kind for name, form in inputs.items() if (kind := _type(form, known.types))}
    return Known(types, None if known.units is None else {name: unit_of(form, known.units) or {} for name, form in inputs.items()})


def _of_one_unit(terms: list[Form], units: Mapping[str, Unit] | None) -> list[list[Form]]:
    """The terms that may be added to one another."""
    if units is None:
        return [terms]
    alike: dict[tuple, list[Form]] = {}
    for term in terms:
        unit = unit_of(term, units)
        if unit is not None:
            alike.setdefault(tuple(sorted(unit.items())), []).append(term)
    return list(alike.values())


def _type(form: Form, types: Mapping[str, str]) -> str | None:
    """What sympy makes of the form's sign, if the inputs' types are known."""
    known = {name: kind for name, kind in types.items() if kind in ("positive", "nonzero")}
    assumed = {symbols(form.inputs)[name]: sympy.Symbol(name, real=True, **{kind: True}) for name, kind in known.items()}
    typed = form.expression.subs(assumed)
    return "positive" if typed.is_positive else "nonzero" if typed.is_nonzero else None


def _closure(terms: list[Form], gradients: np.ndarray, latent: np.ndarray, config: SearchConfig) -> list[Form]:
    sizes = np.array([term.size for term in terms])
    forms = []
    for found in combinations(gradients, latent, max_terms=config.max_terms, beam=config.beam, costs=config.exchange * sizes):
        chosen = [terms[i] for i in found.terms]
        forms.append(_sum([sympy.Float(f"{c:.{_DIGITS}g}") for c in found.coefficients], chosen))
        for constants, error in snapped(gradients, latent, found)[:3]:
            if error <= 1.5 * found.error + _RESOLVED:
                forms.append(_sum([c.exact for c in constants], chosen))
    return forms


def _sum(constants: Sequence[sympy.Expr], terms: Sequence[Form]) -> Form:
    """The sum, multiplied out where that is shorter, with the sign that reads better."""
    expression = sympy.Add(*(c * t.expression for c, t in zip(constants, terms, strict=True)))
    written = min((Form(e, terms[0].inputs) for e in (expression, sympy.expand(expression).primitive()[1])), key=lambda form: form.size)
    return Form(-written.expression, written.inputs) if written.expression.could_extract_minus_sign() else written


def _floor(gradients: np.ndarray, latent: np.ndarray) -> float:
    """Fitted to every other point, judged on the rest."""
    fitted = refitted(gradients[::2], latent[::2], range(gradients.shape[2]), rounds=2)
    return float(misalignment(gradients[1::2] @ np.array(fitted.coefficients), latent[1::2]).mean())
