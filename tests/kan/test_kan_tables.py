"""The command's `kan fit`: tables in, scores and formulas out, one line for what is wrong."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from pyssnn import cli
from pyssnn.kan import load_network
from pyssnn.kan.tables import read_table


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    random = np.random.default_rng(0)
    rows = [(a, b, c, math.sin(2 * a) + b * b) for a, b, c in random.uniform(-1, 1, (120, 3)).tolist()]
    path.write_text("a,b,noise,y\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def refused(capsys, *arguments: object) -> str:
    assert cli.main(["kan", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("pyssnn") and err.count("\n") == 1
    return err


def test_a_table_is_fitted_told_and_written_only_where_asked(table, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "found"
    assert cli.main(["kan", "fit", str(table), "--target", "y", "--hidden", "1", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert re.search(r"regression of y: R² (0\.9|1\.0)", told) and "columns used: a, b\n" in told and "y = " in told
    assert {path.name for path in out.iterdir()} == {"network.pdf", "network.safetensors", "report.json"}
    report = json.loads((out / "report.json").read_text())
    read = read_table(table, "y")
    x = torch.from_numpy((read.x - report["column_means"]) / report["column_scales"])
    y = load_network(out / "network.safetensors")(x)[:, 0].detach().numpy() * report["target_scale"] + report["target_mean"]
    assert 1 - ((y - read.y) ** 2).sum() / ((read.y - read.y.mean()) ** 2).sum() > 0.95
    assert list(tmp_path.iterdir()) == [out]
    assert "found" in refused(capsys, "fit", table, "--target", "y", "--out", out)
    assert "is a file" in refused(capsys, "fit", table, "--target", "y", "--out", out / "report.json" / "more")


def test_texts_are_classes(table, tmp_path, capsys):
    lines = table.read_text().splitlines()[1:]
    texts = ["size,noise,kind", *(f"{a},{c},{'large' if float(a) > 0 else 'small'}" for a, _, c, _ in (line.split(",") for line in lines))]
    path = tmp_path / "classes.csv"
    path.write_text("\n".join(texts))
    assert cli.main(["kan", "fit", str(path), "--target", "kind", "--hidden", "1"]) == 0
    told = capsys.readouterr().out
    assert "classification of kind: accuracy" in told and "columns used: size\n" in told
    assert [p.name for p in tmp_path.iterdir()] == ["classes.csv"]


def test_huge_values_are_fitted_like_others(tmp_path, capsys):
    (tmp_path / "huge.csv").write_text("a,y\n" + "".join(f"{k}e200,{k * k}e300\n" for k in range(20)))
    assert cli.main(["kan", "fit", str(tmp_path / "huge.csv"), "--target", "y", "--hidden", "1", "--whole"]) == 0
    assert re.search(r"R² (0\.9|1\.0)", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a,y\n1,2\n,3\n", "line 3, column 'a'"),
        ("a,y\n1,2\nnan,3\n", "line 3, column 'a'"),
        ("a,y\n1,2\nred,3\n", "'red'"),
        ("a,y\n1,2\n1,inf\n", "column 'y'"),
        ("a,y\n1,2\n3,\n", "line 3, column 'y'"),
        ("a,y\n1,2\n3\n", "line 3: found 1 cells"),
        ("a,y\n1,2\n\n\nred,3\n", "line 5, column 'a'"),
        ("a,y\n1,2\n3,2\n", "in every line"),
        ("a,a\n1,2\n3,4\n", "a name twice"),
        ("a,y\n1,2\n", "2 lines"),
        ("y\n1\n2\n", "the target alone"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_with_the_place(text, where, tmp_path, capsys):
    (tmp_path / "table.csv").write_text(text)
    assert where in refused(capsys, "fit", tmp_path / "table.csv", "--target", "a" if text.startswith("a,a") else "y")


def test_options_that_cannot_be_used_are_refused(table, tmp_path, capsys):
    assert "one of a, b, noise, y" in refused(capsys, "fit", table, "--target", "z")
    assert "absent.csv" in refused(capsys, "fit", tmp_path / "absent.csv", "--target", "y")
    assert "--hidden" in refused(capsys, "fit", table, "--target", "y", "--hidden", "3,x")
    assert "test_share" in refused(capsys, "fit", table, "--target", "y", "--test-share", "1.5")
    assert "seed" in refused(capsys, "fit", table, "--target", "y", "--seed", "-1")
    assert "fractions" in refused(capsys, "fit", table, "--target", "y", "--task", "classification")
    assert "what" in refused(capsys)
    assert "--name" in refused(capsys, "majority9", "--name", "../x")
    assert "n_seeds" in refused(capsys, "majority9", "--seeds", "0", "--results", tmp_path)
