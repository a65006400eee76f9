"""Reading what the figures show: `log.json`, `discard_hist.json`, flat baseline logs, and who was in the population.

Our run folders say of each entry of `nn_training` which representation it was (key `representation`), and of each iteration which
representations were kept (key `kept`); the original's archives do neither. There the discard history tells how many members of each
iteration were dropped: the worst by training accuracy, which is the paper's rule. Where nothing tells, nothing is claimed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyssnn.errors import InputError
from pyssnn.files import read_json
from pyssnn.synthesis import Representation

_MEANT = ("training", "train", "eval")  # the parts of every log; the first was measured while training
_BASELINE_LOG = re.compile(r"(?P<name>.+)_(?P<index>\d+)\.json")


@dataclass(frozen=True)
class Member:
    """One trained network.

    Attributes:
        train, evaluation: accuracies, fractions in [0, 1]; without meaning if `failed`.
        representation: its file name, where the log tells.
        kept: whether the selection kept it; None where nothing tells.
        failed: whether training failed.
        others: the accuracies on further parts, such as "validation", by the part's name.
    """

    train: float
    evaluation: float
    representation: str | None = None
    kept: bool | None = None
    failed: bool = False
    others: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Iteration:
    """One iteration of the population, members by falling training accuracy (kept first where equal), failed ones last."""

    index: int
    members: tuple[Member, ...]

    @property
    def kept(self) -> tuple[Member, ...] | None:
        """The members that were kept; None where nothing tells."""
        if any(member.kept is None for member in self.members):
            return None
        return tuple(member for member in self.members if member.kept)


def read_iterations(folder: Path) -> tuple[Iteration, ...]:
    """The finished iterations in the `log.json` of a run folder or archive; InputError if it is absent or malformed."""
    path = Path(folder) / "log.json"
    log = read_json(path)
    if not isinstance(log, list):
        raise InputError(path, _kind(log), "a list with an entry for each iteration")
    history_path = Path(folder) / "discard_hist.json"
    history = read_json(history_path) if history_path.exists() else []
    if not isinstance(history, list) or not all(isinstance(names, list) for names in history):
        raise InputError(history_path, _kind(history), "a list of lists of file names, one for each iteration")
    iterations = []
    for index, entry in enumerate(log):
        where = f"{path}, entry {index}"
        if not isinstance(entry, dict) or not isinstance(entry.get("nn_training"), list) or not entry["nn_training"]:
            raise InputError(where, _kind(entry), "an object with a list of networks under nn_training")
        members = [read_member(item, f"{where}, network {i}") for i, item in enumerate(entry["nn_training"])]
        if "kept" in entry:
            members = _named(members, entry["kept"], f"{where}, kept")
        iterations.append(Iteration(index, _selected(members, len(history[index]) if index < len(history) else None)))
    return tuple(iterations)


def read_member(item: Any, where: object) -> Member:
    """One network's log: the dict of a flat baseline log, or a list of one (an archive's entry)."""
    if isinstance(item, list) and item:
        item = item[-1]
    accuracies = []
    for part in ("train", "eval"):
        value = item.get(part) if isinstance(item, dict) else None
        value = value.get("perf") if isinstance(value, dict) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise InputError(f"{where}, {part}.perf", _kind(value), "an accuracy between 0 and 1")
        accuracies.append(float(value))
    others = {part: measured["perf"] for part, measured in item.items() if isinstance(measured, dict) and "perf" in measured}
    others = {part: float(perf) for part, perf in others.items() if part not in _MEANT and isinstance(perf, (int, float))}
    name, kept = item.get("representation"), item.get("kept")
    if not isinstance(name, str | None) or not isinstance(kept, bool | None):
        raise InputError(where, _kind([name, kept]), "a file name under representation and true or false under kept")
    return Member(*accuracies, representation=name, kept=kept, failed=bool(item.get("failed")), others=others)


def _named(members: list[Member], names: Any, where: str) -> list[Member]:
    """The members with `kept` as the list `names` of representations says; as they are if it cannot speak of them."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(where, _kind(names), "a list of representations")
    if any(member.representation is None for member in members):
        return members
    strangers = set(names) - {member.representation for member in members}
    if strangers:
        raise InputError(where, ", ".join(sorted(strangers)), "representations of this iteration's networks")
    return [replace(member, kept=member.representation in names) for member in members]


