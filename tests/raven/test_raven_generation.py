"""Making puzzles: the same bytes however they are made, and a whole folder or none."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
import raven_gen
from raven_gen import Matrix

from pyssnn.errors import InputError
from pyssnn.raven import generate_data, puzzles as drawing_one
from pyssnn.raven.generation import BLOCK
from pyssnn.raven.puzzles import BACKGROUNDS, LAST_PANEL, MATRIX_TYPES, RULES, draw_puzzle, drawing

N = 160  # puzzles in the fixture

FILES = {"answers.npy", "alternative_panels.npy", "puzzles.jsonl", "meta.json"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def in_another_process(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], text=True, env={**os.environ, **environment},
                            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE)


def records(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "puzzles.jsonl").read_text().splitlines()]


def test_any_number_of_workers_makes_the_same_bytes(puzzles: Path, tmp_path: Path) -> None:
    assert contents(generate_data(N, tmp_path / "two", seed=3, workers=2)) == contents(puzzles)


def test_a_process_that_hashes_strings_otherwise_makes_the_same_bytes(puzzles: Path, tmp_path: Path) -> None:
    """raven-gen's default rules come in the order of a set of strings."""
    code = "import sys; from pyssnn.raven import generate_data; generate_data(40, sys.argv[1], seed=3, workers=1)"
    for hash_seed in "12":
        in_another_process(code, tmp_path / hash_seed, PYTHONHASHSEED=hash_seed).communicate()
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert records(tmp_path / "1") == records(puzzles)[:40]


def test_a_larger_data_set_begins_with_a_smaller_one_and_a_seed_matters(puzzles: Path, tmp_path: Path) -> None:
    small, other = (np.load(generate_data(5, tmp_path / str(seed), seed=seed) / "answers.npy") for seed in (3, 4))
    assert np.array_equal(small, np.load(puzzles / "answers.npy")[:5])
    assert not np.array_equal(small, other)


def test_a_folder_holds_few_files_and_their_hashes(puzzles: Path) -> None:
    stored = contents(puzzles)
    assert set(stored) == FILES
    meta = json.loads(stored.pop("meta.json"))
    assert meta["sha256"] == {name: hashlib.sha256(data).hexdigest() for name, data in stored.items()}
    assert (meta["n"], meta["seed"]) == (N, 3)
    answers, panels = np.load(puzzles / "answers.npy"), np.load(puzzles / "alternative_panels.npy")
    assert (answers.shape, answers.dtype, panels.shape, panels.dtype) == ((N, 128, 128), np.uint8, (N, 42, 42), np.uint8)


def test_puzzles_are_of_the_kinds_asked_for(puzzles: Path) -> None:
    made = records(puzzles)
    assert {record["matrix_type"] for record in made} == set(MATRIX_TYPES)
    assert {record["background"] for record in made} == set(BACKGROUNDS)
    for record in made:
        assert len(record["components"]) == (2 if "SEP" in record["matrix_type"] or "IN" in record["matrix_type"] else 1)
        for component in record["components"]:
            rules = {part: rule["rule"] for part, rule in component["rules"].items()}
            assert rules.pop("configuration") in RULES["position"]
            assert all(rule in RULES[part] for part, rule in rules.items())
    shares = Counter(record["matrix_type"] for record in made)
    for kind, weight in MATRIX_TYPES.items():
        assert shares[kind] / N == pytest.approx(weight, abs=4 * (weight * (1 - weight) / N) ** 0.5)


def test_images_show_the_background_and_an_alternative_that_differs(puzzles: Path) -> None:
    answers, panels = np.load(puzzles / "answers.npy"), np.load(puzzles / "alternative_panels.npy")
    for record, answer, panel in zip(records(puzzles), answers, panels):
        assert np.bincount(answer[:, -1]).argmax() == record["background"]
        assert not np.array_equal(answer[LAST_PANEL, LAST_PANEL], panel)


def test_the_colour_rule_is_what_the_panels_show() -> None:
    """A colour stays the same along all three rows where the rule is constant, and changes along some row elsewhere."""
    with drawing():
        np.random.seed(0)
        for _ in range(60):
            matrix = drawing_one._draw_matrix()[1]
            panels = [*matrix.context, matrix.answer]
            for number, rules in enumerate(matrix.rules):
                colours = [{entity.color.setting for entity in panel.components[number].entities} for panel in panels]
                same = all(len(set.union(*colours[row:row + 3])) == 1 for row in (0, 3, 6))
                assert same == (drawing_one._component(rules)["rules"]["color"]["rule"] == "CONSTANT")


def test_sizes_and_angles_are_bounded() -> None:
    with drawing():
        np.random.seed(0)
        for _ in range(60):
            kind, matrix = drawing_one._draw_matrix()
            least = drawing_one.MINIMUM_SIZES.get(kind, 0)
            for panel in [*matrix.context, matrix.answer, *matrix.alternatives]:
                for component in panel.components:
                    assert all(entity.size.setting >= least and entity.angle.value % 90 == 0 for entity in component.entities)


def test_global_state_is_put_back() -> None:
    before = copy.deepcopy(Matrix.attribute_bounds), raven_gen.attribute.ANGLE_VALUES, cv2.getNumThreads()
    np.random.seed(0)
    expected = np.random.random(3)
    np.random.seed(0)
    with drawing():
        draw_puzzle(0, 0)
    assert np.array_equal(np.random.random(3), expected)
    assert (Matrix.attribute_bounds, raven_gen.attribute.ANGLE_VALUES, cv2.getNumThreads()) == before


