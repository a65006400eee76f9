"""Two integer combinations of the variables, one where a variable is below or at a number, one elsewhere."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.expression import Expression, apply
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.regressors.linear import fit_linear

_NUMBERS = 16


def fit_branches(examples: Examples) -> Expression | None:
    """The shortest ``p if condition else q`` with combinations p and q and a condition such as v < 3 or v == 3; None where none fits.

    Rows must outnumber the parameters of both combinations.
    """
    v = len(examples.variables)
    if len(examples.wanted) <= 2 * (v + 1):
        return None
    found: list[Expression] = []
    for column, variable in zip(examples.values.T, examples.variables, strict=True):
        for number in sorted(np.unique(column).tolist(), key=abs)[:_NUMBERS]:
            for op, rows in (("lt", column < number), ("eq", column == number)):
                if not rows.any() or rows.all():
                    continue
                sides = [fit_linear(Examples(examples.variables, examples.values[part], examples.wanted[part])) for part in (~rows, rows)]
                if None not in sides:
                    form = apply("if", apply(op, variable, number), sides[1], sides[0])
                    found += [form] if examples.fits(form) else []
    return min(found, key=lambda form: form.bits(v), default=None)
