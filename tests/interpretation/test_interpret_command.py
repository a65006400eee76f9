"""`pyssnn interpret`: a run folder for what can be read, one line and exit code 2 for what cannot."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch

from pyssnn.cli import main
from pyssnn.synthesis.build import SERVICE

from .planted import Function, uniform

needs_core = pytest.mark.skipif(not SERVICE.exists(), reason="the OCaml core is not built")


def exported(path, module, d: int = 2):
    dynamic = ({0: torch.export.Dim("n", min=2)},)
    torch.export.save(torch.export.export(module, (torch.ones(8, d),), dynamic_shapes=dynamic), path)
    return path


def saved(path, points):
    np.save(path, points)
    return path


@pytest.fixture
def command(tmp_path, capsys):
    def run(*arguments) -> tuple[int, str]:
        code = main(["interpret", "--results", str(tmp_path / "results"), *map(str, arguments)])
        return code, capsys.readouterr().err

    return run


@needs_core
def test_a_users_network_is_read_into_a_run_folder(tmp_path, command):
    model = exported(tmp_path / "net.pt2", Function(lambda x, v: torch.exp(x * v)))
    data = saved(tmp_path / "x.npy", uniform(200, 2))
    assert command("--model", model, "--data", data, "--inputs", "a,b", "--max-programs", 5000)[0] == 0
    folder = tmp_path / "results" / "interpret_net"
    result = json.loads((folder / "steps" / "result.json").read_text())
    assert result["best"]["form"] == "a*b" and result["verdict"] == "found"
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert "a*b" in (folder / "report.md").read_text()
    assert command("--model", model, "--data", data, "--inputs", "a,b", "--max-programs", 5000)[0] == 0  # resumes


@pytest.mark.parametrize(
    ("f", "points", "says"),
    [
        (lambda x, v: x * 0 + 1, uniform(300, 2), "constant"),
        (lambda x, v: x + v, np.full((300, 2), np.nan), "not finite"),
        (lambda x, v: x + v, uniform(300, 3), "2 inputs|shape|error"),
        (lambda x, v: x + v, uniform(10, 2), "10 points"),
        (lambda x, v: x + v, np.array([["a", "b"]]), "type"),
    ],
    ids=["constant", "nan", "dimension", "few", "text"],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path, command, f, points, says):
    model, data = exported(tmp_path / "net.pt2", Function(f)), saved(tmp_path / "x.npy", points)
    code, told = command("--model", model, "--data", data)
    assert code == 2
    (line,) = [each for each in told.splitlines() if each.startswith("pyssnn: ")]
    assert any(word in line for word in says.split("|"))
    assert "Traceback" not in told
    assert not (tmp_path / "results").exists()


def broken(tmp_path, kind: str):
    path = tmp_path / "net.pt2"
    if kind == "text":
        path.write_text("no model")
    elif kind == "zip":
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", "b")
    elif kind == "pickle":
        torch.save(torch.nn.Linear(2, 1).state_dict(), path)
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize("kind", ["absent", "text", "zip", "pickle", "folder"])
def test_a_model_that_cannot_be_loaded_is_told_in_one_line(tmp_path, command, kind):
    code, told = command("--model", broken(tmp_path, kind), "--data", saved(tmp_path / "x.npy", uniform(300, 2)))
    assert code == 2
    assert [line for line in told.splitlines() if line.startswith("pyssnn: ")] and "net.pt2" in told


@pytest.mark.parametrize(
    "arguments",
    [(), ("--all", "harmonic"), ("nothing",), ("harmonic", "--seeds", 0), ("--model", "net.pt2"), ("harmonic", "--steps", 0), ("--all", "--name", "..")],
)
def test_options_that_make_no_sense_are_told(command, tmp_path, arguments):
    code, told = command(*arguments)
    assert code == 2 and told.startswith("pyssnn: ") and told.count("\n") == 1
    assert not (tmp_path / "results").exists()


@needs_core
@pytest.mark.parametrize("workers", [1, 2])
def test_experiments_leave_a_folder_whatever_is_found(tmp_path, command, workers):
    assert command("harmonic", "quadratic", "--steps", 20, "--max-programs", 1000, "--workers", workers)[0] == 0
    folder = tmp_path / "results" / "interpret_harmonic_quadratic"
    assert set(json.loads((folder / "results.json").read_text())) == {"harmonic/seed_0", "quadratic/seed_0"}
    assert {path.name for path in (folder / "networks").iterdir()} == {"harmonic_0.safetensors", "quadratic_0.safetensors"}


@needs_core
def test_networks_that_are_there_are_read_again_and_not_trained(tmp_path, command):
    def folder() -> dict:
        assert command("harmonic", "--steps", 20, "--max-programs", 1000, "--workers", 1)[0] == 0
        return json.loads((tmp_path / "results" / "interpret_harmonic" / "results.json").read_text())

    first = folder()
    network = tmp_path / "results" / "interpret_harmonic" / "networks" / "harmonic_0.safetensors"
    trained = network.read_bytes()
    shutil.rmtree(tmp_path / "results" / "interpret_harmonic" / "steps")
    again = folder()
    assert network.read_bytes() == trained
    for results in (first, again):
        del results["harmonic/seed_0"]["seconds"], results["harmonic/seed_0"]["seconds_search"]
    assert again == first and again["harmonic/seed_0"]["training"]["seconds"] > 0

    shutil.rmtree(tmp_path / "results" / "interpret_harmonic" / "steps")
    network.write_bytes(trained[:100])
    code, told = command("harmonic", "--steps", 20, "--max-programs", 1000, "--workers", 1)
    assert code == 2 and "harmonic_0.safetensors" in told and "Traceback" not in told


@needs_core
@pytest.mark.slow
def test_an_experiment_is_recovered_and_resumed(tmp_path, command):
    assert command("harmonic", "--steps", 1000, "--workers", 1)[0] == 0
    folder = tmp_path / "results" / "interpret_harmonic"
    results = json.loads((folder / "results.json").read_text())
    assert results["harmonic/seed_0"]["verdict"] == "recovered"
    assert (folder / "figures" / "harmonic_0.png").exists() and (folder / "networks" / "harmonic_0.safetensors").exists()
    before = (folder / "steps" / "harmonic" / "seed_0.json").stat().st_mtime_ns
    assert command("harmonic", "--steps", 1000, "--workers", 1)[0] == 0
    assert (folder / "steps" / "harmonic" / "seed_0.json").stat().st_mtime_ns == before
