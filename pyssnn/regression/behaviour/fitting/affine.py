"""Exact integer combinations, plain and modulo a number, found by elimination: coefficients of any size."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.behaviour.fitting.rows import Rows
from pyssnn.regression.behaviour.fitting.sums import as_sum
from pyssnn.regression.expression import Expression, apply


def affine(rows: Rows) -> Expression | None:
    """Σ cᵢ fᵢ + c₀ by least squares and rounding, if that is exact."""
    some = rows.some(400)
    columns = some.columns.astype(float)
    changing = np.flatnonzero(np.ptp(rows.columns, axis=0)) if rows.n_features else np.zeros(0, int)
    design = np.column_stack([columns[:, changing], np.ones(len(some))])
    solution = np.linalg.lstsq(design, some.target.astype(float), rcond=None)[0]
    rounded = np.rint(solution)
    if np.abs(rounded).max() > 2**31 or np.abs(solution - rounded).max() > 1e-3:
        return None
    coefficients = np.zeros(rows.n_features, np.int64)
    coefficients[changing] = rounded[:-1].astype(np.int64)
    formula = as_sum(coefficients, int(rounded[-1]))
    return formula if rows.fits(formula) else None


def affine_modulo(rows: Rows) -> Expression | None:
    """(Σ cᵢ fᵢ + c₀) mod M, M one more than the largest value wanted, coefficients from 0 to M − 1, written from −M/2 on."""
    modulus = int(rows.target.max()) + 1
    if rows.target.min() < 0 or not 2 <= modulus <= 1000 or rows.n_features == 0:
        return None
    some = rows.some(400)
    system = np.column_stack([some.columns, np.ones(len(some), np.int64), some.target]) % modulus
    solution = _eliminate(system, modulus)
    if solution is None:
        return None
    options = [np.where(solution > modulus // 2, solution - modulus, solution), solution]
    for numbers in options:
        formula = apply("mod", as_sum(numbers[:-1], int(numbers[-1])), modulus)
        if rows.fits(formula):
            return formula
    return None


def _eliminate(system: np.ndarray, modulus: int) -> np.ndarray | None:
    """A solution modulo `modulus` of the system (n, m + 1), its last column the right side; free unknowns are 0. Pivots are units only."""
    system, n_unknowns = system.copy(), system.shape[1] - 1
    pivots: list[int] = []
    for column in range(n_unknowns):
        row = len(pivots)
        units = [i for i in range(row, len(system)) if np.gcd(system[i, column], modulus) == 1]
        if not units:
            if system[row:, column].any():
                return None
            continue
        system[[row, units[0]]] = system[[units[0], row]]
        system[row] = system[row] * pow(int(system[row, column]), -1, modulus) % modulus
        others = np.arange(len(system)) != row
        system[others] = (system[others] - system[others, column][:, None] * system[row]) % modulus
        pivots.append(column)
    if system[len(pivots) :, -1].any():
        return None
    solution = np.zeros(n_unknowns, np.int64)
    solution[pivots] = system[: len(pivots), -1]
    return solution
