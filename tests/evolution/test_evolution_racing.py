"""Racing: who stops, what is recorded of them, and that a run killed among the rungs ends as one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pyssnn.errors import InputError
from pyssnn.evolution import RacingConfig
from pyssnn.experiments import run_experiment

from .conftest import RACED, STACKED_RACE, contents, kill_at, needs_core, read

pytestmark = needs_core


@pytest.fixture(scope="session")
def raced(data, tmp_path_factory) -> Path:
    return run_experiment(RACED, tmp_path_factory.mktemp("runs") / "raced", data=data).folder


def test_half_of_those_still_trained_stop_at_each_rung(raced):
    for iteration, entry in enumerate(read(raced, "log.json")):
        members = [training["representation"] for [training] in entry["nn_training"]]
        first, second = (read(raced, f"steps/iteration_{iteration:03d}/race_{rung:03d}.json") for rung in RACED.racing.rungs)
        for among, decision in ((members, first), (first["going_on"], second)):
            assert sorted(among) == sorted([*decision["going_on"], *decision["stopped"]])
            assert len(decision["stopped"]) == len(among) // 2
        assert [member for member in members if member in first["going_on"]] == first["going_on"]


def test_who_stops_is_nowhere_better_at_the_rung_than_who_goes_on(raced):
    for rung in RACED.racing.rungs:
        records = (raced / "steps" / "iteration_000" / "train" / f"rung_{rung:03d}").iterdir()
        accuracy = {f"{path.name.split('_')[0]}.json": read(path.parent, path.name)["train"]["perf"] for path in records}
        decision = read(raced, f"steps/iteration_000/race_{rung:03d}.json")
        assert max(accuracy[member] for member in decision["stopped"]) <= min(accuracy[member] for member in decision["going_on"])


def test_records_say_how_long_a_network_was_trained_and_those_that_went_on_rank_first(raced):
    for entry, discarded in zip(read(raced, "log.json"), read(raced, "discard_hist.json"), strict=True):
        trained = {training["representation"]: training for [training] in entry["nn_training"]}
        epochs = [trained[member].get("epochs", RACED.training.epochs) for member in [*entry["kept"], *discarded]]
        assert epochs == sorted(epochs, reverse=True) and set(epochs) == {1, 2, 4}


def test_a_network_that_goes_on_ends_as_it_does_without_a_race(raced, data, tmp_path):
    alone = run_experiment(replace(RACED, racing=RacingConfig(), iterations=1), tmp_path / "run", data=data).folder
    finalists = read(raced, "steps/iteration_000/race_002.json")["going_on"]
    for member in finalists:
        [record] = (raced / "steps/iteration_000/train").glob(f"{Path(member).stem}_*.json")
        assert record.read_bytes() == (alone / record.relative_to(raced)).read_bytes()


def test_no_checkpoint_is_left(raced):
    assert not (raced / "checkpoints").exists()


MOMENTS = ["train/rung_001/*", "race_001", "race_002", "train/*"]


@pytest.mark.parametrize(
    "moment",
    [
        "iteration_000/train/rung_002/*",
        "iteration_001/race_002",
        *(pytest.param(f"iteration_000/{moment}", marks=pytest.mark.slow) for moment in MOMENTS),
        *(pytest.param(f"iteration_001/{moment}", marks=pytest.mark.slow) for moment in MOMENTS[:2]),
    ],
)
def test_a_race_that_was_killed_ends_as_one_that_was_not(raced, data, tmp_path, moment):
    folder = tmp_path / "run"
    kill_at(folder, data, "RACED", moment)
    run_experiment(RACED, folder, data=data)
    assert contents(folder) == contents(raced)


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1, 60, 2))
def test_a_race_of_stacks_that_crashes_between_two_changes_on_disk_ends_as_one_that_did_not(stacked_race, data, tmp_path, crash, moment):
    assert crash(moment, lambda: run_experiment(STACKED_RACE, tmp_path / "run", data=data))
    run_experiment(STACKED_RACE, tmp_path / "run", data=data)
    assert contents(tmp_path / "run") == contents(stacked_race)


@pytest.fixture(scope="session")
def stacked_race(data, tmp_path_factory) -> Path:
    return run_experiment(STACKED_RACE, tmp_path_factory.mktemp("runs") / "stacked_race", data=data).folder


@pytest.mark.parametrize("workers", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_a_race_of_stacks_is_the_same_for_any_number_of_workers(stacked_race, data, tmp_path, workers):
    assert contents(run_experiment(STACKED_RACE, tmp_path / "run", data=data, workers=workers).folder) == contents(stacked_race)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("damage", [pytest.param(Path.unlink, marks=pytest.mark.slow), cut])
def test_a_checkpoint_that_is_missing_or_damaged_is_named(data, tmp_path, damage):
    folder = tmp_path / "run"
    kill_at(folder, data, "RACED", "iteration_000/race_001")
    going_on = [Path(member).stem for member in read(folder, "steps/iteration_000/race_001.json")["going_on"]]
    path = folder / "checkpoints" / f"{going_on[-1]}_1"
    damage(path)
    with pytest.raises(InputError, match=path.name):
        run_experiment(RACED, folder, data=data)