def _selected(members: list[Member], n_discarded: int | None) -> tuple[Member, ...]:
    """The members ranked; where the log does not say who was kept, all but the last `n_discarded`, if that is known."""
    ranked = sorted(members, key=lambda m: (m.failed, -m.train, m.kept is False))
    if n_discarded is None:
        return tuple(ranked)
    n_kept = len(ranked) - n_discarded
    return tuple(replace(m, kept=i < n_kept if m.kept is None else m.kept) for i, m in enumerate(ranked))


def baseline_files(folder: Path) -> list[Path]:
    """The flat logs `<name>_<i>.json` directly in `folder`, by i; InputError if they bear more than one name."""
    found = {path: _BASELINE_LOG.fullmatch(path.name) for path in Path(folder).glob("*.json")}
    logs = sorted((int(match["index"]), path) for path, match in found.items() if match)
    names = sorted({match["name"] for match in found.values() if match})
    if len(names) > 1:
        raise InputError(folder, f"logs of {', '.join(names)}", "the logs <name>_<i>.json of one baseline", "pass the files")
    return [path for _, path in logs]


def read_baseline(source: Path | str | Sequence[Path | str | Mapping[str, Any]]) -> tuple[Member, ...]:
    """The baseline's networks from a folder of flat logs, or from a sequence of log files or dicts; by training accuracy."""
    if isinstance(source, (str, Path)):
        logs: Sequence[Any] = baseline_files(Path(source))
        if not logs:
            raise InputError(source, "no baseline logs", "files <name>_<i>.json", "write them with: pyssnn baseline")
    else:
        logs = source
        if not logs:
            raise InputError("baseline logs", "none", "at least one")
    members = []
    for i, log in enumerate(logs):
        where, value = (f"log {i}", log) if isinstance(log, Mapping) else (Path(log), read_json(Path(log)))
        members.append(read_member(value, where))
    return _selected(members, n_discarded=None)


def names_members(iterations: Sequence[Iteration]) -> bool:
    """Whether the log tells the representations of the last iteration's members."""
    return bool(iterations) and all(member.representation for member in iterations[-1].members)


def read_population(
    folder: Path, iterations: Sequence[Iteration] | None = None
) -> list[tuple[Representation, Member | None]]:
    """The members of the last finished iteration with their networks, best first, where the log names them; else every file
    in `representations/`, by mass, without networks. A member that was rewritten since is read in its newest form.

    `iterations` are those of the folder, if they have been read already.
    """
    folder = Path(folder)
    if iterations is None:
        iterations = read_iterations(folder) if (folder / "log.json").exists() else ()
    if names_members(iterations):
        newest = _rewritten(folder, iterations[-1].index)
        files = [_representation_file(folder, str(m.representation), newest) for m in iterations[-1].members]
        return [(Representation.load(file), member) for file, member in zip(files, iterations[-1].members)]
    found = [Representation.load(path) for path in sorted((folder / "representations").glob("*.json"))]
    if not found:
        raise InputError(folder / "representations", "no representation files", "at least one <md5>.json")
    return [(representation, None) for representation in sorted(found, key=lambda r: (r.mass, r.stitch_program))]


def _rewritten(folder: Path, iteration: int) -> dict[str, str]:
    """What took the place of the members in the steps after their training: compression, then exploration."""
    newest: dict[str, str] = {}
    for step in ("compress", "explore"):
        path = folder / "steps" / f"iteration_{iteration:03d}" / f"{step}.json"
        pairs = replacements(path) if path.exists() else {}
        newest = {**pairs, **{old: pairs.get(new, new) for old, new in newest.items()}}
    return newest


def replacements(path: Path) -> dict[str, str]:
    """From old to new names, as the record `path` of a compression or a search tells; InputError if it does not."""
    record = read_json(path)
    pairs = record.get("replacements") if isinstance(record, dict) else None
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair) for pair in pairs
    ):
        raise InputError(path, _kind(record), "a step with a list of pairs of file names under replacements")
    return dict(pairs)


def _representation_file(folder: Path, name: str, newest: Mapping[str, str]) -> Path:
    names = [newest.get(name, name), name]
    candidates = [folder / part / each for each in names for part in ("representations", "discards")]
    found = next((path for path in candidates if path.exists()), None)
    if found is None:
        raise InputError(candidates[-2], "no such file", "the representation that log.json names")
    return found


def _kind(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
