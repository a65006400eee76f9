"""`explore`, `library`: the core's search, and what a library holds."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyssnn.cli.common import Command, add_workers, say
from pyssnn.errors import InputError


def add(command: Command) -> None:
    explore = command("explore", _explore, "search programs with new outputs", "programs found before may have been written")
    explore.add_argument("dsl", type=Path, help="DSL file to search with")
    explore.add_argument("--representations", type=Path, metavar="DIR", required=True, help="folder of the programs found before; new ones are added")
    explore.add_argument("--next-dsl", type=Path, metavar="FILE", help="DSL file to write (by default dsl_<k+1>.json beside dsl_<k>.json)")
    explore.add_argument("--novel", type=int, metavar="INT", default=10, help="new outputs to take (%(default)s); lighter programs for known ones are taken too")
    explore.add_argument("--max-programs", type=int, metavar="INT", default=1_500_000, help="programs to try (%(default)s)")
    explore.add_argument("--timeout", type=float, metavar="FLOAT", default=600.0, help="seconds to stop after, for safety (%(default)s)")
    explore.add_argument("--program-size-limit", type=int, metavar="INT", default=150, help="largest size of a program (%(default)s)")
    explore.add_argument("--max-diff", type=float, metavar="FLOAT", default=0.5, help="bound of the spread of the learned weights (%(default)s)")
    explore.add_argument("--max-conn", type=int, metavar="INT", default=10, help="ports of a node (%(default)s)")
    explore.add_argument("--contextual", action="store_true", help="search with weights that depend on where a primitive stands")
    explore.add_argument("--memory-limit", type=int, metavar="BYTES", default=2**33, help="memory to stop at, for safety (%(default)s)")
    add_workers(explore)

    library = command("library", _library, "tell what the primitives of a DSL do", quiet=False)
    library.add_argument("dsl", type=Path, help="DSL file")


def _explore(arguments: argparse.Namespace) -> int:
    from pyssnn.progress import ConsoleProgress
    from pyssnn.synthesis import Dsl, Representation, explore

    found_before = sorted(path.name for path in arguments.representations.glob("*.json"))
    next_dsl = arguments.next_dsl or _next_dsl(arguments.dsl)
    if next_dsl.exists():
        raise InputError(next_dsl, "a file", "a name that is free", "choose another with --next-dsl")
    Dsl.load(arguments.dsl)
    with ConsoleProgress(quiet=arguments.quiet) as progress, _made(arguments.representations):
        count = progress.counter("search")
        found = explore(
            dsl_file=arguments.dsl,
            next_dsl_file=next_dsl,
            representations_dir=arguments.representations,
            frontier=found_before,
            max_novel_representations=arguments.novel,
            max_programs=arguments.max_programs,
            exploration_timeout=arguments.timeout,
            program_size_limit=arguments.program_size_limit,
            max_diff=arguments.max_diff,
            max_conn=arguments.max_conn,
            contextual=arguments.contextual,
            memory_limit=arguments.memory_limit,
            workers=arguments.workers,
            on_progress=lambda n_enumerated, _seconds: count(n_enumerated, arguments.max_programs),
        )
    if not arguments.quiet and found.new:
        print(f"{'nodes':>5} {'edges':>5} {'size':>5} {'mass':>5}  program")
        for name in found.new:
            new = Representation.load(arguments.representations / name)
            print(f"{new.n_nodes:>5} {len(new.edges):>5} {new.size:>5} {new.mass:>5}  {new.stitch_program}")
    stopped = {"programs": "--max-programs", "clock": "--timeout", "memory": "--memory-limit", "exhausted": "no more programs"}
    say(arguments, f"{len(found.new)} new, {len(found.replacements)} replaced by lighter programs; {found.n_enumerated} programs tried")
    say(arguments, f"Stopped by: {stopped.get(found.stopped, found.stopped)}")
    say(arguments, f"Programs: {arguments.representations}; DSL with their weights: {next_dsl}")
    return 0


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder and those above it are there; the new ones go again if an input is refused, which leaves them empty."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except InputError:
        for each in new:
            each.rmdir()
        raise


def _next_dsl(path: Path) -> Path:
    match = re.fullmatch(r"(.*_)(\d+)\.json", path.name)
    if match is None:
        raise InputError(path, "a name without a number", "dsl_<k>.json", "name the file to write with --next-dsl")
    return path.with_name(f"{match[1]}{int(match[2]) + 1}.json")


def _library(arguments: argparse.Namespace) -> int:
    from pyssnn.synthesis import Dsl

    dsl = Dsl.load(arguments.dsl)
    kinds = [p.type.replace(dsl.request, "T").replace("(T)", "T") for p in dsl.primitives]
    rows = [("name", "stable name", "type", "mass", "weight", "description")]
    for p, kind in zip(dsl.primitives, kinds, strict=True):
        rows.append((p.name, p.stable_name or "-", kind, str(p.mass), f"{round(p.log_likelihood, 3) + 0.0:.3f}", p.description))
    a, b, c, d, e, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, stable_name, kind, mass, weight, description in rows:
        print(f"{name:<{a}}  {stable_name:<{b}}  {kind:<{c}}  {mass:>{d}}  {weight:>{e}}  {description}")
    print(f"T is {dsl.request}; weights are in nats; size {dsl.size}, mass {dsl.mass}")
    return 0
