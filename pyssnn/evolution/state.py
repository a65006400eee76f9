"""A population as the records of a run tell it, and the run folder brought into agreement with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.files import is_temporary
from pyssnn.runs import Run, atomic_write_bytes, atomic_write_text, to_json

REPRESENTATIONS, DISCARDS, DSLS, WEIGHTS, CHECKPOINTS = "representations", "discards", "dsls", "weights", "checkpoints"
LOG, DISCARD_HISTORY = "log.json", "discard_hist.json"
RESTORE = "put it back, or begin a new run"
_REPRESENTATION, _WEIGHTS = re.compile(r"[0-9a-f]{32}\.json"), re.compile(r"[0-9a-f]{32}\.safetensors")
_CHECKPOINT = re.compile(r"[0-9a-f]{32}_\d+")
_DSL = re.compile(r"dsl_\d+\.json")


@dataclass
class Population:
    """The state of an evolution between two steps. Members are file names of representations.

    Attributes:
        dsl: number of the newest DSL.
        members: the population, in the order in which its members were found.
        kept: the members that the last selection kept, under the names they were trained with.
        discards: what each selection discarded.
        log: an entry for each finished iteration, in the archives' format.
        alternatives: other programs of the members' graphs, in stitch notation, as the last exploration met them.
        unused: for how many iterations, by its name, each invention of the DSL has not been used; those in use left out.
        pruned: names of the inventions that were dropped for that.
    """

    dsl: int = 0
    members: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    discards: list[list[str]] = field(default_factory=list)
    log: list[dict] = field(default_factory=list)
    alternatives: dict[str, list[str]] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)
    pruned: list[str] = field(default_factory=list)


def dsl_file(run: Run, number: int) -> Path:
    """The path of a DSL of the run."""
    return run.path(DSLS, f"dsl_{number}.json")


def weights_file(run: Run, member: str) -> Path:
    """The path of the weights of a member."""
    return run.path(WEIGHTS, f"{stem(member)}.safetensors")


def checkpoint_file(run: Run, member: str, epoch: int) -> Path:
    """The path of a member's training as it stood after an epoch."""
    return run.path(CHECKPOINTS, f"{stem(member)}_{epoch}")


def keep_checkpoints(run: Run, members: Sequence[str] = (), epochs: Sequence[int] = ()) -> None:
    """Remove all checkpoints but those of the members after the epochs, and their folder if none is left."""
    folder = run.path(CHECKPOINTS)
    if folder.is_dir():
        _keep_only(folder, _CHECKPOINT, [checkpoint_file(run, *which).name for which in product(members, epochs)])
        if not any(folder.iterdir()):
            folder.rmdir()


def stem(member: str) -> str:
    """The MD5 in a representation's file name."""
    return member.removesuffix(".json")


def settle(run: Run, population: Population) -> None:
    """Make the run folder hold what the population says, whatever a crash or a step begun in vain has left there.

    Doing it twice does no more than doing it once. To be done before a step that reads or writes these folders, and at the end.
    Of what is there, only files with names that runs give to such files are removed.

    Raises:
        InputError: a file of the population is missing, because somebody has removed it. Nothing has changed then.
    """
    discarded = set().union(*population.discards)
    dsls = [dsl_file(run, number) for number in range(population.dsl + 1)]
    for path in [*dsls, *(run.path(REPRESENTATIONS, member) for member in population.members)]:
        _require(path)
    for member in sorted(discarded):
        if not run.path(DISCARDS, member).is_file():
            _require(run.path(REPRESENTATIONS, member))
    for member in sorted(discarded):
        if not run.path(DISCARDS, member).is_file():
            atomic_write_bytes(run.path(DISCARDS, member), run.path(REPRESENTATIONS, member).read_bytes())
    _keep_only(run.path(DISCARDS), _REPRESENTATION, discarded)
    _keep_only(run.path(REPRESENTATIONS), _REPRESENTATION, population.members)
    _keep_only(run.path(DSLS), _DSL, [path.name for path in dsls])
    trained = [weights_file(run, member).name for member in [*population.kept, *population.members]]
    _keep_only(run.path(WEIGHTS), _WEIGHTS, trained)
    _write_if_new(run.path(LOG), to_json(population.log))
    _write_if_new(run.path(DISCARD_HISTORY), to_json(population.discards))


def _require(path: Path) -> None:
    if not path.is_file():
        raise InputError(path, "nothing", "a file that this run has recorded", RESTORE)


def _keep_only(folder: Path, ours: re.Pattern, names: Iterable[str]) -> None:
    """Remove the files of a folder that have a name of ours which is not among `names`, and what was not written to its end."""
    names = set(names)
    folder.mkdir(exist_ok=True)
    for path in sorted(folder.iterdir()):
        if path.name not in names and (ours.fullmatch(path.name) or is_temporary(path)) and path.is_file():
            path.unlink()


def _write_if_new(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        atomic_write_text(path, text)
