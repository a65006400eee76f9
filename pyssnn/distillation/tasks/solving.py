"""Solving MAXSAT formulae: with a program that says what a variable should be, and with the rules that it is compared with.

A formula is a list of clauses; a clause is a tuple of literals k or −k, for variable k ≥ 1. The rules set one variable after another and
forget the clauses that hold and the literals that cannot hold any more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence

import numpy as np

Clause = tuple[int, ...]
Formula = Sequence[Clause]
Decide = Callable[[list[Clause], int], float]  # open clauses with the variable, the variable, to the chance of setting it true


def random_formula(n_variables: int, n_clauses: int, rng: np.random.Generator, length: int = 3) -> list[Clause]:
    """Clauses of `length` different variables, negated or not, all drawn alike."""
    found = []
    for _ in range(n_clauses):
        variables = 1 + rng.choice(n_variables, length, replace=False)
        found.append(tuple(int(v) for v in variables * rng.choice([-1, 1], length)))
    return found


def satisfied(formula: Formula, values: Sequence[bool]) -> int:
    """How many clauses hold; `values[k − 1]` is that of variable k."""
    return sum(any(values[abs(literal) - 1] == (literal > 0) for literal in clause) for clause in formula)


def assign(formula: Formula, n_variables: int, decide: Decide, rng: np.random.Generator) -> list[bool]:
    """Values for the variables, set in their order as `decide` says; a chance strictly between 0 and 1 is drawn."""
    clauses: list[list[int] | None] = [list(clause) for clause in formula]
    where: dict[int, list[int]] = {variable: [] for variable in range(1, n_variables + 1)}
    for index, clause in enumerate(formula):
        for literal in clause:
            where[abs(literal)].append(index)
    values = []
    for variable in range(1, n_variables + 1):
        touched = [index for index in dict.fromkeys(where[variable]) if clauses[index] is not None]
        chance = decide([tuple(clauses[index]) for index in touched], variable)
        value = bool(chance >= 1 or (chance > 0 and rng.random() < chance))
        values.append(value)
        for index in touched:
            literal = variable if value else -variable
            clauses[index] = None if literal in clauses[index] else [other for other in clauses[index] if other != -literal]
    return values


def weighed(weight: Callable[[int], float]) -> Decide:
    """Decides by the sums of the weights of the clauses with either literal, given their lengths; true where they are equal."""

    def decide(clauses: list[Clause], variable: int) -> float:
        return float(sum(weight(len(clause)) * ((variable in clause) - (-variable in clause)) for clause in clauses) >= 0)

    return decide


def johnson() -> Decide:
    """Johnson's rule (1974): a clause of length k weighs 2⁻ᵏ."""
    return weighed(lambda length: 2.0**-length)


def greedy() -> Decide:
    """The literal that more open clauses hold."""
    return weighed(lambda length: 1.0)


def three_quarters() -> Decide:
    """The randomised greedy 3/4-approximation of Poloczek, Schnitger, Williamson and van Zuylen (2017).

    A value is drawn in proportion to what it adds to the middle between the clauses that hold and those that are not lost yet.
    """

    def decide(clauses: list[Clause], variable: int) -> float:
        gain = {sign: sum(sign * variable in clause for clause in clauses) for sign in (1, -1)}
        loss = {sign: sum(set(clause) == {-sign * variable} for clause in clauses) for sign in (1, -1)}
        true, false = max(gain[1] - loss[1], 0), max(gain[-1] - loss[-1], 0)
        return 1.0 if true + false == 0 else true / (true + false)

    return decide


def coin() -> Decide:
    """Either value with the same chance."""
    return lambda clauses, variable: 0.5


def by_program(run: Callable[[np.ndarray], np.ndarray]) -> Decide:
    """Decides as a program of the MAXSAT task says, of whom the open clauses with the variable are asked; true where it is undecided.

    Args:
        run: (1, 2v, m) of 0 and 1 to (1, 2): what false and what true get. Clauses without x change both alike, so they are left out.
    """

    def decide(clauses: list[Clause], variable: int) -> float:
        if not clauses:
            return 1.0
        false, true = run(as_array(clauses, variable)[None])[0]
        return float(true >= false)

    return decide


def as_array(clauses: Formula, variable: int) -> np.ndarray:
    """A formula as an input of the MAXSAT task, (2v, m) of 0 and 1: the rows of the variable first, then those of the others that occur."""
    others = sorted({abs(literal) for clause in clauses for literal in clause} - {variable})
    row = {variable: 0, -variable: 1}
    for index, other in enumerate(others, 1):
        row |= {other: 2 * index, -other: 2 * index + 1}
    found = np.zeros((2 + 2 * max(len(others), 1), len(clauses)))
    for column, clause in enumerate(clauses):
        for literal in clause:
            found[row[literal], column] = 1
    return found


def optimum(formula: Formula, seconds: float = 60.0) -> int | None:
    """The most clauses that can hold together, by RC2 of python-sat; None where it does not finish in time or is not installed.

    RC2 cannot be told to stop, so it runs in a process of its own, one that loads nothing but python-sat.
    """
    try:
        ran = subprocess.run([sys.executable, "-c", _RC2], input=json.dumps(list(formula)), capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    return len(formula) - int(ran.stdout) if ran.returncode == 0 else None


_RC2 = """
import json, sys
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF
problem = WCNF()
for clause in json.load(sys.stdin):
    problem.append(clause, weight=1)
with RC2(problem) as solver:
    solver.compute()
    print(solver.cost)
"""
