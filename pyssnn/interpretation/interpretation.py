"""Reading one latent: from a module and points to the closed form whose level sets are its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import sympy

from pyssnn.errors import InputError

from .candidates import Known, Search, SearchConfig, candidates, core_search
from .forms import Form
from .gradients import checked_points, projected, tangents, value_and_gradient
from .judgement import NOT_FOUND, Candidate, judge
from .symmetry import Reduced, reduced
from .units import Unit, checked_units, unit_of

if TYPE_CHECKING:
    from torch import nn

_TYPES = ("positive", "nonzero")


@dataclass(frozen=True)
class Interpretation:
    """What a latent z computes, up to a monotone function: z = h(f).

    Attributes:
        best: the answer.
        front: of growing size and falling error.
        rivals: other forms within the noise.
        verdict: "found", "ambiguous" (there are rivals) or "not found" (the best error is above 0.05).
        noise_floor: the least error of any model on points that it was not fitted to, the largest one included.
        spearman: |ρ| of the best form and z on the held-out points.
        symmetries: what was found before the search, in words.
        dimension: of the set that the points lie on.
        n_enumerated: programs tried.
        seconds: of processor time that the search took, the core's included: all but the gradients and the tangent spaces.
        points, values: held-out points (n, d) and the latent's values (n,) there.
        bases: of the tangent spaces at these points, (n, d, k); None where the points fill the space.
    """

    best: Candidate
    front: tuple[Candidate, ...]
    rivals: tuple[Candidate, ...]
    verdict: str
    noise_floor: float
    spearman: float
    symmetries: tuple[str, ...]
    dimension: int
    n_enumerated: int
    seconds: float
    points: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)
    bases: np.ndarray | None = field(repr=False, default=None)
    _sign: float = field(repr=False, default=1.0)

    def to_sympy(self) -> sympy.Expr:
        """The best form; its symbols are real and have the inputs' names."""
        return self.best.form.expression

    def to_latex(self) -> str:
        """The best form in LaTeX."""
        return sympy.latex(self.to_sympy())

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The best form's values (n,) at points (n, d), with the sign that makes them rise with the latent."""
        x = np.asarray(x, dtype=float)
        if x.ndim != 2 or x.shape[1] != len(self.best.form.inputs):
            raise InputError("x", f"an array of shape {x.shape}", f"points as rows, (n, {len(self.best.form.inputs)})")
        return self._sign * self.best.form.values(x)

    def over(self, points: np.ndarray, values: np.ndarray) -> Interpretation:
        """The same answer beside the latent's values (n,) at other points (n, d); on one level set nothing can be ranked."""
        form = self.best.form.values(points)
        rho = _spearman(form[np.isfinite(form)], values[np.isfinite(form)])
        return replace(self, points=points, values=values, bases=None, spearman=abs(rho), _sign=-1.0 if rho < 0 else 1.0)


