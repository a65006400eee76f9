"""The linear closure: sparse combinations of terms whose gradient points along the latent's, and their constants snapped.

For terms with gradients G (n, k, K) and unit gradients u (n, k), the share of Σ cᵢ∇tᵢ that leaves u is the Rayleigh quotient
c'Ac / c'Bc with B = Σ G'G and A = Σ G'(1 − uu')G: its least value over c is a generalised eigenvalue, so signs and constants need
no search. Which terms take part is chosen by forward selection with a beam that starts from all pairs. All triples of the simplest terms
come in as well: where functions of two terms come close, the right three may have no pair among the best. A quotient weighs points by the square
of the combination's gradient; the constants of what is kept are refitted with weights that make it the mean of 1 − cos².
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations as subsets
from itertools import product

import numpy as np
import sympy

from .gradients import misalignment

_SINGULAR = 1e-5  # least eigenvalue of a choice's B, its diagonal scaled to one
_TRIPLES_OF = 36  # the first terms, the simplest: all their triples are tried


@dataclass(frozen=True)
class Combination:
    """Σ coefficientsᵢ · termᵢ for the terms of these indices; `error` is the mean of 1 − cos² on the points it was fitted to."""

    terms: tuple[int, ...]
    coefficients: tuple[float, ...]
    error: float


def combinations(
    gradients: np.ndarray, latent: np.ndarray, *, max_terms: int = 6, beam: int = 24, kept: int = 4, costs: np.ndarray | None = None
) -> list[Combination]:
    """The best combinations of two to `max_terms` terms, `kept` of each number, and each of them without the term that adds least.

    Args:
        gradients: (n, k, K), of K terms at n points.
        latent: (n, k), the latent's; any sign and length.
        beam: choices that go on to the next number of terms.
        costs: (K,), what each term is worth avoiding: a choice is ranked by log error + costs. None: none.
    """
    a, b, scale = _quadratic_forms(gradients, latent)
    costs = np.zeros(len(scale)) if costs is None else costs
    found: list[Combination] = []
    choices = [(i,) for i in range(len(scale))]
    for n_terms in range(2, min(max_terms, len(scale)) + 1):
        grown = _pairs(len(scale)) if n_terms == 2 else _extended(choices, len(scale))
        if n_terms == 3:
            grown = np.unique(np.concatenate([grown.reshape(-1, 3), _triples(min(_TRIPLES_OF, len(scale)))]), axis=0)
        if not len(grown):
            break
        errors = _least_quotients(a, b, grown)
        ranked = grown[np.argsort(np.log(errors + 1e-12) + costs[grown].sum(axis=1), kind="stable")]
        choices = [tuple(int(i) for i in choice) for choice in ranked[:beam]]
        # A quotient is not quite the error: more are refitted than kept.
        fitted = [refitted(gradients, latent, choice) for choice in choices[: 3 * kept]]
        found += sorted(fitted, key=lambda c: np.log(c.error + 1e-12) + costs[list(c.terms)].sum())[:kept]
    return found + _without_least(gradients, latent, found)


def _without_least(gradients: np.ndarray, latent: np.ndarray, found: list[Combination]) -> list[Combination]:
    """Those of three terms or more without the one that adds least, where that is no combination found already.

    Forward selection may meet the right terms only in company.
    """
    known = {frozenset(c.terms) for c in found}
    fewer: dict[frozenset[int], Combination] = {}
    for each in found:
        if len(each.terms) > 2:
            added = np.abs(each.coefficients) * np.linalg.norm(gradients[:, :, list(each.terms)], axis=(0, 1))
            terms = tuple(t for i, t in enumerate(each.terms) if i != int(np.argmin(added)))
            if frozenset(terms) not in known | set(fewer):
                fewer[frozenset(terms)] = refitted(gradients, latent, terms)
    return list(fewer.values())


def refitted(gradients: np.ndarray, latent: np.ndarray, terms: Sequence[int], *, rounds: int = 6) -> Combination:
    """The constants of these terms that make the mean of 1 − cos² small, by reweighted eigenvalue problems; the largest is 1."""
    chosen = gradients[:, :, list(terms)]
    weights, best, best_error = np.ones(len(chosen)), np.eye(len(terms))[0], np.inf
    for _ in range(rounds):
        a, b, scale = _quadratic_forms(chosen * np.sqrt(weights)[:, None, None], latent)
        coefficients = _eigenvector(a, b) / scale
        made = chosen @ coefficients
        error = float(misalignment(made, latent).mean())
        gained = error < 0.99 * best_error
        if error < best_error:
            best, best_error = coefficients, error
        if not gained:
            break
        squared = np.sum(made**2, axis=1)
        weights = 1.0 / np.maximum(squared, 1e-3 * np.median(squared) + 1e-300)
    return Combination(tuple(terms), tuple(best / best[np.argmax(np.abs(best))]), best_error)


def snapped(gradients: np.ndarray, latent: np.ndarray, found: Combination, *, tolerance: float = 0.15) -> list[tuple[tuple[Constant, ...], float]]:
    """The combination with its constants replaced by simple ones near them, as (constants, error), least error + cost first.

    One constant is made 1, each in turn, and the others take their cheapest simple neighbours within `tolerance` (relative): four
    for up to three terms, three for four, else two.
    """
    each = {2: 4, 3: 4, 4: 3}.get(len(found.terms), 2)
    chosen = gradients[:, :, list(found.terms)]
    made: dict[tuple[Constant, ...], float] = {}
    known = simple_constants()
    values = np.array([c.value for c in known])
    for unit in np.flatnonzero(np.abs(found.coefficients) > 1e-9):
        scaled = np.array(found.coefficients) / found.coefficients[unit]
        near = []
        for i, wanted in enumerate(scaled):
            distance = np.abs(values - abs(wanted)) / max(abs(wanted), 1e-12)
            within = np.flatnonzero(distance < tolerance)
            ranked = sorted(within, key=lambda k: known[k].cost + 40 * distance[k])[:each]
            near.append([Constant(1, 1, "")] if i == unit else [known[k].signed(np.sign(wanted)) for k in ranked])
        if all(near):
            for choice in product(*near):
                key = _primitive(choice)
                if key not in made:
                    made[key] = float(misalignment(chosen @ np.array([c.value for c in key]), latent).mean())
    return sorted(made.items(), key=lambda item: (np.log(item[1] + 1e-12) + 0.1 * sum(c.cost for c in item[0])))


@dataclass(frozen=True)
class Constant:
    """p/q times 1, π or e ("", "pi" or "E")."""

    p: int
    q: int
    factor: str

    @property
    def value(self) -> float:
        return self.p / self.q * {"": 1.0, "pi": np.pi, "E": np.e}[self.factor]

    @property
    def cost(self) -> float:
        """Bits, about, to name it."""
        return np.log2(abs(self.p)) + np.log2(self.q) + (1.0 if self.factor else 0.0)

    def signed(self, sign: float) -> Constant:
        return self if sign >= 0 else Constant(-self.p, self.q, self.factor)

    @property
    def exact(self) -> sympy.Expr:
        return sympy.Rational(self.p, self.q) * {"": sympy.Integer(1), "pi": sympy.pi, "E": sympy.E}[self.factor]


def simple_constants() -> tuple[Constant, ...]:
    """Positive rationals p/q with p ≤ 12 and q ≤ 6, and multiples of π and e with p ≤ 4 and q ≤ 4, in lowest terms."""
    rationals = [Constant(p, q, "") for q in range(1, 7) for p in range(1, 13) if np.gcd(p, q) == 1]
    special = [Constant(p, q, factor) for factor in ("pi", "E") for q in range(1, 5) for p in range(1, 5) if np.gcd(p, q) == 1]
    return (*rationals, *special)


def _primitive(choice: Sequence[Constant]) -> tuple[Constant, ...]:
    """The same ratio of constants with whole numbers cleared of denominators where that keeps them small, and the first positive."""
    sign = 1 if choice[0].p > 0 else -1
    common = int(np.lcm.reduce([c.q for c in choice]))
    cleared = [c.p * (common // c.q) * sign for c in choice]
    divisor = int(np.gcd.reduce(cleared))
    cleared = [p // divisor for p in cleared]
    whole = tuple(Constant(p, 1, c.factor) for p, c in zip(cleared, choice, strict=True))
    plain = tuple(Constant(c.p * sign, c.q, c.factor) for c in choice)
    return whole if sum(c.cost for c in whole) <= sum(c.cost for c in plain) else plain


def _quadratic_forms(gradients: np.ndarray, latent: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A and B for terms scaled to B's diagonal 1, and the scale (K,) that each was divided by."""
    n, _, k = gradients.shape
    length = np.linalg.norm(latent, axis=1, keepdims=True)
    unit = latent / np.maximum(length, 1e-300)
    scale = np.sqrt(np.maximum(np.einsum("nik,nik->k", gradients, gradients), 1e-300))
    scaled = gradients / scale
    flat = scaled.reshape(-1, k)
    along = np.einsum("nik,ni->nk", scaled, unit)
    b = flat.T @ flat
    return b - along.T @ along, b, scale


