"""Programs over integer features of the hidden state: sets of features that determine their own next values and the output."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.features import Feature, features
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.regressors import Examples, Regressor
from pyssnn.regression.trace import Trace

_SIZES = (0, 1, 2, 3)
_STARTS = 400
_SETS = 300


class FeatureSearch:
    """The search for programs over the features of one network's states, on data."""

    def __init__(self, network: RecurrentNetwork, xs: np.ndarray, regressor: Regressor) -> None:
        self.trace = Trace.of(network, xs)
        self.pool = features(self.trace)
        self.regressor = regressor
        self.xs = np.asarray(xs, np.int64)[:200]
        self.wanted = network.predict(self.xs)
        self.components = network.components
        self._sets = [chosen for size in _SIZES for chosen in combinations(self.pool, size)][:_SETS]
        self._open = [chosen for chosen in self._sets if self._determined(chosen)]

    def programs(self, max_programs: int) -> Iterator[Program]:
        """The programs found with that budget for each search of the core, the smallest sets of features first."""
        for chosen in self._open:
            fitted = self._fit(chosen, max_programs)
            if fitted is not None:
                yield from self._started(chosen, *fitted)

    def _rows(self, chosen: tuple[Feature, ...]) -> np.ndarray:
        known = all(feature.initial is not None for feature in chosen)
        return np.ones(len(self.trace.xs), bool) if known else ~self.trace.first

    def _tables(self, chosen: tuple[Feature, ...]) -> Iterator[Examples | None]:
        """The examples of each feature's next value, from the features before, then of the output, from those after."""
        rows = self._rows(chosen)
        inputs = [inp(k) for k in range(self.components)]
        variables = [*(state(i) for i in range(len(chosen))), *inputs]
        old = np.column_stack([*(feature.before for feature in chosen), self.trace.xs])
        new = np.column_stack([*(feature.after for feature in chosen), self.trace.xs])
        for feature in chosen:
            yield Examples.of(variables, old[rows], feature.after[rows])
        for i, feature in enumerate(chosen):
            if feature.name == "output":
                yield Examples.of([variables[i]], new[:, [i]], self.trace.ys)
                return
        only_state = Examples.of(variables[: len(chosen)], new[:, : len(chosen)], self.trace.ys) if chosen else None
        yield only_state if only_state is not None else Examples.of(variables, new, self.trace.ys)

    def _determined(self, chosen: tuple[Feature, ...]) -> bool:
        return all(table is not None for table in self._tables(chosen))

    def _fit(self, chosen: tuple[Feature, ...], max_programs: int) -> tuple[list[Expression], str] | None:
        found, methods = [], []
        for table in self._tables(chosen):
            fit = None if table is None else self.regressor.fit(table, max_programs)
            if fit is None:
                return None
            found.append(fit[0])
            methods.append(fit[1])
        return found, ", ".join(name for name in ("linear", "boolean", "symbolic") if name in methods)

    def _started(self, chosen: tuple[Feature, ...], found: list[Expression], method: str) -> Iterator[Program]:
        """The program from an initial state with which it gives the outputs, if there is one among those tried."""
        for start in self._starts(chosen):
            program = Program(start, tuple(found[:-1]), found[-1], self.components, method)
            try:
                if (program.run_many(self.xs) == self.wanted).all():
                    yield program
                    return
            except ZeroDivisionError:
                continue

    def _starts(self, chosen: tuple[Feature, ...]) -> Iterator[tuple[int, ...]]:
        options = []
        for feature in chosen:
            if feature.initial is not None:
                options.append([feature.initial])
                continue
            low, high = int(feature.after.min()), int(feature.after.max())
            near = [0, 1, -1, 2, low, high, low - 1, high + 1, *range(low, min(high, low + 20) + 1)]
            options.append(list(dict.fromkeys(near)))
        for number, start in enumerate(product(*options)):
            if number >= _STARTS:
                return
            yield start