def interpret(
    module: nn.Module,
    x: np.ndarray,
    *,
    names: Sequence[str] | None = None,
    types: Mapping[str, str] | None = None,
    units: Mapping[str, Unit] | None = None,
    bases: np.ndarray | Literal["estimate", "none"] = "estimate",
    config: SearchConfig | None = None,
    seed: int = 0,
    search: Search = core_search,
    on_progress: Callable[[int, int], None] | None = None,
) -> Interpretation:
    """Find the closed form whose level sets are those of a module's output.

    Args:
        module: from points (n, d) to a number each, (n,) or (n, 1); differentiable, row by row.
        x: points (n, d) like those that the module was trained on; at least 50, better thousands.
        names: of the inputs; x1, x2, … by default.
        types: "positive" or "nonzero" for inputs that are so everywhere.
        units: of the inputs, as powers of base units, such as {"v": {"m": 1, "s": -1}}; forms that add unlike things are left out.
            Constants are numbers, so give units only where those of the constants are 1.
        bases: orthonormal bases (n, d, k) of the tangent spaces of the set that the points lie on; "estimate" to find them from the
            points, "none" where the points fill the space, though they may not look it.
        config: how to search.
        seed: chooses the points that forms are fitted to; they are judged on others.
        search: what enumerates programs; the OCaml core by default.
        on_progress: called with (stages done, stages).

    Raises:
        InputError: the points or the module cannot be used, or no form that was found has a unit.
    """
    config = config or SearchConfig()
    points = checked_points(x, "x")
    names = _names(names, points.shape[1])
    units = None if units is None else checked_units(units, names)
    known = Known(_checked_types(types or {}, names), units)
    tell = on_progress or (lambda done, stages: None)
    chosen = np.random.default_rng(seed).permutation(len(points))[: config.n_points + config.n_held_out]
    if not isinstance(bases, str) and np.shape(bases)[:2] != points.shape:
        raise InputError("bases", f"an array of shape {np.shape(bases)}", f"one of shape {(*points.shape, 'k')}")
    points = points[chosen]
    local = _bases(points, bases, chosen)
    values, gradients = value_and_gradient(module, points)
    tell(1, 4)
    n_fit = min(config.n_points, len(points) // 2)
    fit, held = slice(0, n_fit), slice(n_fit, None)
    began = time.process_time()
    nonzero = np.linalg.norm(projected(gradients, local), axis=1) > 0
    whole = Reduced(tuple(Form.of(name, names) for name in names), points[fit][nonzero[fit]], gradients[fit][nonzero[fit]])
    local_fit = None if local is None else local[fit][nonzero[fit]]
    fewer = reduced(whole.points, whole.gradients, names) if local is None else whole
    symmetric = bool(fewer.steps) and (units is None or all(unit_of(form, units) is not None for form in fewer.inputs))
    pools = [candidates(whole, local_fit, known, config.smaller() if symmetric else config, search)]
    tell(2, 4)
    if symmetric:
        pools.append(candidates(fewer, None, known, config, search))
    tell(3, 4)
    forms = [form for pool in pools for form in pool.forms if units is None or unit_of(form, units) is not None]
    if not forms:
        raise InputError("units", "forms none of which has a unit", "units that some form has", "leave units out")
    at, bases_at, gradients_at, values_at = points[held], None if local is None else local[held], gradients[held], values[held]
    judged = judge(forms, at, gradients_at, bases_at, config.exchange)
    rho = _spearman(judged.best.form.values(at), values_at)
    found = "not found" if judged.best.error > NOT_FOUND else "ambiguous" if judged.rivals else "found"
    tell(4, 4)
    return Interpretation(
        best=judged.best,
        front=judged.front,
        rivals=judged.rivals,
        verdict=found,
        noise_floor=min([pool.floor for pool in pools] + [c.error for c in judged.front]),
        spearman=abs(rho),
        symmetries=fewer.steps,
        dimension=points.shape[1] if local is None else local.shape[2],
        n_enumerated=sum(pool.n_enumerated for pool in pools),
        seconds=time.process_time() - began + sum(pool.seconds for pool in pools),
        points=at,
        values=values_at,
        bases=bases_at,
        _sign=-1.0 if rho < 0 else 1.0,
    )


def _bases(points: np.ndarray, bases: np.ndarray | str, chosen: np.ndarray) -> np.ndarray | None:
    if isinstance(bases, str):
        return tangents(points) if bases == "estimate" else None
    return np.asarray(bases, dtype=float)[chosen]


def _names(names: Sequence[str] | None, d: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"x{i}" for i in range(1, d + 1))
    names = tuple(names)
    if len(names) != d or len(set(names)) != d or not all(name.isidentifier() for name in names):
        raise InputError("names", ", ".join(map(repr, names)), f"{d} different identifiers, one an input")
    if {"E", "pi"} & set(names):
        raise InputError("names", "E or pi", "names that are no constants")
    return names


def _checked_types(types: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    for name, kind in types.items():
        if name not in names or kind not in _TYPES:
            raise InputError("types", f"{name}: {kind}", f"{' or '.join(_TYPES)} for one of {', '.join(names)}")
    return dict(types)


def _spearman(f: np.ndarray, z: np.ndarray) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(f, z).statistic)
