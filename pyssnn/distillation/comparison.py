"""A program for MAXSAT against the rules that people made, on the same random formulae."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer, check_number
from pyssnn.distillation.tasks import solving

RULES: dict[str, Callable[[], solving.Decide]] = {
    "random": solving.coin,
    "3/4-approximation": solving.three_quarters,
    "greedy": solving.greedy,
    "johnson": solving.johnson,
}
SIZES = ((5, 50, 100), (20, 100, 60), (100, 420, 30), (1000, 4200, 10))


@dataclass(frozen=True)
class ComparisonConfig:
    """What is compared.

    Attributes:
        sizes: variables, clauses, and how many formulae.
        exact_up_to: variables up to which the optimum is looked for.
        seconds: after which looking for an optimum ends without one.
        seed: of the formulae and of the rules that draw.
    """

    sizes: tuple[tuple[int, int, int], ...] = SIZES
    exact_up_to: int = 100
    seconds: float = 20.0
    seed: int = 0

    def __post_init__(self) -> None:
        for size in self.sizes:
            for number in size:
                check_integer("sizes", number, 1)
        check_number("seconds", self.seconds, above=0)


def compare(run: Callable[[np.ndarray], np.ndarray], config: ComparisonConfig = ComparisonConfig()) -> list[dict]:
    """For each size and each rule, how many more clauses the program satisfies than the rule.

    Args:
        run: the program, (1, 2v, m) of 0 and 1 to (1, 2).

    Returns:
        Dictionaries with `variables`, `clauses`, `rule`, `formulae` (those counted: the optimum's are those that finished), `program` and
        `rival` (mean shares of satisfied clauses), `difference` (mean, in clauses) and `interval` (half the 95 % interval of that mean).
    """
    found = []
    for size_index, (variables, clauses, count) in enumerate(config.sizes):
        counts: dict[str, list[int | None]] = {name: [] for name in ("program", *RULES, "optimum")}
        for index in range(count):
            rng = np.random.default_rng([config.seed, size_index, index])
            formula = solving.random_formula(variables, clauses, rng)
            for name, decide in (("program", solving.by_program(run)), *((name, rule()) for name, rule in RULES.items())):
                counts[name].append(solving.satisfied(formula, solving.assign(formula, variables, decide, rng)))
            exact = variables <= config.exact_up_to
            counts["optimum"].append(solving.optimum(formula, config.seconds) if exact else None)
        for rival in (*RULES, "optimum"):
            pairs = [(ours, theirs) for ours, theirs in zip(counts["program"], counts[rival], strict=True) if theirs is not None]
            if pairs:
                found.append({"variables": variables, "clauses": clauses, "rule": rival, **_paired(np.array(pairs), clauses)})
    return found


def _paired(pairs: np.ndarray, clauses: int) -> dict:
    from scipy.stats import t

    differences = (pairs[:, 0] - pairs[:, 1]).astype(float)
    count = len(differences)
    half = float(t.ppf(0.975, count - 1) * differences.std(ddof=1) / count**0.5) if count > 1 else None
    means = pairs.mean(axis=0) / clauses
    return {
        "formulae": count,
        "program": round(float(means[0]), 6),
        "rival": round(float(means[1]), 6),
        "difference": round(float(differences.mean()), 4),
        "interval": None if half is None else round(half, 4),
    }
