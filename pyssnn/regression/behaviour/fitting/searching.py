"""The core's search over the `integer` domain, on few rows first and on those that it missed then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyssnn.regression.behaviour.fitting.rows import Rows, place
from pyssnn.regression.expression import Expression
from pyssnn.regression.writing import parse

_ROUNDS = 4
_FIRST = 60
_ORDER = ("min", "max", "abs", "add", "sub")


def search(rows: Rows, constants: Sequence[int], max_programs: int) -> Expression | None:
    """The likeliest formula that fits, if there is one among that many programs of the few operations that keep order, or of all."""
    few = None if boolean(rows) else _search(rows, (), 2 * max_programs, _ORDER)
    return few or _search(rows, constants, max_programs, None)


def _search(rows: Rows, constants: Sequence[int], max_programs: int, primitives: Sequence[str] | None) -> Expression | None:
    from pyssnn.synthesis import solve

    names = {f"f{i}": place(i) for i in range(rows.n_features)}
    chosen = np.random.default_rng(1).permutation(len(rows))[:_FIRST]
    for _ in range(_ROUNDS):
        few = rows.only(chosen)
        outputs = few.target.astype(bool) if boolean(rows) else few.target
        if np.abs(few.columns).max(initial=0) >= 2**61 or np.abs(few.target).max() >= 2**61:
            return None
        best = solve(
            {name: few.columns[:, i] for i, name in enumerate(names)},
            outputs.tolist(),
            constants=sorted(set(constants)),
            primitives=primitives,
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


def boolean(rows: Rows) -> bool:
    """Whether only 0 and 1 are wanted."""
    return bool(rows.target.min() >= 0 and rows.target.max() <= 1)
