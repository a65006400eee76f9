"""How a run's library grew: each invention, when it came, and how many members use it in each iteration.

A member uses an invention if its program mentions it, or mentions an invention whose body does. A program that was rewritten
later is known in its newest form only, which uses what it used before, folded into newer inventions; one that gave way to a lighter
program of the same graph counts as that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyssnn.plots.reading import replacements
from pyssnn.report.reading import Source
from pyssnn.synthesis import Dsl, Primitive, Representation

AT_THE_END = "end"


@dataclass(frozen=True)
class Invention:
    """A primitive that compression learned.

    Attributes:
        primitive: as its first library has it.
        since: the library that it came with, as "dsl_<k>".
        dropped: the first library without it, or None.
        type: its type, whole programs' type written T.
        uses: how many members use it, by column of the `Growth`; no entry where it did not exist.
    """

    primitive: Primitive
    since: str
    dropped: str | None
    type: str
    uses: Mapping[str, int]


@dataclass(frozen=True)
class Growth:
    """The inventions in the order in which they came, and how many members there are in each column.

    A column is an iteration's number, as text, for the programs trained in it, or `AT_THE_END` for those at the end.
    """

    inventions: tuple[Invention, ...]
    members: Mapping[str, int]


def growth(source: Source) -> Growth | None:
    """The growth of the library of the folder; None if it holds no libraries.

    Raises:
        InputError: a library or a representation cannot be read.
    """
    files = sorted((source.folder / "dsls").glob("dsl_*.json"), key=_number)
    if not files:
        return None
    libraries = {path.stem: Dsl.load(path) for path in files}
    columns = _populations(source)
    in_force = {column: _names(libraries[dsl]) for column, (dsl, _) in columns.items() if dsl in libraries}
    mentioned = _mentions(libraries)
    used = {column: [_used(program, mentioned) for program in columns[column][1]] for column in in_force}
    inventions = []
    for name, (since, primitive, request) in _first_seen(libraries).items():
        uses = {c: sum(name in program for program in used[c]) for c, names in in_force.items() if name in names}
        after = [stem for stem, dsl in libraries.items() if _number(Path(stem)) > _number(Path(since)) and name not in _names(dsl)]
        kind = primitive.type.replace(request, "T").replace("(T)", "T")
        inventions.append(Invention(primitive, since, after[0] if after else None, kind, uses))
    return Growth(tuple(inventions), {column: len(programs) for column, programs in used.items()})


def _populations(source: Source) -> dict[str, tuple[str, list[str]]]:
    """By column the library in force and the members' programs, where the folder tells all of them."""
    found: dict[str, tuple[str, list[str]]] = {}
    steps = source.folder / "steps"
    taken = [steps / f"iteration_{each.index:03d}" / f"{step}.json" for each in source.iterations for step in ("compress", "explore")]
    renamed = [replacements(path) if path.exists() else {} for path in taken]
    for index, (iteration, entry) in enumerate(zip(source.iterations, source.log, strict=True)):
        names = [member.representation for member in iteration.members]
        programs = [_program(source.folder, str(name), renamed[2 * index :]) for name in names]
        if all(names) and all(programs):
            found[str(index + 1)] = str((entry.get("compression") or {}).get("prev_dsl_name")), [str(each) for each in programs]
    last = sorted((source.folder / "representations").glob("*.json"))
    if source.log and last:
        exploration = source.log[-1].get("exploration") or {}
        found[AT_THE_END] = str(exploration.get("next_dsl_name")), [Representation.load(path).stitch_program for path in last]
    return found


def _program(folder: Path, name: str, renamed: Sequence[Mapping[str, str]]) -> str | None:
    """A member's program in the oldest form that is there, beginning with its own name; None if none is."""
    for step in ({}, *renamed):
        name = step.get(name, name)
        for part in ("representations", "discards"):
            path = folder / part / name
            if path.exists():
                return Representation.load(path).stitch_program
    return None


def _first_seen(libraries: Mapping[str, Dsl]) -> dict[str, tuple[str, Primitive, str]]:
    """Each invention with its first library and the type of whole programs, oldest first."""
    found: dict[str, tuple[str, Primitive, str]] = {}
    for stem, dsl in libraries.items():
        for primitive in reversed(dsl.primitives):  # the newest stand first
            if primitive.is_invented:
                found.setdefault(primitive.name, (stem, primitive, dsl.request))
    return found


def _mentions(libraries: Mapping[str, Dsl]) -> dict[str, frozenset[str]]:
    """The inventions that each one's body mentions, itself among them. Bodies are written out, so one look finds all."""
    bodies = {name: primitive.dc_name for name, (_, primitive, _) in _first_seen(libraries).items()}
    return {name: frozenset({name, *re.findall(r"\{([^{}]+)\}", body)}) for name, body in bodies.items()}


def _used(program: str, mentioned: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(mentioned.get(word, ()) for word in re.findall(r"[^\s()]+", program)))


def _names(dsl: Dsl) -> frozenset[str]:
    return frozenset(primitive.name for primitive in dsl.primitives)


def _number(path: Path) -> int:
    digits = re.search(r"(\d+)$", path.stem)
    return int(digits[1]) if digits else -1
