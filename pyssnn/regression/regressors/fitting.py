"""The regressors in turn, each table fitted once."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.expression import Expression, Table, apply, table
from pyssnn.regression.regressors.boolean import fit_boolean
from pyssnn.regression.regressors.branches import fit_branches
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.regressors.linear import fit_floor, fit_linear
from pyssnn.regression.regressors.modular import fit_modular
from pyssnn.regression.regressors.symbolic import fit_symbolic

_LARGEST_TABLE = 256
_FEW = 20_000


class Regressor:
    """Fits tables and remembers what it found, and which searches of what budget found nothing.

    Attributes:
        spent: programs that searches which found nothing were allowed, so far.
    """

    def __init__(self) -> None:
        self._found: dict[tuple, tuple[Expression, str]] = {}
        self._failed: dict[tuple, int] = {}
        self.spent = 0

    def fit(self, examples: Examples, max_programs: int) -> tuple[Expression, str] | None:
        """The shortest expression found, and which regressor found it: "linear", "boolean" or "symbolic".

        Args:
            max_programs: for one search of the core; none at 0.
        """
        key = (examples.variables, examples.values.tobytes(), examples.wanted.tobytes())
        if key in self._found:
            return self._found[key]
        if self._failed.get(key, -1) >= max_programs:
            return None
        found = self._search(examples, max_programs)
        if found is None:
            self._failed[key] = max_programs
            self.spent += max_programs
        else:
            self._found[key] = found
        return found

    def _search(self, examples: Examples, max_programs: int) -> tuple[Expression, str] | None:
        linear = fit_linear(examples)
        if linear is not None:
            return linear, "linear"
        found: list[tuple[Expression, str]] = []
        boolean = fit_boolean(examples)
        if boolean is not None:
            found.append((boolean, "boolean"))
            max_programs = min(max_programs, _FEW)
        modular = fit_modular(examples)
        if modular is not None:
            found.append((modular, "linear"))
            max_programs = min(max_programs, _FEW)
        if max_programs:
            symbolic = fit_symbolic(examples, max_programs)
            if symbolic is not None:
                found.append((symbolic, "symbolic"))
        if not found:
            branches = fit_branches(examples)
            if branches is not None:
                found.append((branches, "linear"))
        if not found:
            floor = fit_floor(examples)
            if floor is not None:
                found.append((floor, "linear"))
        n = max(len(examples.variables), 1)
        return min(found, key=lambda pair: pair[0].bits(n), default=None)


def look_up(examples: Examples) -> Expression | None:
    """The examples as a look-up table; None where its box has more than 256 cells."""
    examples = examples.relevant()
    if not examples.variables:
        return apply("add", int(examples.wanted[0]), 0)
    lows, highs = examples.values.min(axis=0), examples.values.max(axis=0)
    sizes = highs - lows + 1
    if np.prod(sizes.astype(float)) > _LARGEST_TABLE:
        return None
    entries = np.zeros(tuple(sizes), np.int64)
    entries[tuple((examples.values - lows).T)] = examples.wanted
    return table(
        examples.variables, Table(tuple(map(int, lows)), tuple(map(int, sizes)), tuple(int(entry) for entry in entries.ravel()))
    )
