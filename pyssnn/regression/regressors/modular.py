"""Integer combinations of the variables modulo a number."""

from __future__ import annotations

from itertools import product

import numpy as np

from pyssnn.regression.expression import Expression
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.regressors.linear import combination

_LARGEST = 64
_MOST = 50_000
_ROWS = 64


def fit_modular(examples: Examples) -> Expression | None:
    """(Σ coefficient · variable + offset) % m for values wanted in 0 … m − 1 that reach both ends, with the smallest coefficients."""
    m, v = int(examples.wanted.max()) + 1, len(examples.variables)
    if not v or not 2 <= m <= _LARGEST or examples.wanted.min() != 0 or m**v > _MOST:
        return None
    # Coefficients count modulo m: from about -m/2 to m/2.
    choices = sorted(range(-((m - 1) // 2), m // 2 + 1), key=abs)
    coefficients = np.array(sorted(product(choices, repeat=v), key=lambda row: sum(map(abs, row))))
    some = np.linspace(0, len(examples.wanted) - 1, min(_ROWS, len(examples.wanted))).astype(int)
    left = coefficients
    for row in some[1:]:
        # Against the first row the offset drops out.
        change = (left @ (examples.values[row] - examples.values[0]) - (examples.wanted[row] - examples.wanted[0])) % m
        left = left[change == 0]
        if not len(left):
            return None
    for row in left[:4]:
        offset = int((examples.wanted[0] - row @ examples.values[0]) % m)
        expression = combination([int(c) for c in row], offset, examples.variables) % m
        if examples.fits(expression):
            return expression
    return None
