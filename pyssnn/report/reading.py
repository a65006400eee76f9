"""What a report shows, read from a run folder, an archive of one, or an archive of the original. What is not there is None or empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyssnn.errors import InputError
from pyssnn.evolution.statistics import Networks
from pyssnn.files import read_json
from pyssnn.plots.learning import read_learning_curve
from pyssnn.plots.reading import Iteration, Member, baseline_files, read_baseline, read_iterations


@dataclass(frozen=True)
class Source:
    """What a folder tells.

    Attributes:
        folder: where it was read from.
        name: its last part.
        description: the contents of `run.json`.
        iterations: the finished iterations.
        log: the raw entries of `log.json`.
        baseline: the baseline's networks, by training accuracy.
        events: the events in the order in which they were recorded.
        finished: the record of the run's last step.
        learning_curve: the contents of `learning_curve.json`.
    """

    folder: Path
    name: str
    description: dict | None
    iterations: tuple[Iteration, ...]
    log: tuple[dict, ...]
    baseline: tuple[Member, ...]
    events: tuple[dict, ...]
    finished: dict | None
    learning_curve: dict | None

    @classmethod
    def read(cls, folder: Path | str) -> Source:
        """What `folder` tells.

        Raises:
            InputError: there is no such folder, nothing in it to report on, or a file that cannot be read.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise InputError(folder, "no folder", "a run folder or an archive")
        logs = baseline_files(folder)
        has_log = (folder / "log.json").exists()
        if not (has_log or logs):
            raise InputError(folder, "neither log.json nor baseline logs", "a run folder or an archive with something finished")
        return cls(
            folder,
            folder.resolve().name,
            _object(folder / "run.json"),
            read_iterations(folder) if has_log else (),
            tuple(read_json(folder / "log.json")) if has_log else (),
            read_baseline(logs) if logs else (),
            tuple(_events(folder / "events.jsonl")),
            _object(folder / "steps" / "finished.json"),
            read_learning_curve(folder),
        )

    @property
    def config(self) -> dict:
        """The configuration in `run.json`; what the archives' log tells of it where there is none."""
        if self.description is not None:
            return dict(self.description.get("config") or {})
        if not self.log:
            return {}
        training = self.log[-1]["nn_training"][0]
        settings = training[-1] if isinstance(training, list) else training
        named = ("perf_metric", "batch_size", "training_set_size", "evaluation_set_size", "epochs_per_iteration")
        parts = {part: self.log[-1].get(part) for part in ("network", "compression", "exploration")}
        of_steps = ("n_added", "new", "replaced", "n_enumerated", "total", "min_mass", "max_mass", "avg_mass", "max_description_length")
        parts = {
            part: {key: value for key, value in each.items() if key not in of_steps and not key.endswith(("dsl_name", "dsl_mass"))}
            for part, each in parts.items()
            if isinstance(each, dict)
        }
        return {"iterations": len(self.log), "training": {key: settings[key] for key in named if key in settings}, **parts}

    @property
    def selected_by(self) -> str:
        """What members were ranked by: "training" (the paper's rule, and what is taken where nothing tells) or another part's name."""
        return str(self.config.get("selection", "training"))

    def networks(self, members: Sequence[Member]) -> Networks | None:
        """The members that did not fail, as selected and as valued on the evaluation puzzles; None if there is none."""
        alive = [member for member in members if not member.failed]
        return Networks([m.others.get(self.selected_by, m.train) for m in alive], [m.evaluation for m in alive]) if alive else None

    def histories(self, group: str) -> list[tuple[str, list[dict]]]:
        """Name and epochs of each trained network that has a record under `steps/<group>/`."""
        found = []
        for path in sorted((self.folder / "steps" / group).glob("*.json")):
            record = read_json(path)
            epochs = record.get("history") if isinstance(record, dict) else None
            if isinstance(epochs, list) and epochs:
                found.append((path.stem, epochs))
        return found


def _object(path: Path) -> dict | None:
    if not path.exists():
        return None
    value = read_json(path)
    if not isinstance(value, dict):
        raise InputError(path, type(value).__name__, "a JSON object")
    return value


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """The events; lines that a crash left half written are passed over, as nothing depends on them."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
            if isinstance(event, dict) and isinstance(event["event"], str) and isinstance(event["time"], (int, float)):
                yield event
        except (ValueError, KeyError):
            continue
