"""MAXSAT: whether a variable should be true, learned from formulae of one clause.

An input is a formula as an array (2v, m): whether a literal is in a clause; the rows are x, ¬x, then the literals of the other variables,
each followed by its negation; an empty column is no clause. What a value of x is worth is the chance that the clause holds with it, the
other variables drawn at random, less the chance without; the classes of the essence neural network are the worths that occur. Clauses have
one literal or three: those of two are met in the tests only.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import combinations, product

import numpy as np

from pyssnn.distillation.enn import EnnConfig, Symbolic, concepts, hidden_layers, refined, tiled
from pyssnn.distillation.network import Layer, Network
from pyssnn.distillation.tasks.points import binary_points
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test

_CONFIG = EnnConfig(division="hierarchical", counts=(1, 1, 1, 1), distinct=False, symbolic=Symbolic(zero_below=0.3))
_OTHERS = (0, 2)  # literals of other variables in a clause that is trained on


def clauses(n_variables: int, others: tuple[int, ...] = _OTHERS) -> np.ndarray:
    """All clauses (c, 2v) of 0 and 1 that hold x or ¬x and so many literals of different other variables."""
    found = []
    for own, count in product((0, 1), others):
        for variables in combinations(range(1, n_variables), count):
            for signs in product((0, 1), repeat=count):
                clause = np.zeros(2 * n_variables)
                clause[[own, *(2 * variable + sign for variable, sign in zip(variables, signs, strict=True))]] = 1
                found.append(clause)
    return np.array(found)


def worth(clause: np.ndarray) -> float:
    """How much likelier a clause (2v,) is to hold when x is true than when x is anything, the other variables being anything."""
    used = [variable for variable in range(1, len(clause) // 2) if clause[2 * variable : 2 * variable + 2].any()]
    values = binary_points(1 + len(used))
    holds = np.zeros(len(values), dtype=bool)
    for column, variable in enumerate([0, *used]):
        holds |= (clause[2 * variable] > 0) & (values[:, column] == 1)
        holds |= (clause[2 * variable + 1] > 0) & (values[:, column] == 0)
    return float(holds[values[:, 0] == 1].mean() - holds.mean())


@lru_cache(maxsize=None)
def _slot(n_variables: int) -> Network:
    """The differentiae and subconcepts of a slot."""
    points = clauses(n_variables)
    labels = np.array([worth(point) for point in points])
    return Network(hidden_layers(points, labels, _CONFIG), (2 * n_variables,), (0, 1))


def train(size: Size) -> Network:
    """The network of a formula (2v, m): 6 differentiae and 4 subconcepts a slot, two concepts (x false, x true).

    The concepts are trained on one clause in any slot, then refined so that their sums are in proportion to what each value is worth.
    """
    literals, slots = size
    fields = np.arange(literals)[None, :] * slots + np.arange(slots)[:, None]
    hidden = tiled(_slot(literals // 2), fields, (slots,), size)
    local = clauses(literals // 2)
    subconcepts = _slot(literals // 2)(local)
    nothing = _slot(literals // 2)(np.zeros((1, literals)))[0]
    seen, first = np.unique(subconcepts, axis=0, return_index=True)
    values = np.tile(nothing, (slots, len(seen), slots, 1))
    values[np.arange(slots), :, np.arange(slots)] = seen
    values = values.reshape(slots * len(seen), -1)
    worths = np.tile([worth(local[index]) for index in first], slots)
    last = concepts(values, np.sign(worths), _CONFIG)
    last = refined(last, values, np.column_stack([-worths, worths]), _CONFIG.symbolic and Symbolic())
    return Network((*hidden.layers, Layer(last.weights, last.biases, "max", last.encoding, (2,))), size, (0, 1))


def _single(size: Size, lengths: tuple[int, ...], rng: np.random.Generator, count: int = 300) -> Examples:
    """Formulae with one clause of one of the lengths, in any slot."""
    literals, slots = size
    x, y = np.zeros((count, *size)), np.zeros((count, 2))
    for formula, answer in zip(x, y, strict=True):
        own = rng.integers(2)
        variables = rng.choice(np.arange(1, literals // 2), rng.choice(lengths) - 1, replace=False)
        column = rng.integers(slots)
        formula[own, column] = 1
        formula[2 * variables + rng.integers(0, 2, len(variables)), column] = 1
        answer[1 - own] = 1
    return x, y


def _mixed(size: Size, rng: np.random.Generator, count: int = 200) -> Examples:
    """Formulae with x in many clauses of one to four literals; the answer weighs the clauses with 8, 5, 2, 2."""
    literals, slots = size
    x, y = np.zeros((count, *size)), np.zeros((count, 2))
    weight = {1: 8, 2: 5, 3: 2, 4: 2}
    for formula, answer in zip(x, y, strict=True):
        sums = [0, 0]
        for column in rng.choice(slots, rng.integers(1, slots + 1), replace=False):
            own, length = rng.integers(3), rng.integers(1, 5)
            variables = rng.choice(np.arange(1, literals // 2), min(length - 1, literals // 2 - 1), replace=False)
            formula[2 * variables + rng.integers(0, 2, len(variables)), column] = 1
            if own < 2:  # else x is not in the clause
                formula[own, column] = 1
                sums[1 - own] += weight[len(variables) + 1]
        answer[:] = [(1 + np.sign(sums[k] - sums[1 - k])) / 2 for k in (0, 1)]
    return x, y


def maxsat() -> Task:
    """The task of this module; whole formulae are solved in `solving`."""
    single = partial(_single, lengths=(1, 3))
    sizes = ((10, 50), (16, 70), (40, 100))
    tests = [Test(f"one clause, {r}x{c}", (r, c), partial(_single, (r, c), (1, 2, 3, 4))) for r, c in sizes]
    tests += [Test(f"many clauses, {r}x{c}", (r, c), partial(_mixed, (r, c))) for r, c in (*sizes, (2000, 4200))]
    tests[-1] = Test("many clauses, 2000x4200", (2000, 4200), partial(_mixed, (2000, 4200), count=3))
    return Task(
        name="maxsat",
        summary="whether a variable of a formula should be true",
        train=train,
        sizes=((12, 50), (10, 20), (10, 50)),
        held_out=((14, 30),),
        tests=tuple(tests),
        trivial=lambda x: np.tile([0.0, 1.0], (len(x), 1)),
        trivial_rule="true",
        examples=lambda size, rng: single(size, rng=rng, count=2500),
    )
