"""Whole experiments on real puzzles: what they leave, and that crashes and workers leave no trace."""

from __future__ import annotations

import itertools
import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pyssnn.errors import InputError
from pyssnn.evolution import CompressionConfig, ExplorationConfig
from pyssnn.experiments import PROFILES, is_finished, run_baseline, run_experiment
from pyssnn.plots import plot_all
from pyssnn.runs import Run
from pyssnn.status import status
from pyssnn.synthesis import Dsl, Representation

from .conftest import SMALL, WARM, contents, needs_core, read, start, wait_for

pytestmark = needs_core


# What a run leaves


def test_the_log_has_the_archives_keys_and_agrees_with_the_folders(whole):
    log, discards = read(whole, "log.json"), read(whole, "discard_hist.json")
    assert len(log) == len(discards) == SMALL.iterations
    for entry, discarded in zip(log, discards, strict=True):
        assert {"network", "nn_training", "compression", "exploration"} <= entry.keys()
        trained = {training["representation"]: training for [training] in entry["nn_training"]}
        assert trained.keys() == {*entry["kept"], *discarded} and len(entry["kept"]) <= SMALL.n_preserved
        assert all(training["training_set_size"] == 8 for training in trained.values())
        assert {member for member, training in trained.items() if training["kept"]} == set(entry["kept"])
        accuracies = [trained[member]["train"]["perf"] for member in [*entry["kept"], *discarded]]
        assert accuracies == sorted(accuracies, reverse=True)
        assert entry["exploration"]["total"] == len(entry["population"]) <= SMALL.population_size
    assert {path.name for path in (whole / "representations").iterdir()} == set(log[-1]["population"])
    assert {path.name for path in (whole / "discards").iterdir()} == set().union(*discards)
    assert log[0]["initial_exploration"]["prev_dsl_name"] == "dsl_0" and "initial_exploration" not in log[1]


def test_the_next_iteration_trains_the_population_that_the_last_one_led_to(whole):
    first, second = read(whole, "log.json")
    assert [training["representation"] for [training] in second["nn_training"]] == first["population"]
    assert second["compression"]["prev_dsl_name"] == first["exploration"]["next_dsl_name"]


def test_a_primitive_is_learned_and_used(whole):
    last = Dsl.load(max((whole / "dsls").iterdir(), key=lambda path: int(path.stem.split("_")[1])))
    learned = {primitive.name for primitive in last.primitives if primitive.is_invented}
    programs = [Representation.load(path).stitch_program for path in (whole / "representations").iterdir()]
    assert learned and any(name in program for name in learned for program in programs)
    assert sum(entry["compression"]["n_added"] for entry in read(whole, "log.json")) == len(learned)


def test_weights_are_those_of_the_kept_networks_and_the_best_baseline(whole):
    kept = {Path(name).stem for name in read(whole, "log.json")[-1]["kept"]}
    best = read(whole, "baseline_summary.json")["selected"]
    assert {path.stem for path in (whole / "weights").iterdir()} == {*kept, best}
    test = read(whole, "steps/finished.json")["test"]
    assert test["baseline"].keys() == {best} and {Path(name).stem for name in test["kept"]} == kept


def test_the_baseline_s_logs_and_summary_agree(whole):
    logs, summary = [read(whole, f"baseline_{i}.json") for i in range(SMALL.n_baseline)], read(whole, "baseline_summary.json")
    assert all({"perf_metric", "training", "train", "eval", "network"} <= log.keys() for log in logs)
    accuracies = [log["eval"]["perf"] for log in logs]
    assert summary["eval"]["mean"] == pytest.approx(sum(accuracies) / 2) and summary["eval"]["best"] == max(accuracies)


def test_a_baseline_of_its_own_is_the_one_beside_a_population(whole, data, tmp_path):
    run = run_baseline(SMALL, tmp_path / "baseline", data=data)
    for name in ("baseline_0.json", "baseline_1.json", "baseline_summary.json", "split.json"):
        assert (run.folder / name).read_bytes() == (whole / name).read_bytes()
    other_population = replace(SMALL, iterations=9, population_size=99)
    assert is_finished(run_baseline(other_population, tmp_path / "baseline", data=data))


