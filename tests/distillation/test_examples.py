"""The notebook in examples/: its cells run in order, and say what its text promises."""

from __future__ import annotations

import json
from pathlib import Path

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "distillation.ipynb"


def test_the_notebook_runs_and_its_programs_are_proven(capsys):
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    space: dict = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), space)
    said = capsys.readouterr().out
    assert said.count("proven\n") == 2
    assert said.count("100.0%") == 12
    assert "[784, 784, 56, 2]" in said


def test_the_notebook_is_kept_without_outputs():
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None