def _pairs(k: int) -> np.ndarray:
    return np.stack(np.triu_indices(k, 1), axis=1)


def _triples(k: int) -> np.ndarray:
    return np.array(list(subsets(range(k), 3)), dtype=int).reshape(-1, 3)


def _extended(choices: list[tuple[int, ...]], k: int) -> np.ndarray:
    grown = {tuple(sorted((*choice, i))) for choice in choices for i in range(k) if i not in choice}
    return np.array(sorted(grown), dtype=int).reshape(len(grown), -1)


def _least_quotients(a: np.ndarray, b: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """The least quotient of each choice (m, s) of terms; 1 where its terms are all but dependent."""
    least = np.ones(len(choices))
    for start in range(0, len(choices), 20000):
        part = choices[start : start + 20000]
        rows, columns = part[:, :, None], part[:, None, :]
        values, vectors = np.linalg.eigh(b[rows, columns])
        sound = values[:, 0] > _SINGULAR
        whiten = vectors / np.sqrt(np.maximum(values, _SINGULAR))[:, None, :]
        inside = np.swapaxes(whiten, 1, 2) @ a[rows, columns] @ whiten
        least[start : start + 20000] = np.where(sound, np.maximum(np.linalg.eigvalsh(inside)[:, 0], 0.0), 1.0)
    return least


def _eigenvector(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(b)
    whiten = vectors / np.sqrt(np.maximum(values, 1e-12))
    return whiten @ np.linalg.eigh(whiten.T @ a @ whiten)[1][:, 0]