def test_members_are_ranked_by_validation_if_asked(data, tmp_path):
    config = replace(SMALL, selection="validation", n_validation=8, iterations=2, n_preserved=1)
    folder = run_experiment(config, tmp_path / "run", data=data).folder
    for entry, discarded in zip(read(folder, "log.json"), read(folder, "discard_hist.json"), strict=True):
        validation = {training["representation"]: training["validation"]["perf"] for [training] in entry["nn_training"]}
        [kept] = entry["kept"]
        assert discarded and validation[kept] == max(validation.values())
    assert len(read(folder, "split.json")["train"]) == 16


def test_failures_are_recorded_ranked_last_and_do_not_stop_the_run(data, tmp_path):
    hopeless = replace(SMALL, training=replace(SMALL.training, learning_rate=1e38), iterations=1)
    run = run_experiment(hopeless, tmp_path / "run", data=data)
    failed = [training["failed"] for [training] in read(run.folder, "log.json")[0]["nn_training"]]
    assert is_finished(run) and all("loss" in reason for reason in failed)
    assert read(run.folder, "steps/finished.json") == {"test": {"baseline": {}, "kept": {}}}


# The same folder, whatever happens


@pytest.mark.parametrize("n", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_more_workers_leave_the_same_folder_as_one(whole, data, tmp_path, n):
    assert contents(run_experiment(SMALL, tmp_path / "run", data=data, workers=n).folder) == contents(whole)


def test_a_finished_run_is_left_as_it_is(whole, data):
    before = contents(whole)
    run = run_experiment(SMALL, whole, data=data)
    assert run.resumed and is_finished(run) and contents(whole) == before


@pytest.mark.parametrize("moment", ["iteration_000/train/*", "iteration_000/select", "iteration_001/compress"])
def test_a_killed_run_ends_as_one_that_was_not(whole, data, tmp_path, moment):
    """kill −9 when a step is recorded; the process is somewhere in what follows it."""
    folder = tmp_path / "run"
    process = start(folder, data)
    wait_for(folder, f"steps/{moment}.json")
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (folder / "steps" / "finished.json").exists()
    run_experiment(SMALL, folder, data=data)
    assert contents(folder) == contents(whole)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.1 * i for i in range(1, 30, 2)])
def test_a_run_killed_at_any_time_ends_as_one_that_was_not(whole, data, tmp_path, seconds):
    folder = tmp_path / "run"
    process = start(folder, data)
    wait_for(folder, "run.json")
    time.sleep(seconds)
    process.kill()
    process.wait()
    run_experiment(SMALL, folder, data=data)
    assert contents(folder) == contents(whole)


@pytest.mark.slow
def test_a_run_that_crashes_between_two_changes_on_disk_ends_as_one_that_did_not(whole, data, tmp_path, crash):
    """A crash after each number of files that Python has written or removed."""
    for moment in itertools.count():
        folder = tmp_path / str(moment)
        crashed = crash(moment, lambda: run_experiment(SMALL, folder, data=data))
        run_experiment(SMALL, folder, data=data)
        assert contents(folder) == contents(whole), moment
        if not crashed:
            break
    assert moment > 40


def test_termination_stops_cleanly_and_can_be_resumed(whole, data, tmp_path):
    folder = tmp_path / "run"
    process = start(folder, data)
    wait_for(folder, "steps/iteration_000/train/*.json")
    process.terminate()
    assert process.wait(timeout=30) == 130 and not (folder / "steps" / "finished.json").exists()
    run_experiment(SMALL, folder, data=data)
    assert contents(folder) == contents(whole)


# Warm-up


@pytest.fixture(scope="session")
def warm(data, tmp_path_factory) -> Path:
    """The folder of an experiment with warm-up rounds that nothing disturbed."""
    return run_experiment(WARM, tmp_path_factory.mktemp("runs") / "warm", data=data).folder


