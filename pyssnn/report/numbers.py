"""The numbers of each iteration, as a table to print and to put beside another run's."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from pyssnn.errors import InputError
from pyssnn.evolution.statistics import best_of
from pyssnn.files import read_json
from pyssnn.plots.reading import Member
from pyssnn.report.reading import Source


@dataclass(frozen=True)
class Numbers:
    """One group of networks. Accuracies are fractions, of the networks that did not fail; None where nothing tells.

    Attributes:
        name: "baseline", or "iteration 1" and so on.
        networks, failed: how many were trained, and how many of them failed.
        training: mean accuracy on the training puzzles, after training.
        mean, deviation: of the evaluation accuracy; the deviation of the values as they are (divided by n).
        kept, kept_mean: how many were kept, and their mean evaluation accuracy.
        best: the highest evaluation accuracy.
        chosen: the evaluation accuracy of the network that selection puts first.
        new, replaced: programs that the search after it found, and lighter ones that it put in the place of others.
        learned: primitives that compression added.
        library_size, library_mass: of the library after compression.
        population_mass: mean mass of the programs after the search.
    """

    name: str
    networks: int
    failed: int
    training: float | None
    mean: float | None
    deviation: float | None
    kept: int | None
    kept_mean: float | None
    best: float | None
    chosen: float | None
    new: int | None = None
    replaced: int | None = None
    learned: int | None = None
    library_size: int | None = None
    library_mass: int | None = None
    population_mass: float | None = None


def numbers(source: Source) -> list[Numbers]:
    """The baseline's numbers, if there is one, and those of each iteration."""
    rows = [_of_networks(source, "baseline", source.baseline, None)] if source.baseline else []
    for iteration, entry in zip(source.iterations, source.log, strict=True):
        name = f"iteration {iteration.index + 1}"
        rows.append(_of_networks(source, name, iteration.members, iteration.kept, **_of_search(source, entry)))
    return rows


COLUMNS = (
    "networks", "training", "evaluation", "kept", "best", "selected", "new", "replaced", "learned", "library", "its mass", "mass",
)  # fmt: skip
EXPLAINED = (
    "Accuracies in %. training, evaluation: means over the networks, ± standard deviation; kept: mean evaluation accuracy of those that were "
    "kept; best: highest evaluation accuracy; selected: evaluation accuracy of the network that selection puts first; library: "
    "primitives after compression; mass: mean mass of the programs after the search."
)


def cells(row: Numbers) -> list[str]:
    """The row as text, in the order of `COLUMNS`."""
    networks = f"{row.networks}, {row.failed} failed" if row.failed else str(row.networks)
    evaluation = "–" if row.mean is None else f"{100 * row.mean:.1f} ± {100 * row.deviation:.1f}"
    kept = "–" if row.kept_mean is None else f"{100 * row.kept_mean:.1f} ({row.kept})"
    accuracies = [percent(row.training), evaluation, kept, percent(row.best), percent(row.chosen)]
    counts = [row.new, row.replaced, row.learned, row.library_size, row.library_mass]
    mass = "–" if row.population_mass is None else f"{row.population_mass:.1f}"
    return [networks, *accuracies, *("–" if count is None else str(count) for count in counts), mass]


def beside(first: Source, second: Source | None) -> list[tuple[str, str, list[str]]]:
    """Rows of (group, whose, cells): those of the first, each followed by the same of the second, if there is one."""
    ours = {row.name: row for row in numbers(first)}
    theirs = {} if second is None else {row.name: row for row in numbers(second)}
    names = [name for name in ("baseline", *(f"iteration {i + 1}" for i in range(max(len(ours), len(theirs)))))]
    found = [(name, whose, rows[name]) for name in names for whose, rows in (("first", ours), ("second", theirs)) if name in rows]
    labels = {"first": first.name, "second": "" if second is None else second.name}
    if labels["first"] == labels["second"]:
        labels["second"] += " (beside)"
    return [(name, labels[whose], cells(row)) for name, whose, row in found]


def as_text(first: Source, second: Source | None = None) -> str:
    """The table of `beside` in columns, with a line that explains it."""
    rows = [["", *([] if second is None else ["of"]), *COLUMNS]]
    for name, whose, values in beside(first, second):
        rows.append([name, *([] if second is None else [whose]), *values])
    widths = [max(map(len, column)) for column in zip(*rows)]
    left = 1 if second is None else 2
    lines = ["  ".join(f"{c:<{w}}" if i < left else f"{c:>{w}}" for i, (c, w) in enumerate(zip(row, widths))) for row in rows]
    return "\n".join([*(line.rstrip() for line in lines), *textwrap.wrap(EXPLAINED, 120)])


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage, without its sign."""
    return "–" if value is None else f"{100 * value:.{digits}f}"


def _of_networks(source: Source, name: str, members: Sequence[Member], kept: Sequence[Member] | None, **search) -> Numbers:
    alive = [member for member in members if not member.failed]
    kept_alive = [member for member in kept or () if not member.failed]
    networks = source.networks(members)
    evaluation = [member.evaluation for member in alive]
    return Numbers(
        name,
        len(members),
        len(members) - len(alive),
        fmean(member.train for member in alive) if alive else None,
        fmean(evaluation) if alive else None,
        pstdev(evaluation) if alive else None,
        None if kept is None else len(kept),
        fmean(member.evaluation for member in kept_alive) if kept_alive else None,
        max(evaluation, default=None),
        None if networks is None else float(networks.statistic(best_of(len(networks))(len(networks)))[0]),
        **search,
    )


def _of_search(source: Source, entry: dict) -> dict:
    exploration, compression = entry.get("exploration") or {}, entry.get("compression") or {}
    library = source.folder / "dsls" / f"{compression.get('next_dsl_name')}.json"
    size = None
    if library.exists():
        read = read_json(library)
        size = read.get("size") if isinstance(read, dict) else None
        if not isinstance(size, int):
            raise InputError(library, "no size", "a DSL file")
    return {
        "new": exploration.get("new"),
        "replaced": exploration.get("replaced"),
        "learned": compression.get("n_added"),
        "library_size": size,
        "library_mass": compression.get("next_dsl_mass"),
        "population_mass": exploration.get("avg_mass"),
    }
