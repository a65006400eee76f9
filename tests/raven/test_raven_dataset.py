"""Reading puzzles: items, batches, targets, and folders that are not data sets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from pyssnn.errors import InputError
from pyssnn.raven import TARGETS, RavenDataset, generate_data
from pyssnn.raven.puzzles import LAST_PANEL

N = 160  # puzzles in the fixture


def test_with_answers_only_an_item_is_a_puzzle(puzzles: Path) -> None:
    dataset = RavenDataset(puzzles)
    answers = np.load(puzzles / "answers.npy")
    assert len(dataset) == N and dataset.target.name == "constant_color" and dataset.target_dim == 1
    image, target = dataset[7]
    assert image.dtype == torch.uint8 and image.shape == (1, 128, 128) and np.array_equal(image[0], answers[7])
    assert target.dtype == torch.float32 and target.shape == (1,)


def test_with_alternatives_answers_and_alternatives_take_turns(puzzles: Path) -> None:
    dataset = RavenDataset(puzzles, "correctness", answers_only=False)
    answers, panels = np.load(puzzles / "answers.npy"), np.load(puzzles / "alternative_panels.npy")
    images, targets = dataset.tensors(range(2 * N))
    assert len(dataset) == 2 * N and images.shape == (2 * N, 1, 128, 128)
    assert np.array_equal(images[::2, 0], answers) and (targets[::2] == 1).all() and (targets[1::2] == 0).all()
    assert np.array_equal(images[1::2, 0, LAST_PANEL, LAST_PANEL], panels)
    images[1::2, 0, LAST_PANEL, LAST_PANEL] = images[::2, 0, LAST_PANEL, LAST_PANEL]
    assert torch.equal(images[::2], images[1::2])


@pytest.mark.parametrize("target", TARGETS)
def test_batches_are_the_items_in_the_order_asked_for(puzzles: Path, target: str) -> None:
    dataset = RavenDataset(puzzles, target, answers_only=False)
    indices = [9, 0, 2 * N - 1, 9, 4]
    images, targets = dataset.tensors(indices)
    assert targets.shape == (5, dataset.target_dim) and targets.dtype == torch.float32
    for index, image, values in zip(indices, images, targets):
        assert torch.equal(dataset[index][0], image) and torch.equal(dataset[index][1], values)


def test_no_indices_give_empty_tensors_and_others_than_there_are_an_error(puzzles: Path) -> None:
    dataset = RavenDataset(puzzles)
    assert [tuple(part.shape) for part in dataset.tensors([])] == [(0, 1, 128, 128), (0, 1)]
    for index in (-1, N):
        with pytest.raises(IndexError):
            dataset[index]


def test_it_is_a_torch_data_set(puzzles: Path) -> None:
    images, targets = next(iter(DataLoader(RavenDataset(puzzles), batch_size=8)))
    assert images.shape == (8, 1, 128, 128) and targets.shape == (8, 1)


def record(*colours: str, shape: str = "PROGRESSION") -> dict:
    rules = {"configuration": {"rule": "CONSTANT"}, "shape": {"rule": shape}, "size": {"rule": "CONSTANT"}}
    return {"components": [{"rules": {**rules, "color": {"rule": colour}}} for colour in colours]}


@pytest.mark.parametrize(("colours", "expected"), [
    (["CONSTANT"], 1), (["ARITHMETIC"], 0), (["CONSTANT", "PROGRESSION"], 1), (["PROGRESSION", "CONSTANT"], 1),
    (["DISTRIBUTE_THREE", "ARITHMETIC"], 0)])
def test_constant_color_asks_for_some_component_whose_colour_is_constant(colours: list[str], expected: int) -> None:
    for is_answer in (True, False):
        assert TARGETS["constant_color"].encode(record(*colours), is_answer) == [expected]


def test_all_patterns_names_every_rule_of_both_components() -> None:
    target = TARGETS["all_patterns"]

    def names(example: dict, is_answer: bool) -> set[str]:
        values = target.encode(example, is_answer)
        assert len(values) == target.dim == 26 and set(values) <= {0, 1}
        return {label for label, value in zip(target.labels, values) if value}

    first = {"component_1:configuration:constant", "component_1:shape:progression", "component_1:size:constant",
             "component_1:color:arithmetic"}
    assert names(record("ARITHMETIC"), True) == first | {"correct"}
    second = {label.replace("1", "2").replace("arithmetic", "constant") for label in first}
    assert names(record("ARITHMETIC", "CONSTANT"), False) == first | second | {"two_components"}


def test_each_component_has_exactly_one_rule_of_each_kind(puzzles: Path) -> None:
    dataset = RavenDataset(puzzles, "all_patterns")
    values = dataset.tensors(range(N))[1]
    present = torch.stack([torch.ones(N), values[:, dataset.target.labels.index("two_components")]])
    for component in (1, 2):
        for part in ("configuration", "shape", "size", "color"):
            chosen = [label.startswith(f"component_{component}:{part}:") for label in dataset.target.labels]
            assert torch.equal(values[:, torch.tensor(chosen)].sum(1), present[component - 1])


def test_constant_color_is_neither_rare_nor_the_rule(puzzles: Path) -> None:
    share = RavenDataset(puzzles).tensors(range(N))[1].mean().item()
    assert 0.3 < share < 0.55  # .413 over 20,000 puzzles


def test_a_target_that_is_not_there_or_makes_no_sense_is_refused(puzzles: Path) -> None:
    with pytest.raises(InputError, match="correctness, constant_color, all_patterns"):
        RavenDataset(puzzles, "colour")
    with pytest.raises(InputError, match="answers_only=False"):
        RavenDataset(puzzles, "correctness")


def test_a_missing_data_set_is_refused_and_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="meta.json.*pyssnn raven"):
            RavenDataset(folder)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def pickled(path: Path) -> None:
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)


def smaller(path: Path) -> None:
    np.save(path, np.load(path)[1:])


@pytest.mark.parametrize(("name", "damage"), [
    *((name, damage) for name in ("meta.json", "puzzles.jsonl", "answers.npy", "alternative_panels.npy")
      for damage in (cut, empty, Path.unlink)),
    *(("answers.npy", damage) for damage in (pickled, smaller)),
    ("meta.json", lambda path: path.write_text("[]")),
    ("meta.json", lambda path: path.write_text('{"format": 2}')),
    ("meta.json", lambda path: path.write_text('{"format": 1, "n": 2}')),
    ("puzzles.jsonl", lambda path: path.write_bytes(path.read_bytes().replace(b"CONSTANT", b"constant", 1))),
])
def test_a_damaged_file_is_named(puzzles: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    folder = shutil.copytree(puzzles, tmp_path / "puzzles")
    damage(folder / name)
    with pytest.raises(InputError, match=name):
        RavenDataset(folder)


def test_whole_images_are_verified_and_changed_ones_named(puzzles: Path, tmp_path: Path) -> None:
    RavenDataset(puzzles).verify()
    for name in ("answers.npy", "alternative_panels.npy"):
        folder = shutil.copytree(puzzles, tmp_path / name)
        content = bytearray((folder / name).read_bytes())
        content[-1] ^= 1
        (folder / name).write_bytes(content)
        dataset = RavenDataset(folder)
        with pytest.raises(InputError, match=f"{name}.*changed"):
            dataset.verify()


@pytest.mark.parametrize("answers_only", [True, False])
def test_a_larger_data_set_knows_the_fingerprint_of_a_smaller_one_that_it_begins_with(tmp_path, answers_only):
    small, large = (RavenDataset(generate_data(n, tmp_path / str(n), seed=4, workers=1), answers_only=answers_only) for n in (3, 5))
    assert large.fingerprint_of_first(3) == small.fingerprint
    assert large.fingerprint_of_first(5) == large.fingerprint != small.fingerprint
    with pytest.raises(InputError, match="at least 6"):
        large.fingerprint_of_first(6)
