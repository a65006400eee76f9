"""What a population's compression is given: evidence, one program of each class, and which inventions are idle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.evolution import CompressionConfig, ExperimentConfig, Population
from pyssnn.evolution.compressing import LEAST_GAIN, chance, compress_population, evidence_weights, unused_inventions
from pyssnn.evolution.state import dsl_file
from pyssnn.experiments import FIRST_DSL
from pyssnn.runs import Run, atomic_write_json
from pyssnn.synthesis import Dsl, Program, Representation, explore, incorporate_stitch

from .conftest import needs_core

ONE, TWO = (ExperimentConfig(compression=CompressionConfig(iterations=n)) for n in (1, 2))


def path(n: int, turn: str = "prev_port") -> str:
    """A program that builds a path of n + 1 nodes."""
    program = "(push (add (connect identity)))"
    for _ in range(n - 1):
        program = f"(push (add (connect ({turn} {program}))))"
    return program


def star(n: int) -> str:
    """A program that builds a star with n + 1 leaves."""
    return f"(push (add (connect {'(move (next_port (add (connect ' * n}identity{'))))' * n})))"


@pytest.fixture
def run(tmp_path):
    with Run.create_or_resume(tmp_path / "run", "test", {}, 0) as run:
        dsl_file(run, 0).parent.mkdir()
        dsl_file(run, 0).write_bytes(FIRST_DSL.read_bytes())
        yield run


def populate(run: Run, programs: list[str], number: int = 0) -> Population:
    """A population of the programs, written with the DSL of this number."""
    dsl = Dsl.load(dsl_file(run, number))
    members = []
    for text in programs:
        program = Program(text, dsl)
        atomic_write_json(run.path("representations", program.file_name), program.evaluate().fields)
        members.append(program.file_name)
    return Population(dsl=number, members=members)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def bodies(record: dict) -> list[str]:
    return [primitive["body"] for primitive in record["invented_primitives"]]


# Evidence


@given(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=1, max_size=12), st.sampled_from(["acc", "f1"]))
def test_chance_is_what_a_constant_answer_reaches(targets, metric):
    targets = np.array(targets, dtype=np.float32)
    ones = float(targets.mean())

    def performance(answer: tuple[int, int]) -> float:
        if metric == "acc":
            return float((targets == answer).mean())
        return 2 * float((targets * answer).mean()) / (float(np.mean(answer)) + ones)

    constants = [(0, 0), (0, 1), (1, 0), (1, 1)] if metric == "acc" else [(1, 1)]
    assert chance(targets, metric) == pytest.approx(max(map(performance, constants)))


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([None, "the loss is nan"])), min_size=1, max_size=9),
    st.floats(0.3, 1),
)
def test_weights_are_positive_of_mean_one_and_rank_as_the_networks_do(networks, by_chance):
    trained = [{"train": {"perf": perf}, "failed": failed} for perf, failed in networks]
    weights = evidence_weights(trained, "train", by_chance)
    assert min(weights) > 0 and sum(weights) / len(weights) == pytest.approx(1)
    gains = [0.0 if failed else perf - by_chance for perf, failed in networks]
    for one, weight in zip(gains, weights, strict=True):
        for other, other_weight in zip(gains, weights, strict=True):
            assert one < other or weight >= other_weight
            assert max(one, other) > LEAST_GAIN or weight == other_weight


def test_a_network_twice_as_far_above_chance_counts_twice():
    trained = [{"eval": {"perf": perf}, "failed": None} for perf in (0.9, 0.7)]
    assert evidence_weights(trained, "eval", 0.5) == pytest.approx([4 / 3, 2 / 3])


@needs_core
def test_what_good_networks_have_in_common_is_learned_first(run):
    population = populate(run, [star(2), star(3), path(4), path(5)])
    trained = [{"train": {"perf": perf}, "failed": None} for perf in (0.95, 0.95, 0.55, 0.55)]
    equal = compress_population(run, ONE, population, None, prune=False)
    weighted = compress_population(run, ONE, population, evidence_weights(trained, "train", 0.5), prune=False)
    assert equal["weights"] is None and weighted["weights"] == pytest.approx([1.8, 1.8, 0.2, 0.2])
    [of_all], [of_the_good] = bodies(equal), bodies(weighted)
    assert "push" in of_all and "move" not in of_all and "move" in of_the_good
    assert not weighted["rejected"] and weighted["replacements"][0][0] == population.members[0]


# One program of each class


@needs_core
def test_the_alternative_that_shares_most_takes_the_member_s_place(run):
    population = populate(run, [path(3, "next_port"), path(4, "next_port"), path(5, "prev_port")])
    chosen = path(5, "next_port")
    population.alternatives = {population.members[2]: [chosen]}
    record = compress_population(run, TWO, population, None, prune=False)
    dsl = Dsl.load(dsl_file(run, 1))
    assert record["alternatives_taken"] == [[population.members[2], Program(chosen, dsl).file_name]]
    assert [old for old, _ in record["replacements"]] == population.members and not record["rejected"]
    for old, new in zip(population.members, record["members"], strict=True):
        before, after = (Representation.load(run.path("representations", name)) for name in (old, new))
        assert Program(after.program, dsl).is_equivalent(Program(before.program, dsl)) and after.size < before.size
    last = Representation.load(run.path("representations", record["members"][2]))
    assert Program(last.program, dsl).expanded == Program(chosen, dsl).expanded
    assert compress_population(run, TWO, population, None, prune=False) == record  # as after a crash


@needs_core
def test_the_core_goes_on_from_an_alternative_that_compression_left_as_it_is(run):
    population = populate(run, [path(3)])
    population.alternatives = {population.members[0]: [path(3, "next_port")]}
    config = replace(ONE, compression=CompressionConfig(iterations=0))
    record = compress_population(run, config, population, None, prune=False)
    assert record["members"] == population.members  # it costs as much: the old one stays
    doubled = f"(next_port (prev_port {path(3)}))"
    population = populate(run, [doubled])
    population.alternatives = {population.members[0]: [path(3, "next_port")]}
    record = compress_population(run, config, population, None, prune=False)
    shorter = Program(path(3, "next_port"), Dsl.load(dsl_file(run, 1))).file_name
    assert record["members"] == [shorter] and record["replacements"] == [[population.members[0], shorter]]
    explore(
        dsl_file=dsl_file(run, 1),
        next_dsl_file=dsl_file(run, 2),
        representations_dir=run.path("representations"),
        frontier=record["members"],
        max_novel_representations=0,
        max_programs=10,
    )


@needs_core
def test_what_is_no_program_of_the_same_graph_is_no_alternative(run):
    population = populate(run, [f"(next_port (prev_port {path(2)}))"])
    wrong = ["identity", "(push", "(shove identity)", "push", path(3), path(1)]
    population.alternatives = {population.members[0]: wrong}
    record = compress_population(run, ONE, population, None, prune=False)
    assert record["members"] == population.members and record["alternatives_taken"] == []


@needs_core
def test_the_core_s_alternatives_build_their_member_s_graph(run):
    found = explore(
        dsl_file=dsl_file(run, 0),
        next_dsl_file=dsl_file(run, 1),
        representations_dir=_made(run.path("representations")),
        frontier=[],
        max_novel_representations=3,
        max_programs=1_000_000,
        max_alternatives=2,
    )
    dsl = Dsl.load(dsl_file(run, 1))
    assert found.alternatives and found.alternatives.keys() <= set(found.new)
    for name, programs in found.alternatives.items():
        member = Representation.load(run.path("representations", name))
        assert 1 <= len(set(programs)) == len(programs) <= 2 and member.stitch_program not in programs
        assert all(Program(text, dsl).is_equivalent(Program(member.program, dsl)) for text in programs)


# Inventions nobody uses

INVENTIONS = [
    {"name": "fn_0", "body": "(push (add (connect #0)))"},
    {"name": "fn_1", "body": "(fn_0 (next_port (fn_0 #0)))"},
    {"name": "fn_2", "body": "(move (prev_port #0))"},
]


@pytest.fixture
def learned(run) -> Dsl:
    """The library of a run after it has learned three inventions, the second of which mentions the first."""
    run.path("representations").mkdir()
    incorporate_stitch(
        dsl_file=dsl_file(run, 0),
        next_dsl_file=dsl_file(run, 1),
        representations_dir=run.path("representations"),
        invented_primitives=INVENTIONS,
        replacements=[],
    )
    return Dsl.load(dsl_file(run, 1))


@needs_core
def test_a_use_in_a_program_or_in_a_body_that_remains_counts(learned):
    assert unused_inventions(learned, ["(fn_1 identity)"], {}, 9) == ({"fn_2": 1}, [])
    assert unused_inventions(learned, ["(fn_0 identity)"], {"fn_2": 1}, 9) == ({"fn_1": 1, "fn_2": 2}, [])
    assert unused_inventions(learned, ["(fn_0 identity)", "(fn_2 identity)"], {"fn_1": 3, "fn_2": 7}, 9) == ({"fn_1": 4}, [])


@needs_core
def test_an_invention_is_dropped_when_it_has_been_idle_for_so_long(learned):
    assert unused_inventions(learned, ["(fn_1 identity)"], {"fn_2": 2}, 3) == ({}, ["fn_2"])
    assert unused_inventions(learned, ["identity"], {"fn_1": 2, "fn_2": 1}, 3) == ({"fn_2": 2, "fn_0": 1}, ["fn_1"])
    assert unused_inventions(learned, ["identity"], {}, 1) == ({}, ["fn_2", "fn_1", "fn_0"])


@needs_core
def test_the_names_of_others_are_no_uses(learned):
    assert unused_inventions(learned, ["(fn_10 (fn_20 identity))"], {}, 9) == ({"fn_2": 1, "fn_1": 1}, [])


@needs_core
def test_counts_go_from_iteration_to_iteration_and_warm_up_does_not_count(run, learned):
    config = ExperimentConfig(compression=CompressionConfig(iterations=0, prune_after=9))
    population = populate(run, ["(fn_1 identity)"], number=1)
    for n, prune in ((1, True), (1, False), (2, True)):
        record = compress_population(run, config, population, None, prune=prune)
        assert record["unused"] == {"fn_2": n} and record["pruned"] == []
        population.dsl, population.unused = record["dsl"], record["unused"]


@needs_core
def test_what_is_dropped_is_gone_from_the_library_and_its_name_is_not_given_again(run, learned):
    config = ExperimentConfig(compression=CompressionConfig(iterations=1, prune_after=1))
    population = populate(run, ["(fn_1 identity)"], number=1)
    record = compress_population(run, config, population, None, prune=True)
    assert record["pruned"] == ["fn_2"] and record["members"] == population.members and record["log"]["n_pruned"] == 1
    assert {p.name for p in Dsl.load(dsl_file(run, 2)).primitives} == {p.name for p in learned.primitives} - {"fn_2"}
    library = json.loads(dsl_file(run, 2).read_text())
    assert library["size"] == len(library["library"])
    later = populate(run, [star(2), star(3)], number=2)
    later.pruned = record["pruned"]
    [new] = compress_population(run, config, later, None, prune=False)["invented_primitives"]
    assert new["name"] == "fn_3"