def test_a_failed_attempt_is_recorded_and_the_next_taken_from_the_same_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, calls = drawing_one._attempt, []

    def second_time_lucky():
        calls.append(attempt())
        if len(calls) % 2:
            raise KeyError("no such rule")
        return calls[-1]

    monkeypatch.setattr(drawing_one, "_attempt", second_time_lucky)
    with drawing():
        first, again = draw_puzzle(5, 9), draw_puzzle(5, 9)
    assert first[0] == again[0] and first[0]["rejected"] == ["KeyError: 'no such rule'"]
    assert np.array_equal(first[1], calls[1][1]) and not np.array_equal(calls[0][1], calls[1][1])


def test_attempts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise KeyError("no such rule")

    monkeypatch.setattr(drawing_one, "_attempt", never)
    with drawing(), pytest.raises(RuntimeError, match="puzzle 9 of seed 5.*no such rule"):
        draw_puzzle(5, 9)


def test_a_data_set_that_is_there_is_returned_and_a_different_one_refused(puzzles: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in puzzles.iterdir()}
    assert generate_data(N, puzzles, seed=3) == puzzles
    for n, seed in ((N, 4), (N + 1, 3)):
        with pytest.raises(InputError, match=f"n={N}, seed=3.*expected.*n={n}, seed={seed}"):
            generate_data(n, puzzles, seed=seed)
    assert {path: path.stat().st_mtime_ns for path in puzzles.iterdir()} == before


@pytest.mark.parametrize("options", [{"n": 0}, {"n": 2.0}, {"n": True}, {"n": 2, "seed": -1}, {"n": 2, "workers": 0}])
def test_arguments_out_of_range_are_refused(options: dict, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an integer of at least"):
        generate_data(directory=tmp_path / "puzzles", **options)
    assert not list(tmp_path.iterdir())


def test_folders_that_cannot_take_a_data_set_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    for folder in ("file", "file/below", "full"):
        with pytest.raises(InputError, match=folder):
            generate_data(2, tmp_path / folder)
    if os.geteuid():  # the superuser may write everywhere
        (tmp_path / "closed").mkdir(mode=0o500)
        with pytest.raises(InputError, match="Permission denied"):
            generate_data(2, tmp_path / "closed" / "puzzles")
        (tmp_path / "closed").rmdir()
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["file", "full", "full/file"]


def test_an_empty_folder_is_taken_and_progress_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate_data(40, tmp_path, progress=lambda done, n: told.append((done, n)))
    assert told == [(32, 40), (40, 40)]
    assert set(contents(tmp_path)) == FILES


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, n: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_data(40, tmp_path / "puzzles", progress=interrupt)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_an_input_error_and_leaves_nothing(tmp_path: Path) -> None:
    """The limit on a file's size stands in for the disk's."""
    code = ("import resource, signal, sys; from pyssnn.errors import InputError; from pyssnn.raven import generate_data\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
            "try: generate_data(40, sys.argv[1], workers=1)\n"
            "except InputError as error: print(error)")
    told, _ = in_another_process(code, tmp_path / "puzzles").communicate()
    assert "File too large" in told
    assert not list(tmp_path.iterdir())


def test_killed_and_started_again_ends_as_if_it_had_not_been_killed(puzzles: Path, tmp_path: Path) -> None:
    code = ("import sys; from pyssnn.raven import generate_data\n"
            "if __name__ == '__main__': generate_data(160, sys.argv[1], seed=3, workers=2, "
            "progress=lambda done, n: print(done, flush=True))")
    run = in_another_process(code, tmp_path / "puzzles")
    assert run.stdout.readline().strip() == "32"
    with pytest.raises(InputError, match="another process"):
        generate_data(N, tmp_path / "puzzles", seed=3)
    workers = _children(run.pid)
    run.kill()
    run.wait()
    run.stdout.close()
    assert [path.name for path in tmp_path.iterdir()] == [".puzzles.partial"]
    assert contents(generate_data(N, tmp_path / "puzzles", seed=3, workers=1)) == contents(puzzles)
    assert [path.name for path in tmp_path.iterdir()] == ["puzzles"]
    assert workers and not _alive(workers)  # they end with the process that started them


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_termination_leaves_nothing_and_no_word_of_the_workers(tmp_path: Path, workers: int, sent: signal.Signals) -> None:
    code = ("import sys; from pyssnn.raven import generate_data\n"
            "if __name__ == '__main__':\n"
            f"    try: generate_data(2000, sys.argv[1], workers={workers}, progress=lambda done, n: print(done, flush=True))\n"
            "    except KeyboardInterrupt: sys.exit(130)")
    run = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "puzzles")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           cwd=Path(__file__).parents[2], start_new_session=True)
    run.stdout.readline()
    children = _children(run.pid)
    (os.killpg if sent == signal.SIGINT else os.kill)(run.pid, sent)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (130, b"") and not list(tmp_path.iterdir()) and not _alive(children)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_termination_is_not_lost_where_its_exception_is(tmp_path: Path, sent: signal.Signals) -> None:
    """Code in C may drop it, or take it for a puzzle that cannot be drawn."""
    def swallow(done: int, n: int) -> None:
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), sent)

    with pytest.raises(KeyboardInterrupt):
        generate_data(2 * BLOCK, tmp_path / "puzzles", workers=1, progress=swallow)
    assert not list(tmp_path.iterdir())


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pids: list[int], patience: float = 5.0) -> list[int]:
    end = time.monotonic() + patience
    while alive := [pid for pid in pids if Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in
                    Path(f"/proc/{pid}/status").read_text()]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return alive


def test_a_damaged_data_set_is_not_taken_for_a_whole_one(puzzles: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(puzzles, tmp_path / "puzzles")
    (folder / "answers.npy").write_bytes((folder / "answers.npy").read_bytes()[:-1])
    with pytest.raises(InputError, match="answers.npy"):
        generate_data(N, folder, seed=3)
