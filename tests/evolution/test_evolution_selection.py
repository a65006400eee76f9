"""What members are ranked by, that failures rank last, and that nothing but the end sees the test part."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pyssnn.evolution import Part, Silent
from pyssnn.evolution.cross_validation import train_ranked
from pyssnn.evolution.stacking import ON_PROCESSOR
from pyssnn.evolution.training import NetworkJob
from pyssnn.evolution.training_steps import train_all, train_stack
from pyssnn.experiments import run_baseline, run_experiment
from pyssnn.jobs import LocalWorkers, Lost
from pyssnn.jobs.workers import call
from pyssnn.networks import TrainingConfig
from pyssnn.runs import Run

from .conftest import CROSS_VALIDATED, SMALL, contents, kill_at, needs_core, read

JOB = NetworkJob(SMALL.network, SMALL.training, None, initialisation_seed=1, training_seed=2)
HUGE = replace(JOB, network=replace(SMALL.network, vit_mlp_dim=10**13))  # more bytes than there are addresses
HOPELESS = replace(JOB, training=TrainingConfig(epochs=1, learning_rate=1e38))


class Killed(LocalWorkers):
    """Two processes; whichever is about to train the network "a" is ended as the system does it for want of memory."""

    def __init__(self) -> None:
        super().__init__(2)

    def _submit(self, function, shared, job):
        return super()._submit(killed_for_a if job[0].training_seed == ord("a") else function, shared, job)


def killed_for_a(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def run(tmp_path: Path):
    with Run.create_or_resume(tmp_path / "run", "test", {}, 0) as run:
        yield run


def trained(run: Run, parts: dict[str, Part], jobs: dict[str, NetworkJob], **how) -> dict[str, dict]:
    steps = {name: f"train/{name}" for name in jobs}
    with LocalWorkers() as workers:
        return train_all(run, "training", parts, steps, jobs.__getitem__, workers, Silent(), **how)


# Failures


def test_a_network_that_does_not_fit_in_memory_has_failed_and_the_others_have_not(noise, run):
    records = trained(run, {"train": noise, "eval": noise}, {"huge": HUGE, "small": JOB})
    assert {name: record["failed"] for name, record in records.items()} == {"huge": "out of memory", "small": None}
    assert records["huge"]["train"]["perf"] == 0 and [path.stem for path in run.path("weights").iterdir()] == ["small"]


def test_a_stack_that_does_not_fit_in_memory_is_parted(noise):
    parts = {"train": noise, "eval": noise}
    huge, small = train_stack(parts, [HUGE, JOB])
    assert huge.result["failed"] == "out of memory" and small == train_stack(parts, [JOB])[0]


@pytest.mark.parametrize("stack", [1, 3])
def test_a_loss_that_is_not_finite_is_a_failure_of_its_network_alone(noise, run, stack):
    records = trained(run, {"train": noise, "eval": noise}, {"a": JOB, "b": HOPELESS, "c": JOB}, stack=stack)
    assert [record["failed"] is None for record in records.values()] == [True, False, True]


def test_a_programming_error_is_no_failure(noise, run):
    with pytest.raises(KeyError, match="train"):
        trained(run, {"eval": noise}, {"a": JOB})
    assert run.recorded("train/a") is None


def test_a_network_that_ends_its_worker_twice_has_failed(noise, run):
    parts = {"train": noise, "eval": noise}
    with Killed() as workers:
        steps = {name: f"train/{name}" for name in "ab"}
        records = train_all(run, "training", parts, steps, lambda name: replace(JOB, training_seed=ord(name)), workers, Silent())
    assert records["a"]["failed"] == Lost().reason and records["a"]["train"]["perf"] == 0 and records["b"]["failed"] is None


# Stacks


def test_networks_are_stacked_in_order_and_a_stack_with_a_gap_is_trained_again_as_a_whole(noise, run, tmp_path):
    parts, jobs = {"train": noise, "eval": noise}, {str(seed): replace(JOB, training_seed=seed) for seed in range(5)}
    whole = trained(run, parts, jobs, stack=2)
    for gap in range(5):
        run.path("steps", "train", f"{gap}.json").unlink()
        assert trained(run, parts, jobs, stack=2) == whole
    with Run.create_or_resume(tmp_path / "pair", "test", {}, 0) as pair:
        assert trained(pair, parts, {name: jobs[name] for name in "23"}, stack=2) == {name: whole[name] for name in "23"}


def test_a_stack_that_suits_the_device_is_recorded_and_kept(data, tmp_path):
    auto = replace(SMALL, stack="auto", n_baseline=1)
    begun = run_baseline(auto, tmp_path / "auto", data=data)
    assert begun.config["stack"] in (1, ON_PROCESSOR)
    run_baseline(replace(auto, stack=3), tmp_path / "three", data=data)
    assert run_baseline(auto, tmp_path / "three", data=data).config["stack"] == 3


# The test part


@needs_core
def test_nothing_before_the_end_depends_on_the_test_part(whole, data, tmp_path):
    """Another test part is drawn; what was found, trained, kept and logged is the same in every bit."""
    other = contents(run_experiment(replace(SMALL, n_test=6), tmp_path / "run", data=data).folder)
    differing = {name for name, content in contents(whole).items() if other.get(name) != content}
    of_test = {name for name in differing if name.startswith("steps/test/")}
    assert differing == {"run.json", "split.json", "steps/split.json", "steps/finished.json"} | of_test and of_test
    assert {Path(name).stem for name in contents(whole) if name.startswith("steps/test/")} == {path.stem for path in (whole / "weights").iterdir()}


# Cross-validation


def test_a_member_is_ranked_by_the_mean_accuracy_on_what_it_was_not_trained_on(noise, run):
    config = replace(CROSS_VALIDATED, training=TrainingConfig(epochs=2))
    job = replace(JOB, training=config.training)
    with LocalWorkers() as workers:
        [record] = train_ranked(
            run, config, "training", {"train": noise, "eval": noise}, {"a": "train/a"}, lambda _: job, workers, Silent()
        ).values()
    folds = [run.recorded(f"train/fold_{fold}/a") for fold in range(3)]
    assert record["cross-validation"]["folds"] == [fold["validation"]["perf"] for fold in folds]
    assert record["cross-validation"]["perf"] == pytest.approx(np.mean(record["cross-validation"]["folds"]))
    for fold, result in enumerate(folds):
        inside = np.arange(8) // 2 % 3 == fold
        parts = {"train": Part(noise.inputs[~inside], noise.targets[~inside]), "validation": Part(noise.inputs[inside], noise.targets[inside])}
        assert result == call(train_stack, parts, [job], torch_threads=1)[0].result
    alone = call(train_stack, {"train": noise, "eval": noise}, [job], torch_threads=1)[0].result
    assert {**alone, "cross-validation": record["cross-validation"]} == record


@pytest.mark.slow
@needs_core
def test_members_are_ranked_by_cross_validation_if_asked_and_a_killed_run_ends_as_one_that_was_not(data, tmp_path):
    folder = run_experiment(CROSS_VALIDATED, tmp_path / "run", data=data).folder
    for entry, discarded in zip(read(folder, "log.json"), read(folder, "discard_hist.json"), strict=True):
        accuracy = {training["representation"]: training["cross-validation"]["perf"] for [training] in entry["nn_training"]}
        accuracies = [accuracy[member] for member in [*entry["kept"], *discarded]]
        assert accuracies == sorted(accuracies, reverse=True)
    kill_at(tmp_path / "killed", data, "CROSS_VALIDATED", "iteration_000/train/fold_1/*")
    run_experiment(CROSS_VALIDATED, tmp_path / "killed", data=data, workers=2)
    assert contents(tmp_path / "killed") == contents(folder)
