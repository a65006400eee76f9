"""How far a run of a stage is: what is recorded, of what there is to do. Runs of `evolve` are in tests/evolution."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyssnn import cli
from pyssnn.errors import InputError
from pyssnn.runs import Run
from pyssnn.status import status

CONFIGS = {
    "distillation": {"tasks": ["life"], "rules": [110]},
    "interpretation": {"experiments": ["trace"], "seeds": 2},
    "kan majority9": {"n_seeds": 1},
}


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_stage_counts_its_steps_until_the_last_sums_them_up(tmp_path: Path, kind: str) -> None:
    with Run.create_or_resume(tmp_path / "run", kind, CONFIGS[kind], seed=7) as run:
        assert status(run.folder).parts == (("steps", "0 of 2"),) and status(run.folder).running
        run.record("jobs/first", {})
        assert status(run.folder).remains == ("1 of 2 steps",)
        run.record("second", {})
        assert status(run.folder).remains == ("the table",)
        run.record("finished", {})
        run.event("finished")
    found = status(run.folder)
    assert (found.kind, found.seed, found.state) == (kind, 7, "finished") and found.parts == (("steps", "2 of 2"),)


def test_a_kind_of_run_that_does_not_say_how_much_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Run.create_or_resume(tmp_path / "run", "interpretation of a model", {}, seed=0) as run:
        assert status(run.folder).remains == ("the rest",)
        run.record("result", {})
    assert cli.main(["status", str(run.folder)]) == 0
    assert "finished" in capsys.readouterr().out


def test_a_description_without_what_it_must_hold_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"kind": "interpretation", "seed": 0, "config": {}}))
    with pytest.raises(InputError, match=r"run\.json: found KeyError 'experiments', expected the description of a run"):
        status(tmp_path)
