"""`pyssnn distill`: run folders, exit codes, what is printed, and one line for each thing that a user can get wrong."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pyssnn import cli
from pyssnn.distillation import Layer, Network
from pyssnn.distillation.comparison import ComparisonConfig
from pyssnn.distillation.files import save_csv, save_network
from pyssnn.distillation.running import DistillConfig, run_tasks
from pyssnn.distillation.tasks import find_task

QUICK = ["--no-baselines", "--no-figures"]


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def program_in(path):
    space: dict = {}
    exec(path.read_text(), space)
    return space["program"]


def refused(capsys, *arguments) -> str:
    assert cli.main(["distill", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("pyssnn") and err.count("\n") == 1
    return err


def refused_after_saying(capsys, *arguments) -> str:
    capsys.readouterr()
    assert cli.main(["distill", *map(str, arguments)]) == 2
    return capsys.readouterr().err


@pytest.fixture(scope="module")
def majority(tmp_path_factory):
    """Network files of the majority of 4 to 7 bits."""
    folder = tmp_path_factory.mktemp("networks")
    for n in (4, 5, 6, 7):
        save_network(find_task("majority").train((n,)), folder / f"n{n}.npz")
    return folder


def noisy(tmp_path, seed=0, sizes=(12, 24, 8)):
    rng = np.random.default_rng(seed)
    layers = [Layer(rng.normal(size=(a, b)), rng.normal(size=b), "sign", (-1, 0, 1), (b,)) for a, b in zip(sizes, sizes[1:], strict=False)]
    save_network(Network(tuple(layers), sizes[:1], (-1, 1)), tmp_path / "noise.npz")
    return tmp_path / "noise.npz"


# Doing


def test_a_task_leaves_program_proof_table_and_figure(tmp_path, capsys):
    command = ["distill", "at-least-3", "--results", str(tmp_path), "--out", str(tmp_path / "mine.py"), "--no-baselines"]
    assert cli.main(command) == 0
    said = capsys.readouterr().out
    assert "proven for any size" in said and "100.0 %" in said
    folder = tmp_path / "distill_at-least-3"
    files = set(contents(folder / "at-least-3"))
    assert {"program.py", "program_numpy.py", "proof.json", "units.txt", "grouped.png", "grouped.pdf", "network.npz"} <= files
    assert json.loads((folder / "at-least-3" / "proof.json").read_text())["verdict"] == "proven"
    assert (folder / "table.txt").read_text() in said
    assert program_in(tmp_path / "mine.py")([1, 0, 1, 0, 0, 1, 0]) == [1] and program_in(tmp_path / "mine.py")([1, 0, 1] + 9 * [0]) == [0]
    assert cli.main(["status", str(folder)]) == 0
    assert "finished" in capsys.readouterr().out


def test_equal_runs_have_equal_folders_and_a_stopped_one_goes_on(tmp_path):
    config = DistillConfig(("majority", "full-adder"), rules=(90, 110), baselines=None)
    run_tasks(config, tmp_path / "one", figures=False)
    run_tasks(config, tmp_path / "two", figures=False)
    for path in ("steps/finished.json", "steps/tasks/ca-90.json", "table.txt", "log.json"):
        (tmp_path / "two" / path).unlink()
    run_tasks(config, tmp_path / "two", figures=False)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.pop("events.jsonl") != two.pop("events.jsonl")
    assert one == two
    assert b"2 of 2 proven, 2 for any size, 0 of" in one["table.txt"]


def test_the_table_has_baselines_and_the_comparison(tmp_path):
    from pyssnn.distillation.baselines import BaselineConfig

    comparison = ComparisonConfig(sizes=((5, 50, 10),), exact_up_to=0)
    config = DistillConfig(("maxsat",), baselines=BaselineConfig(epochs=1), comparison=comparison)
    with run_tasks(config, tmp_path / "run", figures=False) as run:
        record = run.recorded("tasks/maxsat")
    assert record["verdict"] == "proven" and record["lines"] <= 25 and set(record["tests"].values()) == {1.0}
    assert set(record["baselines"]["mlp"]) == {"one clause, 10x50", "many clauses, 10x50"}
    text = (tmp_path / "run" / "table.txt").read_text()
    for word in ("500", "johnson", "3/4-approximation", "MLP"):
        assert word in text or word == "500"


def test_files_of_several_sizes_become_a_program_for_any(majority, tmp_path, capsys):
    files = {n: str(majority / f"n{n}.npz") for n in (4, 5, 6, 7)}
    out = tmp_path / "program.py"
    command = ["distill", files[6], "--input", "I:6", "--also", files[4], files[5], "--check-size", files[7], "--out", str(out)]
    assert cli.main([*command, "--results", str(tmp_path)]) == 0
    assert "proven" in capsys.readouterr().out
    program = program_in(out)
    assert [program([1] * ones + [0] * (101 - ones)) for ones in (50, 51)] == [[-1], [1]]
    assert program([1, 0]) == [0]


def test_a_folder_of_csv_files_is_condensed_too(majority, tmp_path, capsys):
    save_csv(find_task("majority").train((5,)), tmp_path / "csv")
    assert cli.main(["distill", str(tmp_path / "csv"), "--results", str(tmp_path), "--no-figures"]) == 0
    assert "def program(x):" in capsys.readouterr().out


def test_csv_files_are_read_with_the_activations_and_values_that_are_told(tmp_path, capsys):
    (tmp_path / "sum").mkdir()
    (tmp_path / "sum" / "a.csv").write_text("2\n2\n2\n1\n")
    told = ["--activations", "linear", "--values", "-1", "1", "--out", str(tmp_path / "sum.py")]
    assert cli.main(["distill", str(tmp_path / "sum"), "--results", str(tmp_path), "--no-figures", *told]) == 0
    assert program_in(tmp_path / "sum.py")([1, -1, 1]) == [3]
    assert cli.main(["distill", str(tmp_path / "sum"), "--results", str(tmp_path), "--no-figures", *told]) == 0
    (tmp_path / "sum.py").write_text("mine")
    assert "another text" in refused_after_saying(capsys, tmp_path / "sum", "--results", tmp_path, "--no-figures", *told)


def test_a_dense_network_without_structure_has_no_program_and_code_4(tmp_path, capsys):
    out = tmp_path / "program.py"
    assert cli.main(["distill", str(noisy(tmp_path)), "--results", str(tmp_path), "--out", str(out)]) == 4
    assert "no compact program" in capsys.readouterr().out
    assert not out.exists() and not list(tmp_path.rglob("program*.py"))


def test_floats_that_cannot_be_certified_are_approximate_with_a_bound_and_code_3(tmp_path, capsys):
    weights = np.ones((20, 1)) + np.random.default_rng(0).normal(size=(20, 1)) * 1e-3
    layers = (Layer(weights, [0.0], "linear", (0, 0.5, 1), (1,)),)
    save_network(Network(layers, (20,), (0, 1)), tmp_path / "a.npz")
    assert cli.main(["distill", str(tmp_path / "a.npz"), "--results", str(tmp_path), "--no-figures"]) == 3
    assert "approximate" in capsys.readouterr().out
    proof = json.loads((tmp_path / "distill_a" / "proof.json").read_text())
    x = np.random.default_rng(1).integers(0, 2, (200, 20))
    program = program_in(tmp_path / "distill_a" / "program.py")
    errors = np.abs([program(list(row))[0] for row in x] - (x @ weights)[:, 0])
    assert 0 < errors.max() <= proof["bound"] < 0.1


def test_quiet_says_nothing(tmp_path, capsys):
    assert cli.main(["distill", "majority", "--results", str(tmp_path), "--quiet", *QUICK]) == 0
    assert capsys.readouterr() == ("", "")


# Refusing


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "no target"),
        (["life", "--all"], "a target and --all"),
        (["chess"], "ca-1 to ca-254, life"),
        (["ca-255"], "ca-255"),
        (["missing.npz"], "no such file"),
        (["life", "--also", "x.npz"], "a network's file with them"),
        (["life", "--input", "6x6"], "a network's file with them"),
        (["life", "--values", "0", "1"], "a network's file with them"),
        (["--all", "--out", "x.py"], "one target"),
        (["life", "--name", "../x"], "--name"),
    ],
)
def test_each_bad_argument_has_one_line_and_changes_nothing(tmp_path, monkeypatch, capsys, arguments, named):
    monkeypatch.chdir(tmp_path)
    assert named in refused(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("shape", "named"), [("6x", "--input"), ("I:2x4", "input_shape"), ("I:0", "input_shape"), ("two", "--input")])
def test_shapes_that_are_refused(majority, tmp_path, capsys, shape, named):
    assert named in refused(capsys, majority / "n6.npz", "--input", shape, "--results", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_network_files_that_are_refused_leave_nothing(tmp_path, capsys):
    (tmp_path / "ragged").mkdir()
    (tmp_path / "ragged" / "a.csv").write_text("1,2\n3\n")
    (tmp_path / "nan").mkdir()
    (tmp_path / "nan" / "a.csv").write_text("1,nan\n3,1\n")
    (tmp_path / "chain").mkdir()
    (tmp_path / "chain" / "a.csv").write_text("1,2\n3,1\n")
    (tmp_path / "chain" / "b.csv").write_text("1\n3\n1\n2\n")
    (tmp_path / "text.npz").write_text("no")
    for name, named in (("ragged", "line 2"), ("nan", "not finite"), ("chain", "layer 1"), ("text.npz", "no archive")):
        assert named in refused(capsys, tmp_path / name, "--results", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_an_npz_says_its_activations_itself(majority, tmp_path, capsys):
    assert "says them itself" in refused(capsys, majority / "n6.npz", "--activations", "sign", "--results", tmp_path / "r")


def test_a_file_that_is_there_is_not_written_over(majority, tmp_path, capsys):
    (tmp_path / "mine.py").write_text("mine")
    assert "mine.py is there" in refused(capsys, majority / "n6.npz", "--out", tmp_path / "mine.py", "--results", tmp_path / "r")
    assert (tmp_path / "mine.py").read_text() == "mine" and not (tmp_path / "r").exists()
