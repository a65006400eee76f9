"""Learning curves: which puzzles and programs they take, that they go on where they stopped, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from pyssnn import cli, experiments
from pyssnn.errors import InputError
from pyssnn.evolution.learning_curve import KINDS, orders, summary
from pyssnn.evolution.statistics import mean_interval
from pyssnn.experiments import run_experiment, run_learning_curve
from pyssnn.raven import RavenDataset, generate_data

from .conftest import SMALL, contents, needs_core

SIZES, SEEDS = (4, 12), 2


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory) -> Path:
    """The folder of a finished experiment."""
    return run_experiment(SMALL, tmp_path_factory.mktemp("curves") / "whole", data=data).folder


@pytest.fixture(scope="module")
def curved(whole, data, tmp_path_factory) -> Path:
    """The same with its learning curve."""
    folder = Path(shutil.copytree(whole, tmp_path_factory.mktemp("curved") / "run"))
    run_learning_curve(folder, data=data, sizes=SIZES, seeds=SEEDS)
    return folder


@pytest.fixture
def copy(curved, tmp_path) -> Path:
    return Path(shutil.copytree(curved, tmp_path / "run"))


def read(folder: Path, name: str):
    return json.loads((folder / name).read_text())


@needs_core
def test_there_is_a_network_of_each_kind_for_each_size_and_seed(curved):
    curve = read(curved, "learning_curve.json")
    found = [(network["group"], network["size"], network["replicate"]) for network in curve["networks"]]
    assert found == [(kind, size, r) for kind in KINDS for size in SIZES for r in range(SEEDS)]
    assert len(list((curved / "steps" / "learning_curve").iterdir())) == len(found)
    assert [(row["group"], row["size"], row["n"]) for row in curve["summary"]] == [(k, s, SEEDS) for k in KINDS for s in SIZES]
    of_baseline = [network["eval"] for network in curve["networks"] if (network["group"], network["size"]) == ("baseline", 12)]
    told = mean_interval(of_baseline)
    row = next(row for row in curve["summary"] if (row["group"], row["size"]) == ("baseline", 12))
    assert (row["mean"], row["low"], row["high"]) == (told.value, told.low, told.high)


@needs_core
def test_the_evolved_are_the_best_that_were_kept_and_the_random_are_of_the_first_population(curved):
    log, networks = read(curved, "log.json"), read(curved, "learning_curve.json")["networks"]
    first = {training["representation"] for [training] in log[0]["nn_training"]}
    for network in networks:
        if network["group"] == "evolved":
            assert network["representation"] == log[-1]["kept"][network["replicate"]]
        elif network["group"] == "random":
            assert network["representation"] in first
        else:
            assert network["representation"] is None
    drawn = [network["representation"] for network in networks if network["group"] == "random" and network["size"] == SIZES[0]]
    assert len(set(drawn)) == SEEDS


@needs_core
def test_no_puzzle_of_the_evaluation_or_the_test_is_trained_on(copy, data, monkeypatch):
    seen = {}

    def spy(run, parts, puzzles, sizes, seeds, *rest):
        seen.update(parts=parts, chosen={(r, size): list(puzzles(r, size)) for r in range(seeds) for size in sizes})
        return real(run, parts, puzzles, sizes, seeds, *rest)

    real = experiments.train_curve
    monkeypatch.setattr(experiments, "train_curve", spy)
    run_learning_curve(copy, data=data, sizes=SIZES, seeds=SEEDS)
    split, dataset = read(copy, "split.json"), RavenDataset(data)
    held_out = {dataset[i][0].numpy().tobytes() for part in ("evaluation", "test") for i in split[part]}
    assert held_out.isdisjoint(image.tobytes() for image in seen["parts"]["train"].inputs)
    assert np.array_equal(seen["parts"]["eval"].inputs, dataset.tensors(split["evaluation"])[0].numpy())
    for (r, size), chosen in seen["chosen"].items():
        assert len(set(chosen)) == size and chosen == seen["chosen"][r, max(SIZES)][:size]
    assert seen["chosen"][0, 12] != seen["chosen"][1, 12]


@needs_core
def test_the_same_folder_for_two_workers_and_after_a_stop(curved, copy, whole, data, tmp_path):
    other = Path(shutil.copytree(whole, tmp_path / "other"))
    run_learning_curve(other, data=data, sizes=SIZES, seeds=SEEDS, workers=2)
    assert contents(other) == contents(curved)
    for step in sorted((copy / "steps" / "learning_curve").iterdir())[::2]:
        step.unlink()
    (copy / "learning_curve.json").unlink()
    run_learning_curve(copy, data=data, sizes=SIZES, seeds=SEEDS)
    assert contents(copy) == contents(curved)


@needs_core
def test_what_is_recorded_is_not_trained_again_and_more_sizes_and_seeds_join(copy, data):
    before = {path.name: path.read_bytes() for path in (copy / "steps" / "learning_curve").iterdir()}
    curve = run_learning_curve(copy, data=data, sizes=(4, 8), seeds=3)
    after = {path.name: path.read_bytes() for path in (copy / "steps" / "learning_curve").iterdir()}
    assert before.items() <= after.items() and len(after) == len(before) + 3 * (1 + 3)
    assert curve == read(copy, "learning_curve.json") and curve["sizes"] == [4, 8] and curve["seeds"] == 3


@needs_core
def test_a_larger_data_set_that_begins_with_the_run_s_will_do(copy, data, tmp_path):
    larger = generate_data(48, tmp_path / "larger", seed=5, workers=1)
    assert run_learning_curve(copy, data=larger, sizes=[30], seeds=1)["sizes"] == [30]
    other = generate_data(48, tmp_path / "other", seed=6, workers=1)
    with pytest.raises(InputError, match="another data set"):
        run_learning_curve(copy, data=other, sizes=[30], seeds=1)


@needs_core
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sizes", "4,many"], "whole numbers"),
        (["--sizes", ""], "whole numbers"),
        (["--sizes", "0"], "at least 1"),
        (["--sizes", "17"], "at most 16"),
        (["--seeds", "0"], "at least 1"),
        (["--workers", "0"], "1 or more"),
        (["--data", "absent"], "no such file"),
    ],
)
def test_a_bad_option_changes_nothing_and_is_told_in_one_line(copy, data, capsys, options, message):
    before = contents(copy)
    assert cli.main(["learning-curve", str(copy), "--data", str(data), "--sizes", "4", "--workers", "1", *options]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert contents(copy) == before


@needs_core
def test_only_a_finished_run_of_a_population_has_a_curve(copy, data, tmp_path):
    (copy / "steps" / "finished.json").unlink()
    with pytest.raises(InputError, match="a finished run"):
        run_learning_curve(copy, data=data, sizes=[4])
    with pytest.raises(InputError, match="run.json"):
        run_learning_curve(tmp_path / "absent", data=data, sizes=[4])


def test_orders_are_of_different_puzzles_and_depend_on_the_replicate_alone():
    few, more = orders(20, 8, 2, run_seed=3), orders(20, 16, 3, run_seed=3)
    assert [order[:8].tolist() for order in more[:2]] == [order.tolist() for order in few]
    assert len({order.tobytes() for order in more}) == 3 and all(len(set(order.tolist())) == 16 for order in more)


def test_failed_networks_are_in_no_mean():
    def network(accuracy: float, failed: str | None) -> dict:
        return {"group": "random", "size": 8, "eval": accuracy, "train": accuracy, "failed": failed}

    [row] = summary([network(0.0, "nan"), network(0.6, None), network(0.8, None)])
    assert (row["n"], row["mean"], row["train"]) == (2, pytest.approx(0.7), pytest.approx(0.7))
    assert summary([network(0.0, "nan")]) == []
