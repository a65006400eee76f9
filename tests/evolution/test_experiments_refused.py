"""What a user can get wrong with an experiment: told in one line, and the folder stays as it was."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pyssnn.errors import InputError
from pyssnn.evolution import ExplorationConfig
from pyssnn.experiments import FIRST_DSL, run_baseline, run_experiment
from pyssnn.raven import generate_data

from .conftest import SMALL, contents, needs_core, read

pytestmark = needs_core


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"iterations": 3},
        {"training": replace(SMALL.training, epochs=2)},
        {"torch_threads": 2},
    ],
)
def test_another_configuration_is_refused_for_a_folder_in_use(whole, data, change):
    before = contents(whole)
    with pytest.raises(InputError, match=next(iter(change))):
        run_experiment(replace(SMALL, **change), whole, data=data)
    assert contents(whole) == before


def test_other_puzzles_are_refused_for_a_folder_in_use(whole, tmp_path):
    before = contents(whole)
    other = generate_data(32, tmp_path / "other", seed=6, workers=1)
    with pytest.raises(InputError, match="data.sha256"):
        run_experiment(SMALL, whole, data=other)
    assert contents(whole) == before


def test_another_dsl_is_refused_for_a_folder_in_use(whole, data, tmp_path):
    (tmp_path / "dsl_0.json").write_text(FIRST_DSL.read_text() + "\n")
    with pytest.raises(InputError, match="dsl.sha256"):
        run_experiment(SMALL, whole, data=data, dsl=tmp_path / "dsl_0.json")


def test_what_cannot_be_used_is_told_before_there_is_a_folder(data, tmp_path):
    (tmp_path / "dsl.json").write_text('{"library": [')
    wrong = [
        (SMALL, {"data": tmp_path / "none"}),
        (replace(SMALL, n_test=1000), {"data": data}),
        (replace(SMALL, target="beauty"), {"data": data}),
        (replace(SMALL, device="warp"), {"data": data}),
        (replace(SMALL, device="cuda:99"), {"data": data}),
        (replace(SMALL, device="mps"), {"data": data}),
        (replace(SMALL, device="meta"), {"data": data}),
        (SMALL, {"data": data, "dsl": tmp_path / "dsl.json"}),
        (SMALL, {"data": data, "workers": 0}),
    ]
    for config, options in wrong:
        with pytest.raises(InputError):
            run_experiment(config, tmp_path / "runs" / "run", **options)
        assert not (tmp_path / "runs").exists()


def test_validation_puzzles_are_no_training_puzzles_in_another_picture(data, tmp_path):
    config = replace(SMALL, target="correctness", selection="validation", n_train=7, n_validation=5)
    for wrong, name in ((config, "n_train"), (replace(config, n_train=8, n_validation=5), "n_validation")):
        with pytest.raises(InputError, match=f"{name}.*even"):
            run_baseline(wrong, tmp_path / "run", data=data)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["answers.npy", "alternative_panels.npy"])
def test_images_that_were_changed_are_refused(data, tmp_path, name):
    changed = shutil.copytree(data, tmp_path / "data")
    content = bytearray((changed / name).read_bytes())
    content[-1] ^= 1
    (changed / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        run_baseline(SMALL, tmp_path / "run", data=changed)
    assert not (tmp_path / "run").exists()


def test_a_search_that_finds_nothing_is_told_of_and_not_recorded(data, tmp_path):
    config = replace(SMALL, n_baseline=1, exploration=ExplorationConfig(max_programs=1))
    for _ in range(2):
        with pytest.raises(InputError, match="exploration.max_programs.*begin a new run with a larger budget"):
            run_experiment(config, tmp_path / "run", data=data)
    assert not (tmp_path / "run" / "steps" / "iteration_000").exists()


def _undone(whole: Path, tmp_path: Path) -> Path:
    """A copy of a run that was stopped just before its networks were tested."""
    folder = shutil.copytree(whole, tmp_path / "run")
    (folder / "steps" / "finished.json").unlink()
    shutil.rmtree(folder / "steps" / "test")
    return folder


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("damage", [Path.unlink, cut])
@pytest.mark.parametrize("which", ["baseline", "kept"])
def test_weights_that_are_missing_or_damaged_are_named(whole, data, tmp_path, which, damage):
    folder = _undone(whole, tmp_path)
    kept, best = read(folder, "log.json")[-1]["kept"], read(folder, "baseline_summary.json")["selected"]
    path = folder / "weights" / f"{best if which == 'baseline' else Path(kept[0]).stem}.safetensors"
    original = path.read_bytes()
    damage(path)
    with pytest.raises(InputError, match=path.name):
        run_experiment(SMALL, folder, data=data)
    path.write_bytes(original)
    run_experiment(SMALL, folder, data=data)
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize(
    "record",
    [
        "baseline/baseline_0_*",
        "iteration_000/explore_initially",
        "iteration_000/train/*",
        "iteration_001/select",
        "iteration_001/compress",
        "test/*",
        "finished",
    ],
)
def test_a_record_without_its_keys_is_named(whole, data, tmp_path, record):
    folder = shutil.copytree(whole, tmp_path / "run")
    if record != "finished":
        (folder / "steps" / "finished.json").unlink()
    path = next(folder.glob(f"steps/{record}.json"))
    path.write_text("{}")
    with pytest.raises(InputError, match=path.name):
        run_experiment(SMALL, folder, data=data)


@pytest.mark.parametrize(
    "change",
    [
        lambda split: {**split, "test": split["train"]},
        lambda split: {**split, "train": split["evaluation"], "evaluation": split["train"]},
        lambda split: {**split, "test": split["test"][1:]},
        lambda split: {"train": 1},
    ],
)
def test_a_split_that_was_changed_is_refused(data, tmp_path, change):
    config = replace(SMALL, n_baseline=1)
    run = run_baseline(config, tmp_path / "run", data=data)
    run.path("split.json").write_text(json.dumps(change(read(run.folder, "split.json"))))
    with pytest.raises(InputError, match="split.json.*put it back, or begin a new run"):
        run_baseline(config, tmp_path / "run", data=data)


def test_two_experiments_do_not_share_a_folder(data, tmp_path):
    run_baseline(replace(SMALL, n_baseline=1), tmp_path / "run", data=data)
    with pytest.raises(InputError, match="kind"):
        run_experiment(SMALL, tmp_path / "run", data=data)