def test_warm_up_fills_the_first_population_without_training(warm):
    first, second = read(warm, "log.json")
    rounds = [first["initial_exploration"], *(entry["exploration"] for entry in first["warmup"])]
    totals = [exploration["total"] for exploration in rounds]
    assert totals[0] < totals[1] and totals[-1] == WARM.population_size == len(first["nn_training"])
    assert all(total < WARM.population_size for total in totals[:-1]) and len(first["warmup"]) < WARM.exploration.warmup_rounds
    assert "warmup" not in second and sum(entry["compression"]["n_added"] for entry in first["warmup"]) > 0
    names = [exploration[key] for exploration in rounds for key in ("prev_dsl_name", "next_dsl_name")]
    assert names == sorted(names) and first["compression"]["prev_dsl_name"] == names[-1]


def test_warm_up_weighs_programs_equally_and_iterations_by_accuracy(warm):
    steps = warm / "steps" / "iteration_000"
    warm_ups = sorted(steps.glob("warmup_*_compress.json"))
    assert warm_ups and all(json.loads(path.read_text())["weights"] is None for path in warm_ups)
    for iteration, entry in enumerate(read(warm, "log.json")):
        weights = read(warm, f"steps/iteration_{iteration:03d}/compress.json")["weights"]
        accuracy = {training["representation"]: training["train"]["perf"] for [training] in entry["nn_training"]}
        accuracies = [accuracy[member] for member in entry["kept"]]
        assert sum(weights) / len(weights) == pytest.approx(1) and weights == sorted(weights, reverse=True)
        assert all((a == b) <= (v == w) for a, v in zip(accuracies, weights) for b, w in zip(accuracies, weights))


def test_without_warm_up_the_log_says_nothing_of_it(whole):
    assert all("warmup" not in entry for entry in read(whole, "log.json"))
    assert not list((whole / "steps" / "iteration_000").glob("warmup_*"))


def test_warm_up_ends_when_a_round_finds_nothing_and_learns_nothing(data, tmp_path):
    exploration = ExplorationConfig(max_programs=60_000, warmup_rounds=99)
    config = replace(WARM, iterations=1, population_size=1000, compression=CompressionConfig(iterations=0), exploration=exploration)
    rounds = read(run_experiment(config, tmp_path / "run", data=data).folder, "log.json")[0]["warmup"]
    idle = [not (entry["compression"]["n_added"] or entry["exploration"]["new"]) for entry in rounds]
    assert len(rounds) < 99 and idle[-1] and not any(idle[:-1])


@pytest.mark.parametrize("moment", ["explore_initially", "warmup_000_compress", "warmup_000_explore", "warmup_001_compress", "compress"])
def test_a_run_killed_around_its_warm_up_ends_as_one_that_was_not(warm, data, tmp_path, moment):
    folder = tmp_path / "run"
    process = start(folder, data, "WARM")
    wait_for(folder, f"steps/iteration_000/{moment}.json")
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (folder / "steps" / "finished.json").exists()
    told = dict(status(folder).parts)["warm-up"]
    assert told.startswith(f"{len(list(folder.glob('steps/iteration_000/warmup_*_explore.json')))} of at most 5 rounds, ")
    run_experiment(WARM, folder, data=data)
    assert contents(folder) == contents(warm)


def test_a_run_with_warm_up_is_told_of_and_drawn(warm, tmp_path):
    found = status(warm)
    assert dict(found.parts)["warm-up"].endswith("9 of 9 members") and found.state == "finished"
    assert dict(found.parts)["iteration 1"].startswith("9 of 9 networks")
    assert {path.stem for path in plot_all(warm, tmp_path)} == {"baseline", "experiment", "iterations", "population"}


# The profiles


def test_the_paper_s_profile_is_the_paper_s():
    paper = PROFILES["paper"]
    assert (paper.iterations, paper.population_size, paper.n_preserved, paper.n_baseline) == (5, 50, 25, 50)
    assert (paper.n_train, paper.n_evaluation, paper.training.epochs, paper.training.batch_size) == (128, 1200, 16, 8)
    assert (paper.compression.iterations, paper.selection, paper.target) == (3, "training", "constant_color")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_described_by_json_that_tells_it_apart(profile, tmp_path):
    Run.create_or_resume(tmp_path / "run", "experiment", PROFILES[profile].to_json(), 0).close()
    for other in PROFILES.values():
        if other != PROFILES[profile]:
            with pytest.raises(InputError):
                Run.create_or_resume(tmp_path / "run", "experiment", other.to_json(), 0)
