"""Programs over integer features of the hidden state: sets of features that determine their own next values and the output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np

from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.feature import Feature
from pyssnn.regression.features import LAGS, features
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.regressors import Examples, Regressor, look_up
from pyssnn.regression.regressors.examples import distinct_rows
from pyssnn.regression.trace import Trace

_SIZES = (0, 1, 2, 3)
_STARTS = 400
_SETS = 40
_AFTER = 5
_POOL_OF_THREE = 11


class FeatureSearch:
    """The search for programs over the features of one network's states, on data."""

    def __init__(self, network: RecurrentNetwork, xs: np.ndarray, regressor: Regressor) -> None:
        trace = Trace.of(network, xs)
        pool = features(trace)
        parts = [part for feature in pool for part in (feature.before, feature.after)]
        steps = np.column_stack([np.minimum(trace.time, LAGS + 1), trace.xs, trace.ys, *parts])
        rows, _ = distinct_rows(steps.astype(np.int64))
        self.pool = [replace(feature, before=feature.before[rows], after=feature.after[rows]) for feature in pool]
        self.steps, self.ys, self.time = trace.xs[rows], trace.ys[rows], trace.time[rows]
        self.regressor = regressor
        self.xs = np.asarray(xs, np.int64)[:200]
        self.wanted = network.predict(self.xs)
        self.components = network.components
        self._sets: dict[int, list[tuple[Feature, ...]]] = {}

    def programs(self, max_programs: int, most: int) -> Iterator[Program]:
        """The programs found with that budget for each search of the core, over the smallest sets of features that give one.

        Args:
            most: searches end when the regressor has spent so many programs in vain.
        """
        for size in (*_SIZES, -1):
            more = _AFTER
            for chosen in self._closed(size):
                if self.regressor.spent > most or not more:
                    return
                fitted = self._fit(chosen, max_programs)
                found = list(self._started(chosen, *fitted)) if fitted is not None else []
                yield from found
                if found or more < _AFTER:
                    more -= 1
            if more < _AFTER:
                return

    def tables(self) -> Iterator[Program]:
        """Programs with look-up tables, over the smallest set of features that is small enough: the last resort."""
        for size in _SIZES[:3]:
            for chosen in self._closed(size)[:3]:
                found = [look_up(table) for table in self._tables(chosen) if table is not None]
                if None not in found:
                    programs = list(self._started(chosen, found, "table"))
                    if programs:
                        yield programs[0]
                        return

    def _closed(self, size: int) -> list[tuple[Feature, ...]]:
        """The sets of so many features that determine their next values and the output: those with fewest joint values first.

        For −1 the one set of all the lattice's coordinates.
        """
        if size not in self._sets:
            self._sets[size] = self._found_closed(size)
        return self._sets[size]

    def _found_closed(self, size: int) -> list[tuple[Feature, ...]]:
        if size == -1:
            units = tuple(feature for feature in self.pool if feature.unit)
            return [units] if len(units) > max(_SIZES) and self._determined(units) else []

        def joint(chosen: tuple[Feature, ...]) -> int:
            return len(distinct_rows(np.column_stack([feature.after for feature in chosen]))[0]) if chosen else 1

        pool = self.pool[:_POOL_OF_THREE] if size > 2 else self.pool
        found = [(joint(chosen), number, chosen) for number, chosen in enumerate(combinations(pool, size)) if self._determined(chosen)]
        return [chosen for _, _, chosen in sorted(found, key=lambda one: one[:2])[:_SETS]]

    def _rows(self, chosen: tuple[Feature, ...]) -> np.ndarray:
        """Which steps every one of the features has values at, before and after."""
        return self.time >= max((max(feature.since, feature.initial is None) for feature in chosen), default=0)

    def _tables(self, chosen: tuple[Feature, ...]) -> Iterator[Examples | None]:
        """The examples of each feature's next value, from the features before, then of the output, from those after."""
        rows = self._rows(chosen)
        inputs = [inp(k) for k in range(self.components)]
        variables = [*(state(i) for i in range(len(chosen))), *inputs]
        old = np.column_stack([*(feature.before for feature in chosen), self.steps])
        new = np.column_stack([*(feature.after for feature in chosen), self.steps])
        for feature in chosen:
            yield Examples.of(variables, old[rows], feature.after[rows])
        for i, feature in enumerate(chosen):
            if feature.name == "output":
                yield Examples.of([variables[i]], new[rows][:, [i]], self.ys[rows])
                return
        only_state = Examples.of(variables[: len(chosen)], new[rows][:, : len(chosen)], self.ys[rows]) if chosen else None
        yield only_state if only_state is not None else Examples.of(variables, new[rows], self.ys[rows])

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
