"""The command: what it prints, the folders it leaves, its exit codes, and one line for each thing that a user can get wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pyssnn import cli
from pyssnn.cli import experiments
from pyssnn.evolution.config import BACKENDS, SELECTIONS, WEIGHTINGS
from pyssnn.experiments import PROFILES
from pyssnn.networks import PRECISIONS
from pyssnn.raven import TARGETS
from pyssnn.runs import Run
from pyssnn.synthesis import incorporate_stitch
from pyssnn.synthesis.core import CoreError

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT.parent / "shared" / "reference" / "ssn_0_0"
TINY = ["--n-train", "8", "--n-evaluation", "8", "--n-test", "8", "--epochs", "1", "--n-baseline", "2", "--workers", "1"]
needs_archive = pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/reference/ssn_0_0")
needs_core = pytest.mark.skipif(
    not (ROOT / "_build" / "default" / "synth" / "bin" / "explore.exe").exists(), reason="needs the OCaml core: make"
)


@pytest.fixture(scope="module")
def puzzles(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "puzzles"
    assert cli.main(["raven", "--n", "32", "--out", str(folder), "--workers", "1", "--quiet"]) == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(capsys, *arguments: object) -> str:
    """The one line on standard error with which the command refuses `arguments`."""
    assert cli.main([str(a) for a in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("pyssnn") and err.count("\n") == 1
    return err


# Doing


def test_puzzles_are_made_and_found_again(puzzles, capsys):
    before = contents(puzzles)
    assert cli.main(["raven", "--n", "32", "--out", str(puzzles)]) == 0
    assert capsys.readouterr().out == f"32 puzzles in {puzzles}\n"
    assert contents(puzzles) == before


def test_a_baseline_is_trained_drawn_and_told_about_and_a_second_time_is_found_done(puzzles, tmp_path, capsys):
    command = ["baseline", "--name", "b", "--data", str(puzzles), "--results", str(tmp_path), *TINY]
    assert cli.main(command) == 0
    out, err = capsys.readouterr()
    assert f"Finished: {tmp_path / 'b'}\n" in out and f"Figures: {tmp_path / 'b' / 'figures'}\n" in out
    assert "Test accuracy of the baseline's best network" in out
    assert "2/2" in err
    assert {f.name for f in (tmp_path / "b" / "figures").iterdir()} == {"baseline.pdf", "baseline.png"}

    before = contents(tmp_path / "b")
    assert cli.main(command) == 0
    assert "Finished before" in capsys.readouterr().out
    after = contents(tmp_path / "b")
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {"events.jsonl", "report.html"}  # which tells how long things took

    assert cli.main(["status", str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert "seed 0: finished" in out and "2 of 2 networks" in out and "remains" not in out


@needs_core
def test_a_population_is_evolved_and_drawn(puzzles, tmp_path, capsys):
    small = ["--iterations", "1", "--population-size", "2", "--n-preserved", "1", "--max-programs", "200000"]
    assert cli.main(["evolve", "--name", "e", "--data", str(puzzles), "--results", str(tmp_path), *TINY, *small]) == 0
    out = capsys.readouterr().out
    assert "Test accuracy of the networks that the last selection kept" in out
    log = json.loads((tmp_path / "e" / "log.json").read_text())
    assert len(log) == 1 and len(log[0]["nn_training"]) == 2
    figures = {f.stem for f in (tmp_path / "e" / "figures").iterdir()}
    assert figures == {"baseline", "experiment", "iterations", "population"}
    assert (tmp_path / "e" / "report.html").exists()


@needs_core
def test_where_and_how_networks_are_trained_is_said_on_the_command_line(puzzles, tmp_path, capsys):
    small = ["--iterations", "1", "--population-size", "2", "--n-preserved", "1", "--max-programs", "200000", "--no-figures"]
    how = ["--epochs", "2", "--rungs", "1", "--stack", "2", "--precision", "bfloat16", "--scheduler", "local"]
    assert cli.main(["evolve", "--name", "e", "--data", str(puzzles), "--results", str(tmp_path), *TINY, *small, *how]) == 0
    config = json.loads((tmp_path / "e" / "run.json").read_text())["config"]
    assert (config["racing"], config["stack"], config["training"]["precision"]) == ({"rungs": [1]}, 2, "bfloat16")
    assert "scheduler" not in config
    assert "1 stopped after epoch 1, 1 go on" in capsys.readouterr().err


@pytest.mark.parametrize("scheduler", ["torque", "tcp:host"])
def test_a_scheduler_that_there_is_not_is_named_and_no_run_begun(puzzles, tmp_path, capsys, scheduler):
    line = refused(capsys, "baseline", "--data", puzzles, "--results", tmp_path / "r", *TINY, "--scheduler", scheduler)
    assert f"scheduler: found '{scheduler}'" in line and not (tmp_path / "r").exists()


@needs_core
def test_exploring_prints_what_was_found_and_where_it_is(tmp_path, capsys):
    dsl = tmp_path / "dsl_0.json"
    dsl.write_bytes((ROOT / "graph" / "dsls" / "dsl_0.json").read_bytes())
    found = tmp_path / "made" / "representations"
    command = ["explore", str(dsl), "--representations", str(found), "--novel", "2", "--max-programs", "200000"]
    assert cli.main(command) == 0
    out = capsys.readouterr().out
    assert "(push (add (connect identity)))" in out
    assert "2 new" in out and "Stopped by: --max-programs" in out and str(tmp_path / "dsl_1.json") in out
    assert len(list(found.iterdir())) == 2

    before = contents(tmp_path)  # the next DSL is not overwritten
    assert "dsl_1.json: found a file" in refused(capsys, *command)
    assert contents(tmp_path) == before

    little = ["--next-dsl", str(tmp_path / "dsl_2.json"), "--workers", "2", "--contextual", "--memory-limit", "2000000", "--max-programs", "100000000"]
    assert cli.main([*command, *little]) == 0
    assert "Stopped by: --memory-limit" in capsys.readouterr().out


@needs_core
def test_a_library_is_told_with_what_its_primitives_do(tmp_path, capsys):
    grown = tmp_path / "grown.json"
    incorporate_stitch(
        dsl_file=ROOT / "graph" / "dsls" / "dsl_0.json",
        next_dsl_file=grown,
        representations_dir=tmp_path,
        invented_primitives=[{"name": "fn_0", "body": "(push (add (connect #0)))"}],
        replacements=[],
    )
    assert cli.main(["library", str(grown)]) == 0
    header, first, *rest, last = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "stable", "name", "type", "mass", "weight", "description"]
    assert first.split("  ")[0] == "fn_0" and " T -> T " in first and " 3  -2.398  pushes, adds a node, connects it back" in first
    assert len(rest) == 10 and rest[-1].startswith("connect ")
    assert last == "T is graph_state -> graph_state; weights are in nats; size 11, mass 14"

    assert "absent.json" in refused(capsys, "library", tmp_path / "absent.json")
    grown.write_text("{}")
    assert "grown.json" in refused(capsys, "library", grown)


@needs_archive
def test_the_archive_of_the_original_is_drawn(tmp_path, capsys):
    assert cli.main(["plot", str(ARCHIVE), "--out", str(tmp_path)]) == 0
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert files and all(file.parent == tmp_path and file.stat().st_size > 10_000 for file in files)


def test_figures_of_what_is_not_a_run_go_beside_the_results(tmp_path, monkeypatch):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "b_0.json").write_text('{"train": {"perf": 0.9}, "eval": {"perf": 0.6}}')
    monkeypatch.chdir(tmp_path)
    assert cli.main(["plot", "logs", "--quiet"]) == 0
    assert sorted(contents(tmp_path)) == ["logs/b_0.json", "results/figures/logs/baseline.pdf", "results/figures/logs/baseline.png"]


def test_the_status_of_a_stopped_run_tells_what_remains(tmp_path, capsys):
    with Run.create_or_resume(tmp_path / "r", "experiment", {"iterations": 2, "n_baseline": 2}, seed=3) as run:
        run.record("baseline/baseline_0_7", {})
        run.record("iteration_000/explore_initially", {"members": ["a", "b", "c"]})
        run.record("iteration_000/train/a_1", {})
        assert cli.main(["status", str(run.folder)]) == 0
        assert "seed 3: running" in capsys.readouterr().out
    assert cli.main(["status", str(tmp_path / "r")]) == 0
    out = capsys.readouterr().out
    assert "seed 3: stopped" in out
    for line in (
        "  baseline      1 of 2 networks",
        "  iteration 1   1 of 3 networks",
        "  iteration 2   not begun",
        "  iteration 1: 2 networks, selection, compression, exploration",
        "  iteration 2: everything",
    ):
        assert line in out.splitlines()


def test_the_doctor_names_what_is_there_and_fails_if_something_required_is_not(capsys):
    code = cli.main(["doctor"])
    out, err = capsys.readouterr()
    assert code == (1 if "MISSING" in out else 0) == (1 if err else 0)
    lines = {line.split()[1]: line for line in out.splitlines()}
    assert {"python", "torch", "dgl", "raven-gen", "stitch-core", "ocaml", "dune", "explore.exe", "cpu", "cuda"} <= lines.keys()
    assert lines["torch"].startswith("ok")


def test_help_is_quick_because_nothing_heavy_is_imported():
    script = "import sys; from pyssnn.cli import main; main(['--help']); sys.exit(bool({'torch', 'matplotlib', 'rich', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True).returncode == 0


def test_quiet_says_nothing(puzzles, capsys):
    assert cli.main(["raven", "--n", "32", "--out", str(puzzles), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


# Refusing


def test_a_missing_data_set_is_named_and_no_run_begun(tmp_path, capsys):
    assert str(tmp_path / "absent") in refused(capsys, "baseline", "--data", tmp_path / "absent", "--results", tmp_path / "results")
    assert contents(tmp_path) == {} and not (tmp_path / "results").exists()


def test_too_few_puzzles_for_the_split(puzzles, tmp_path, capsys):
    line = refused(capsys, "baseline", "--data", puzzles, "--results", tmp_path / "results", "--n-train", 1000)
    assert "32" in line and not (tmp_path / "results").exists()


def test_a_run_of_another_configuration_is_not_touched(puzzles, tmp_path, capsys):
    with Run.create_or_resume(tmp_path / "b", "baseline", {"other": 1}, seed=0):
        pass
    before = contents(tmp_path)
    assert "run.json" in refused(capsys, "baseline", "--name", "b", "--data", puzzles, "--results", tmp_path, *TINY)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["raven", "--n", "0"], "n: found 0"),
        (["raven", "--workers", "0"], "workers: found 0"),
        (["evolve", "--selection", "validation"], "n_validation: found 0"),
        (["evolve", "--population-size", "2", "--n-preserved", "3"], "population_size: found 2"),
        (["evolve", "--n-train", "0"], "n_train: found 0"),
        (["evolve", "--rungs", "4,4"], "racing.rungs: found [4, 4]"),
        (["evolve", "--rungs", "14"], "racing.rungs: found [14]"),
        (["evolve", "--stack", "0"], "stack: found 0"),
        (["evolve", "--slurm", "partition"], "--slurm: found 'partition'"),
        (["baseline", "--name", "../b"], "--name: found '../b'"),
        (["explore", "dsl.json", "--representations", "r"], "--next-dsl"),
        (["plot", "absent"], "absent: found no folder"),
        (["status", "absent"], "absent/run.json: found no such file"),
    ],
)
def test_each_bad_argument_has_one_line_and_changes_nothing(tmp_path, monkeypatch, capsys, arguments, named):
    monkeypatch.chdir(tmp_path)
    assert named in refused(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


@needs_core
@pytest.mark.parametrize("damage", ["truncated DSL", "wrong option", "representation without a program"])
def test_exploring_from_a_damaged_workspace_changes_nothing(tmp_path, capsys, damage):
    text = (ROOT / "graph" / "dsls" / "dsl_0.json").read_text()
    (tmp_path / "dsl_0.json").write_text(text[:300] if damage == "truncated DSL" else text)
    folder = tmp_path / "new" / "r"
    if damage == "representation without a program":
        folder.mkdir(parents=True)
        (folder / "x.json").write_text("{}")
    before = contents(tmp_path)
    named = {"truncated DSL": "dsl_0.json", "wrong option": "max_conn"}.get(damage, "x.json.program")
    wrong = ["--max-conn", 0] if damage == "wrong option" else []
    assert named in refused(capsys, "explore", tmp_path / "dsl_0.json", "--representations", folder, *wrong)
    assert contents(tmp_path) == before and folder.parent.exists() == (damage == "representation without a program")


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "experiment"}'])
def test_a_damaged_description_of_a_run(tmp_path, capsys, text):
    (tmp_path / "run.json").write_text(text)
    assert "run.json" in refused(capsys, "status", tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("steps/iteration_000/explore_initially.json", b"{}"),
        ("steps/iteration_000/select.json", b"[]"),
        ("steps/iteration_000/compress.json", b"{}"),
        ("steps/iteration_000/explore.json", b'{"members": 3}'),
        ("events.jsonl", b"\x89PNG\xff\xfe"),
    ],
)
def test_a_damaged_file_of_a_run_is_named_with_what_to_do(tmp_path, capsys, file, content):
    with Run.create_or_resume(tmp_path / "r", "experiment", {"iterations": 1, "n_baseline": 1}, seed=3) as run:
        run.record("iteration_000/explore_initially", {"members": ["a"]})
    path = run.path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    line = refused(capsys, "status", run.folder)
    assert path.name in line and "delete" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "pyssnn: the following arguments are required: command"),
        (["fly"], "pyssnn: argument command: invalid choice: 'fly'"),
        (["raven", "--n", "many"], "pyssnn raven: argument --n: invalid int value: 'many'"),
        (["raven", "--fast"], "pyssnn raven: unrecognized arguments: --fast"),
        (["evolve", "--profile", "huge"], "pyssnn evolve: argument --profile: invalid choice: 'huge'"),
        (["evolve", "--target", "huge"], "pyssnn evolve: argument --target: invalid choice: 'huge'"),
        (["evolve", "--epochs", "x"], "pyssnn evolve: argument --epochs: invalid int value: 'x'"),
        (["evolve", "--stack", "x"], "pyssnn evolve: argument --stack: found 'x'"),
        (["evolve", "--rungs", "4;8"], "pyssnn evolve: argument --rungs: found '4;8'"),
        (["baseline", "--selection", "x"], "pyssnn baseline: argument --selection: invalid choice: 'x'"),
        (["status", "r", "--quiet"], "pyssnn status: unrecognized arguments: --quiet"),
    ],
)
def test_arguments_that_do_not_parse_have_one_line(arguments, said, capsys):
    line = refused(capsys, *arguments)
    assert line.startswith(said) and "--help" in line


def test_the_choices_are_those_that_there_are():
    assert set(experiments._PROFILES) == set(PROFILES)
    choices = {field: set(kind) for field, (kind, _) in experiments._OVERRIDES.items() if isinstance(kind, tuple)}
    known = {"selection": SELECTIONS, "target": TARGETS, "backend": BACKENDS, "compression.weighting": WEIGHTINGS}
    known["training.precision"] = PRECISIONS
    assert choices == {field: set(values) for field, values in known.items()}


def test_help_names_types(capsys):
    assert cli.main(["evolve", "--help"]) == 0
    out = capsys.readouterr().out
    assert "--epochs INT" in out and "--name NAME" in out and "TRAINING" not in out


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(28, "No space left on device", "results/r/log.json"), 2, "pyssnn: results/r/log.json: No space left on device\n"),
        (OSError("the disk\nis gone"), 2, "pyssnn: the disk is gone\n"),
        (RuntimeError("a worker process\nwas ended"), 1, "pyssnn: RuntimeError: a worker process was ended (PYSSNN_DEBUG=1 shows where)\n"),
        (CoreError("Not_found"), 1, "pyssnn: CoreError: Not_found (PYSSNN_DEBUG=1 shows where)\n"),
    ],
)
def test_a_run_that_breaks_says_so_in_one_line_unless_a_traceback_is_asked_for(puzzles, tmp_path, monkeypatch, capsys, error, code, said):
    def broken(*_, **__):
        raise error

    monkeypatch.delenv("PYSSNN_DEBUG", raising=False)
    monkeypatch.setattr("pyssnn.experiments.train_baseline", broken)
    command = ["baseline", "--data", str(puzzles), "--results", str(tmp_path), "--quiet", *TINY]
    assert cli.main(command) == code
    assert capsys.readouterr() == ("", said)
    monkeypatch.setenv("PYSSNN_DEBUG", "1")
    with pytest.raises(type(error)):
        cli.main(command)


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path, capsys):
    (tmp_path / "dsl_0.json").mkdir()
    (tmp_path / "r").write_text("in the way")
    assert "dsl_0.json" in refused(capsys, "explore", tmp_path / "dsl_0.json", "--representations", tmp_path / "s")
    dsl = ROOT / "graph" / "dsls" / "dsl_0.json"
    arguments = ["--representations", tmp_path / "r" / "s", "--next-dsl", tmp_path / "next.json"]
    assert f"{tmp_path / 'r' / 's'}: Not a directory" in refused(capsys, "explore", dsl, *arguments)


def test_an_interrupt_says_how_to_go_on(puzzles, tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("pyssnn.experiments.run_baseline", interrupted)
    assert cli.main(["baseline", "--data", str(puzzles), "--results", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "pyssnn: interrupted; what is finished is kept; the same command goes on from there\n"


def test_no_module_imports_the_command():
    importing = [p for p in (ROOT / "pyssnn").rglob("*.py") if "pyssnn.cli" in p.read_text() and p.name != "__main__.py" and p.parent.name != "cli"]
    assert importing == []
