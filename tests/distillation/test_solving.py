"""Solving MAXSAT formulae: the rules, the program's place among them, and the optimum."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.distillation.comparison import ComparisonConfig, compare
from pyssnn.distillation.tasks import find_task, solving
from pyssnn.distillation.tasks.maxsat import train

RULES = {"johnson": solving.johnson, "greedy": solving.greedy, "3/4": solving.three_quarters, "random": solving.coin}


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def best(formula, n: int) -> int:
    return max(solving.satisfied(formula, values) for values in product((False, True), repeat=n))


@given(seed=st.integers(0, 2**32), n=st.integers(3, 7), m=st.integers(1, 30))
def test_johnsons_rule_satisfies_seven_eighths_and_no_rule_more_than_the_best(seed, n, m):
    formula = solving.random_formula(n, m, rng(seed))
    counts = {name: solving.satisfied(formula, solving.assign(formula, n, rule(), rng(seed))) for name, rule in RULES.items()}
    assert 7 * m <= 8 * counts["johnson"]
    assert max(counts.values()) <= best(formula, n)


def test_the_randomised_rule_satisfies_three_quarters_of_the_best_on_average():
    formula = [(1, 2), (-1, 2), (1, -2), (-1, -2), (3,), (-3, 1), (-3,)]
    counts = [solving.satisfied(formula, solving.assign(formula, 3, solving.three_quarters(), rng(seed))) for seed in range(300)]
    assert np.mean(counts) >= 0.75 * best(formula, 3)


def test_clauses_that_hold_and_literals_that_cannot_are_forgotten():
    seen = []

    def decide(clauses, variable):
        seen.append((variable, clauses))
        return 1.0

    assert solving.assign([(1, 2), (-1, 2), (-1, 3)], 3, decide, rng(0)) == [True, True, True]
    assert seen == [(1, [(1, 2), (-1, 2), (-1, 3)]), (2, [(2,)]), (3, [(3,)])]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_clauses_without_the_variable_do_not_change_what_the_network_prefers(seed):
    network, random = train((10, 50)), rng(seed)
    formula = [clause for k in (1, 2, 3) for clause in solving.random_formula(5, int(random.integers(1, 16)), random, k)]
    touching = [clause for clause in formula if 1 in clause or -1 in clause]

    def preference(clauses):
        x = np.zeros((1, 10, 50))
        for column, clause in enumerate(clauses):
            for literal in clause:
                x[0, 2 * (abs(literal) - 1) + (literal < 0), column] = 1
        return network(x)[0].tolist()

    if touching:
        assert preference(formula) == preference(touching)


def test_as_array_puts_the_variable_first_and_closes_gaps():
    found = solving.as_array([(7, -3), (-7, 9)], 7)
    assert found.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0], [0, 1], [0, 0]]


def test_the_network_solves_as_well_as_johnsons_rule_and_better_than_the_others():
    """The network stands for its program here, on formulae of five variables that fill its input."""
    network = train((10, 50))

    def run(x):
        whole = np.zeros((1, 10, 50))
        whole[:, : x.shape[1], : x.shape[2]] = x
        return network(whole)

    rows = {row["rule"]: row for row in compare(run, ComparisonConfig(sizes=((5, 50, 60),), exact_up_to=0))}
    assert set(rows) == {"random", "3/4-approximation", "greedy", "johnson"}
    for rule in ("random", "3/4-approximation"):
        assert rows[rule]["difference"] - rows[rule]["interval"] > 0
    assert abs(rows["johnson"]["difference"]) < 0.5


def test_the_optimum_of_a_small_formula():
    pytest.importorskip("pysat")
    formula = solving.random_formula(5, 50, rng(3))
    assert solving.optimum(formula) == best(formula, 5)


def test_the_optimum_is_none_when_time_is_up():
    assert solving.optimum(solving.random_formula(60, 600, rng(0)), seconds=0.01) is None


def test_no_clause_leaves_a_variable_true():
    assert solving.assign([(2,)], 2, solving.by_program(lambda x: np.array([[1.0, 0.0]])), rng(0)) == [True, False]


def test_the_task_is_tested_up_to_a_thousand_variables():
    assert (2000, 4200) in [test.size for test in find_task("maxsat").tests]
