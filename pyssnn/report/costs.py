"""Where a run's time went, from its events.

The time of an event is that since the event before it in the same session: what passed between two sessions of a run that was
stopped and started again is no part of it. The work that a kill undid is counted in neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPENING = ("created", "resumed")
BASELINE, TEST, LEARNING_CURVE = "baseline", "test", "learning curve"
TRAINING, SEARCH, COMPRESSION, SELECTION, MEASURING, OTHER = "training", "search", "compression", "selection", "measuring", "other"
KINDS = (TRAINING, SEARCH, COMPRESSION, SELECTION, MEASURING, OTHER)


@dataclass(frozen=True)
class Cost:
    """What one kind of work took in one part of a run.

    Attributes:
        part: "baseline", "iteration 1" and so on, "test", or "learning curve".
        kind: one of `KINDS`.
        seconds: on the clock, with whatever number of workers there was.
        amount: networks trained (each counts once), or programs tried; 0 for other kinds.
    """

    part: str
    kind: str
    seconds: float
    amount: int


def costs(events: Sequence[dict]) -> list[Cost]:
    """The costs in the order in which their parts began, kinds in the order of `KINDS`."""
    seconds: dict[tuple[str, str], float] = {}
    tried: dict[tuple[str, str], int] = {}
    trained: dict[tuple[str, str], set[str]] = {}
    before: float | None = None
    for event in events:
        if event["event"] in _OPENING or before is None:
            before = event["time"]
            continue
        key = _work(event)
        seconds[key] = seconds.get(key, 0.0) + max(0.0, event["time"] - before)
        if event["event"] == "trained":  # once more for each rung of a race, and for each fold of a cross-validation
            trained.setdefault(key, set()).add(str(event.get("network", event.get("step"))))
        tried[key] = tried.get(key, 0) + _n_tried(event, key[1])
        before = event["time"]
    parts = list(dict.fromkeys(part for part, _ in seconds))
    return [Cost(p, k, seconds[p, k], len(trained.get((p, k), ())) or tried[p, k]) for p in parts for k in KINDS if (p, k) in seconds]


def sessions(events: Sequence[dict]) -> int:
    """How often the run was begun or gone on with."""
    return sum(event["event"] in _OPENING for event in events)


def _work(event: dict) -> tuple[str, str]:
    name, step = event["event"], str(event.get("step", ""))
    if step.startswith("baseline/"):
        return BASELINE, TRAINING
    if name == "finished":
        return TEST, MEASURING
    if name == LEARNING_CURVE or step.startswith("learning_curve/"):
        return LEARNING_CURVE, TRAINING
    numbered = re.match(r"iteration_(\d+)/", step)
    index = int(numbered[1]) if numbered else event.get("iteration")
    part = f"iteration {index + 1}" if isinstance(index, int) else OTHER
    kinds = {"trained": TRAINING, "select": SELECTION, "compress": COMPRESSION, "explore": SEARCH}
    return part, next((kind for word, kind in kinds.items() if word in name), OTHER)


def _n_tried(event: dict, kind: str) -> int:
    tried = event.get("n_enumerated", 0) if kind == SEARCH else 0
    return tried if isinstance(tried, int) else 0
