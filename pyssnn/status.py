"""How far a run is, read from its folder: the steps that are recorded, and what its configuration asks for beyond them.

The names of the steps are those that `experiments` and `evolution` give them.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyssnn.errors import InputError

_STEPS = (  # of an iteration: name, what its record holds, done, to do
    ("select", "kept", "selected", "selection"),
    ("compress", "members", "compressed", "compression"),
    ("explore", "members", "explored", "exploration"),
)
_EXPERIMENTS = ("experiment", "baseline")
_JOBS: dict[str, Callable[[dict], int]] = {  # of the kinds of runs whose configuration says how many steps there are
    "distillation": lambda config: len(config["tasks"]) + len(config.get("rules", ())),
    "interpretation": lambda config: len(config["experiments"]) * int(config["seeds"]),
    "kan majority9": lambda config: 2 * int(config["n_seeds"]),
}
_LAST_STEPS = ("finished", "result")
_REPAIR = "delete this file, and the command that began the run takes the step again"


@dataclass(frozen=True)
class Status:
    """A run's progress.

    Attributes:
        folder: the run's folder.
        kind, seed: of the run.
        parts: the name of each part of the run, and how far it is, in the order in which they are done.
        remains: what is not done, in words; empty when the run is finished.
        running: whether a process is writing the folder now.
        last_event: what happened last and how many seconds ago, if anything is recorded.
    """

    folder: Path
    kind: str
    seed: int
    parts: tuple[tuple[str, str], ...]
    remains: tuple[str, ...]
    running: bool
    last_event: tuple[str, float] | None

    @property
    def state(self) -> str:
        if not self.remains:
            return "finished"
        return "running" if self.running else "stopped; the command that began it goes on from here"


def status(folder: Path | str) -> Status:
    """The status of the run in `folder`; InputError if there is none, or a file of it is damaged. Safe while the run is being written."""
    folder = Path(folder)
    description = _read(folder / "run.json", "a run folder")
    try:
        kind, seed, config = str(description["kind"]), int(description["seed"]), dict(description["config"])
        if kind not in _EXPERIMENTS:
            return _of_jobs(folder, kind, seed, config)
        n_baseline, n_iterations = int(config["n_baseline"]), int(config.get("iterations", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(folder / "run.json", f"{type(error).__name__} {error}", "the description of a run") from None
    steps = folder / "steps"
    parts, remains = [], []

    def add(name: str, told: str, left: str) -> None:
        parts.append((name, told))
        if left:
            remains.append(f"{name}: {left}")

    trained = len(list((steps / "baseline").glob("baseline_*.json")))
    add("baseline", f"{trained} of {n_baseline} networks", _networks(n_baseline - trained))
    members = _first_population(steps / "iteration_000", config, add)
    for index in range(n_iterations):
        members = _add_iteration(steps / f"iteration_{index:03d}", f"iteration {index + 1}", members, add)
    tested = len(list((steps / "test").glob("*.json")))
    finished = (steps / "finished.json").exists()
    add("test", f"{tested} networks measured" if tested or finished else "not begun", "" if finished else "measure what was kept")
    return Status(folder, kind, seed, tuple(parts), () if finished else tuple(remains), _is_locked(folder), _last_event(folder))


def _of_jobs(folder: Path, kind: str, seed: int, config: dict) -> Status:
    """The status of a run whose steps are independent of each other, and a step `finished` or `result` that sums them up."""
    steps = folder / "steps"
    last = [steps / f"{name}.json" for name in _LAST_STEPS]
    done = len([step for step in steps.rglob("*.json") if step not in last])
    wanted = _JOBS[kind](config) if kind in _JOBS else None
    told = f"{done} recorded" if wanted is None else f"{done} of {wanted}"
    left = "the rest" if wanted is None else f"{wanted - done} of {wanted} steps" if done < wanted else "the table"
    finished = any(step.exists() for step in last)
    return Status(folder, kind, seed, (("steps", told),), () if finished else (left,), _is_locked(folder), _last_event(folder))


def _first_population(steps: Path, config: dict, add: Callable[[str, str, str], None]) -> int | None:
    """The members that the first exploration and the warm-up have found so far; None before. Tells `add` of a warm-up."""
    members = _recorded(steps / "explore_initially.json", "members")
    most = (config.get("exploration") or {}).get("warmup_rounds", 0)
    if not most:
        return members
    explored = sorted(steps.glob("warmup_*_explore.json"))
    if explored:
        members = _recorded(explored[-1], "members")
    told = f"{len(explored)} of at most {most} rounds, {members} of {config.get('population_size')} members"
    add("warm-up", "not begun" if members is None else told, "everything" if members is None else "")
    return members


def _add_iteration(
    steps: Path, name: str, members: int | None, add: Callable[[str, str, str], None]
) -> int | None:
    """Tell `add` how far an iteration of `members` (None: not known yet) is; the number of members that it leads to."""
    if members is None:
        add(name, "not begun", "everything")
        return None
    trained = len(list((steps / "train").glob("*.json")))
    told, left = [f"{trained} of {members} networks"], [_networks(members - trained)] if trained < members else []
    explored = None
    for step, holds, done, to_do in _STEPS:
        explored = _recorded(steps / f"{step}.json", holds)
        if explored is None:
            left.append(to_do)
        else:
            told.append(done)
    add(name, ", ".join(told), ", ".join(left))
    return explored


def _networks(n: int) -> str:
    return "" if n <= 0 else f"{n} network{'s' if n > 1 else ''}"


def _recorded(step: Path, key: str) -> int | None:
    """How many representations the record of a step holds under `key`; None if the step has not been taken."""
    if not step.exists():
        return None
    record = _read(step, "the record of a step", _REPAIR)
    names = record.get(key) if isinstance(record, dict) else None
    if not isinstance(names, list):
        raise InputError(step, f"no list under {key}", "the record of a step", _REPAIR)
    return len(names)


def _read(path: Path, what: str, todo: str = "") -> Any:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise InputError(path, "no such file", what) from None
    except (OSError, ValueError) as error:
        raise InputError(path, error, f"{what} that can be read", todo) from None


def _is_locked(folder: Path) -> bool:
    """Whether another process holds the run (see `Run`)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(descriptor)


def _last_event(folder: Path) -> tuple[str, float] | None:
    path = folder / "events.jsonl"
    try:
        lines = path.read_text().splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, error, "a line of JSON for each event", "nothing depends on this file: it may be deleted") from None
    for line in reversed(lines):
        try:
            event = json.loads(line)
            return str(event["event"]), time.time() - float(event["time"])
        except (ValueError, KeyError, TypeError):  # a line that a crash left half written
            continue
    return None
