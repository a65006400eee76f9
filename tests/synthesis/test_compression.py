"""What stitch is asked for and what comes back: costs, weights, and one program chosen from each class."""

from __future__ import annotations

import random

import numpy as np
import pytest
import stitch_core
from hypothesis import given, reject
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.synthesis import Dsl, stitch_compress
from pyssnn.synthesis.compression import program_cost

from .conftest import REPOSITORY

# Stitch knows no types, so letters will do: two shapes, each of which is worth an abstraction if it counts.
SHORT = ["(a (b (c (d x))))", "(a (b (c (d y))))"]
LONG = ["(p (q (r (s (t x)))))", "(p (q (r (s (t y)))))"]


@pytest.fixture(scope="module")
def dsl() -> Dsl:
    return Dsl.load(REPOSITORY / "graph" / "dsls" / "dsl_0.json")


def bodies(programs, dsl, **options) -> list[str]:
    return [p["body"] for p in stitch_compress(programs, dsl=dsl, iterations=1, **options).invented_primitives]


def random_programs(rng: random.Random, n: int) -> list[str]:
    def program(depth: int) -> str:
        if depth == 0:
            return rng.choice("xyz")
        if rng.random() < 0.2:
            return f"(f {program(depth - 1)} {program(depth - 1)})"
        return f"({rng.choice('abc')} {program(depth - 1)})"

    return [program(rng.randint(1, 6)) for _ in range(n)]


# Costs


@given(st.integers(0, 10**9))
def test_costs_are_stitch_s(seed):
    programs = random_programs(random.Random(seed), 6)
    try:
        found = stitch_core.compress(programs, iterations=3, max_arity=2)
    except stitch_core.StitchException:  # its own check of the costs has failed
        reject()
    assert found.json["original_cost"] == sum(map(program_cost, programs))
    assert found.json["final_cost"] == sum(map(program_cost, found.rewritten))
    if found.abstractions:
        first = found.json["abstractions"][0]
        saved = found.json["original_cost"] - first["final_cost"]
        assert first["utility"] == saved - program_cost(first["body"])


def test_where_stitch_doubts_itself_its_finds_are_used(dsl):
    programs = random_programs(random.Random(2089), 6)
    with pytest.raises(stitch_core.StitchException):
        stitch_core.compress(programs, iterations=3, max_arity=2)
    found = stitch_compress(programs, dsl=dsl)
    assert found.invented_primitives and found.cost < sum(map(program_cost, programs))


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"weights": [1.0]}, "weights"),
        ({"weights": [1.0, float("nan")]}, "weights[1]"),
        ({"weights": [0, 1]}, "weights[0]"),
        ({"alternatives": [[]]}, "alternatives"),
    ],
)
def test_weights_and_alternatives_that_do_not_fit_are_refused(dsl, options, where):
    with pytest.raises(InputError) as refused:
        stitch_compress(["(f x x)", "(f y y)"], dsl=dsl, **options)
    assert refused.value.where == where


def test_weights_may_be_an_array(dsl):
    assert stitch_compress(SHORT + LONG, dsl=dsl, weights=np.array([3, 3, 1, 1.0])) == stitch_compress(
        SHORT + LONG, dsl=dsl, weights=[3, 3, 1, 1]
    )


def test_nothing_is_compressed_to_nothing(dsl):
    assert stitch_compress([], dsl=dsl).invented_primitives == ()


def test_names_given_before_are_not_given_again(dsl):
    [primitive] = stitch_compress(LONG, dsl=dsl, taken=["fn_6", "fn_2"]).invented_primitives
    assert primitive["name"] == "fn_7"


# Weights


def test_weights_decide_what_is_learned(dsl):
    assert bodies(SHORT + LONG, dsl) == ["(p (q (r (s (t #0)))))"]
    assert bodies(SHORT + LONG, dsl, weights=[3, 3, 1, 1]) == ["(a (b (c (d #0))))"]
    assert bodies(SHORT + LONG, dsl, weights=[1, 1, 3, 3]) == ["(p (q (r (s (t #0)))))"]


def test_what_counts_for_little_is_learned_from_little(dsl):
    """The library's cost is measured against the mean weight, so a shape in light programs does not pay for itself."""
    both = {"(a (b (c (d #0))))", "(p (q (r (s (t #0)))))"}
    learned = [stitch_compress(SHORT + LONG, dsl=dsl, iterations=2, weights=w) for w in (None, [1.9, 1.9, 0.1, 0.1])]
    assert [{p["body"] for p in found.invented_primitives} for found in learned] == [both, {"(a (b (c (d #0))))"}]


@given(seed=st.integers(0, 10**9), weights=st.lists(st.floats(1e-3, 1e3), min_size=6, max_size=6), power=st.integers(-8, 8))
def test_only_the_proportions_of_weights_matter(dsl, seed, weights, power):
    programs = random_programs(random.Random(seed), 6)
    found = stitch_compress(programs, dsl=dsl, weights=weights)
    assert found == stitch_compress(programs, dsl=dsl, weights=[weight * 2.0**power for weight in weights])
    assert stitch_compress(programs, dsl=dsl, weights=[weights[0]] * 6) == stitch_compress(programs, dsl=dsl)


# One program of each class


def test_the_alternative_that_shares_most_stands_for_its_class(dsl):
    found = stitch_compress(["(z (z (z x)))", *SHORT[1:]], dsl=dsl, alternatives=[[SHORT[0]], []])
    assert found.representatives == tuple(SHORT) and found.rewritten == ("(fn_0 x)", "(fn_0 y)")


def test_an_alternative_that_saves_nothing_is_not_taken(dsl):
    given_programs = ["(z x)", *SHORT[1:]]
    found = stitch_compress(given_programs, dsl=dsl, alternatives=[[SHORT[0]], []])
    assert found == stitch_compress(given_programs, dsl=dsl) and found.representatives == tuple(given_programs)


@given(seed=st.integers(0, 10**9), weights=st.one_of(st.none(), st.lists(st.floats(0.01, 100), min_size=4, max_size=4)))
def test_alternatives_never_cost_more_and_are_of_their_class(dsl, seed, weights):
    rng = random.Random(seed)
    programs = random_programs(rng, 4)
    alternatives = [random_programs(rng, rng.randint(0, 3)) for _ in programs]
    found = stitch_compress(programs, dsl=dsl, weights=weights, alternatives=alternatives)
    alone = stitch_compress(programs, dsl=dsl, weights=weights)
    assert found.cost <= alone.cost
    for program, others, chosen in zip(programs, alternatives, found.representatives, strict=True):
        assert chosen in [program, *others]
    if found.cost == alone.cost:
        assert found == alone
