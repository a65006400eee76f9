"""`pyssnn regress`: a run folder with networks, programs and a table; verdicts for what is not learned, one line for what cannot be used."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from pyssnn import cli
from pyssnn.regression import find_task
from pyssnn.regression.language import serve

from .handmade import total, unreadable

QUICK = ("Bit_Shift_Right", "Current_Number")
TASK = """
from pyssnn.regression import Task

def solve(xs):
    best, found = 0, []
    for (x,) in xs:
        best = best + 2 * x
        found.append(best)
    return found

task = Task("Twice", 0, 30, 1, 6, solve)
"""
UNLEARNABLE = """
from pyssnn.regression import Task
import hashlib

def solve(xs):
    return [hashlib.sha256(repr(list(xs[: i + 1])).encode()).digest()[0] % 2 for i in range(len(xs))]

task = Task("Noise", 0, 50, 1, 6, solve)
"""


def regress(folder: Path, *arguments: object) -> int:
    return cli.main(["regress", "--results", str(folder), "--workers", "1", "--quiet", *map(str, arguments)])


def results(folder: Path) -> dict[str, dict]:
    with open(folder / "results.csv", newline="") as file:
        return {each["task"]: each for each in csv.DictReader(file)}


def refused(capsys, folder: Path, *arguments: object) -> str:
    before = sorted(folder.rglob("*"))
    assert regress(folder, *arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("pyssnn") and err.count("\n") == 1 and "Traceback" not in err
    assert sorted(folder.rglob("*")) == before
    return err


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run of two tasks and a user's own."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "twice.py").write_text(TASK)
    assert regress(folder, *QUICK, folder / "twice.py", "--name", "few", "--no-controls") == 0
    return folder / "few"


def test_a_run_leaves_networks_programs_and_a_table(run):
    found = results(run)
    assert [each["solved"] for each in found.values()] == ["true"] * 3 and list(found) == [*QUICK, "twice"]
    for name in found:
        assert (run / "networks" / f"{name}.npz").exists()
    assert (run / "figures" / "results.png").read_bytes().startswith(b"\x89PNG")
    assert "solved 3 of 3" in (run / "summary.txt").read_text()


def test_the_programs_are_python_that_runs(run):
    solve = runpy.run_path(str(run / "programs" / "Bit_Shift_Right.py"))["solve"]
    xs = [(1,), (0,), (1,), (1,)]
    assert solve(xs) == find_task("Bit_Shift_Right").solve(xs)
    assert runpy.run_path(str(run / "programs" / "twice.py"))["solve"]([(10**30,), (1,)]) == [2 * 10**30, 2 * 10**30 + 2]


def test_a_second_call_finds_it_done_and_a_lost_step_is_made_again_the_same(run):
    def contents() -> dict:
        return {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and path.name != "events.jsonl"}

    before = contents()
    again = (*QUICK, run.parent / "twice.py", "--name", "few", "--no-controls")
    assert regress(run.parent, *again) == 0
    assert contents() == before
    step = run / "steps" / "read" / "Current_Number.json"
    lost = json.loads(step.read_text())
    step.unlink()
    assert regress(run.parent, *again) == 0
    found = json.loads(step.read_text())
    assert {**found, "seconds": 0} == {**lost, "seconds": 0}


def test_another_configuration_is_refused(run, capsys):
    assert "seed" in refused(capsys, run.parent, *QUICK, run.parent / "twice.py", "--name", "few", "--no-controls", "--seed", 1)


def test_networks_are_inspected_and_summed_up(run, capsys):
    assert cli.main(["regress", "inspect", str(run / "networks" / "Bit_Shift_Right.npz"), "--out", str(run.parent / "picture.png")]) == 0
    told = capsys.readouterr().out
    assert "whitening" in told and "quantisation" in told and "h0" in told
    assert (run.parent / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert cli.main(["regress", "summary", str(run)]) == 0
    told = capsys.readouterr().out
    assert "Current_Number" in told and "zeros" in told


# A network of one's own


def test_a_network_without_a_truth_is_read(tmp_path, capsys):
    total().save(tmp_path / "mine.npz")
    assert cli.main(["regress", "--network", str(tmp_path / "mine.npz"), "--low", "-20", "--high", "20", "--results", str(tmp_path)]) == 0
    assert "def solve(xs):" in capsys.readouterr().out
    assert runpy.run_path(str(tmp_path / "regress_mine" / "program.py"))["solve"]([(5,), (10**40,)]) == [5, 10**40 + 5]


def test_a_network_that_says_nothing_simple_is_unsolved_with_exit_code_0(tmp_path, capsys):
    unreadable().save(tmp_path / "odd.npz")
    assert cli.main(["regress", "--network", str(tmp_path / "odd.npz"), "--low", "0", "--high", "100", "--results", str(tmp_path)]) == 0
    assert "unsolved" in capsys.readouterr().out


def spoiled(folder: Path) -> Path:
    total().save(folder / "nan.npz")
    arrays = dict(np.load(folder / "nan.npz"))
    arrays["update_0_weights"][0, 0] = np.nan
    np.savez(folder / "nan.npz", **arrays)
    return folder / "nan.npz"


def test_a_network_that_cannot_be_used_is_told_in_one_line(tmp_path, capsys):
    folder, path = tmp_path / "results", tmp_path / "net.npz"
    assert "finite" in refused(capsys, folder, "--network", spoiled(tmp_path), "--low", 0, "--high", 5)
    assert "no such file" in refused(capsys, folder, "--network", path, "--low", 0, "--high", 5)
    path.write_bytes(b"nothing")
    assert "network" in refused(capsys, folder, "--network", path, "--low", 0, "--high", 5)
    total().save(path)
    assert "--low and --high" in refused(capsys, folder, "--network", path)
    assert "more than low" in refused(capsys, folder, "--network", path, "--low", 5, "--high", 5)
    assert "length" in refused(capsys, folder, "--network", path, "--low", 0, "--high", 5, "--length", 0)
    np.savez(path, **{**dict(np.load(path)), "update_0_weights": np.array([[3e200], [1e200]])})
    assert "finite" in refused(capsys, folder, "--network", path, "--low", 0, "--high", 5)


# What cannot be used, and what cannot be learned


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1", "0 tasks"),
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        (TASK.replace("0, 30", "30, 0"), "more than low"),
        (TASK.replace("best + 2 * x", "best + x / 2"), "float"),
        (TASK.replace("found.append(best)", "pass"), "number of answers"),
        (TASK.replace("2 * x", "x // 0"), "ZeroDivisionError"),
    ],
)
def test_a_task_that_cannot_be_used_is_told_in_one_line(tmp_path, capsys, text, says):
    (tmp_path / "task.py").write_text(text)
    assert says in refused(capsys, tmp_path / "results", tmp_path / "task.py")


def test_what_is_asked_in_another_way_is_told_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("PYSSNN_CHAT_URL", raising=False)
    assert "one of" in refused(capsys, tmp_path)
    assert "Sum_All" in refused(capsys, tmp_path, "Sum_Al")
    assert "one of" in refused(capsys, tmp_path, "Sum_All", "--all")
    assert "--network" in refused(capsys, tmp_path, "Sum_All", "--low", 0)
    assert "no such file" in refused(capsys, tmp_path, tmp_path / "absent.py")
    assert "PYSSNN_CHAT_URL" in refused(capsys, tmp_path, "Sum_All", "--samples", 3)
    assert "--samples" in refused(capsys, tmp_path, "Sum_All", "--transcript", tmp_path / "x")
    assert "no such file" in refused(capsys, tmp_path, "Sum_All", "--samples", 1, "--transcript", tmp_path / "x").lower()
    assert "finished" in refused(capsys, tmp_path, "summary", tmp_path / "nothing")
    assert "networks" in refused(capsys, tmp_path, "inspect")


@pytest.mark.slow
def test_a_task_that_cannot_be_learned_is_unsolved_and_the_others_go_on(tmp_path):
    (tmp_path / "noise.py").write_text(UNLEARNABLE)
    assert regress(tmp_path, tmp_path / "noise.py", "Current_Number", "--name", "both", "--no-controls") == 0
    found = results(tmp_path / "both")
    assert (found["noise"]["solved"], found["Current_Number"]["solved"]) == ("false", "true")
    assert "solved 1 of 2" in (tmp_path / "both" / "summary.txt").read_text()


# The language model


def test_a_language_model_is_asked_recorded_and_scored(tmp_path, monkeypatch):
    answers = ["def solve(xs):\n    return [x for x, in xs]", "def solve(xs):\n    return [x if x < 100 else 0 for x, in xs]", "no idea"]
    arguments = ("Current_Number", "--no-controls", "--samples", 3, "--transcript", tmp_path / "said.jsonl")
    with serve(lambda messages, before: answers[before]) as url:
        monkeypatch.setenv("PYSSNN_CHAT_URL", url)
        monkeypatch.setenv("PYSSNN_CHAT_MODEL", "local")
        assert regress(tmp_path, *arguments, "--name", "asked") == 0
    monkeypatch.delenv("PYSSNN_CHAT_URL")
    assert regress(tmp_path, *arguments, "--name", "replayed") == 0
    for name in ("asked", "replayed"):
        (found,) = results(tmp_path / name).values()
        assert float(found["pass@3"]) == 1.0 and 0 < float(found["pass@1"]) < 1
    record = json.loads((tmp_path / "asked" / "steps" / "language" / "Current_Number.json").read_text())
    assert record["model"] == "local" and [attempt["solved"] for attempt in record["attempts"]][::2] == [True, False]
