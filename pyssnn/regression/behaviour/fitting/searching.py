"""The core's search over the `integer` domain, on few rows first and on those that it missed then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyssnn.regression.behaviour.fitting.rows import Rows, place
from pyssnn.regression.expression import Expression
from pyssnn.regression.writing import parse

_ROUNDS = 4
_FIRST = 60


def search(rows: Rows, constants: Sequence[int], max_programs: int) -> Expression | None:
    """The likeliest formula that fits, if there is one among that many programs."""
    from pyssnn.synthesis import solve

    names = {f"f{i}": place(i) for i in range(rows.n_features)}
    boolean = rows.target.min() >= 0 and rows.target.max() <= 1
    chosen = np.random.default_rng(1).permutation(len(rows))[:_FIRST]
    for _ in range(_ROUNDS):
        few = rows.only(chosen)
        outputs = few.target.astype(bool) if boolean else few.target
        if np.abs(few.columns).max(initial=0) >= 2**61 or np.abs(few.target).max() >= 2**61:
            return None
        best = solve(
            {name: few.columns[:, i] for i, name in enumerate(names)},
            outputs.tolist(),
            constants=sorted(set(constants)),
            max_programs=max_programs,
        ).best
        if best is None:
            return None
        formula = parse(best.program, names)
        missed = np.flatnonzero(rows.misses(formula))
        if not len(missed):
            return formula
        chosen = np.concatenate([chosen, missed[:30]])
    return None
