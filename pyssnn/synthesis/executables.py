"""What the executables of the core do, as functions. One service process answers all calls of this process (see `service`)."""
# coupling: synth/wire/message.ml reads these requests and writes these replies; synth/commands/calls.ml names the calls.

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .service import default_service


@dataclass(frozen=True)
class Exploration:
    """What a search found.

    Attributes:
        new: names of the new representation files.
        replacements: (old file name, new file name) of members whose program was replaced by one of smaller mass.
        n_enumerated: programs enumerated.
        n_failed: programs that raised or exceeded the step limit.
        max_description_length: negative log-likelihood of the last program enumerated, in nats.
        stopped: ``programs`` (the budget), ``exhausted`` (no more programs), or ``clock`` or ``memory`` (a safety stop: the
            result then depends on the machine).
        alternatives: by file name of a member, other programs of its graph, in stitch notation.
    """

    new: tuple[str, ...]
    replacements: tuple[tuple[str, str], ...]
    n_enumerated: int
    n_failed: int
    max_description_length: float
    stopped: str
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Incorporation:
    """What came of taking new primitives into a library.

    Attributes:
        next_dsl_mass: mass of the new library.
        replacements: (old file name, new file name) of rewritten programs.
        rejected: (file name, reason) of rewritings that were refused.
    """

    next_dsl_mass: int
    replacements: tuple[tuple[str, str], ...]
    rejected: tuple[tuple[str, str], ...]


def _pairs(items: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in items)


def explore(
    *,
    dsl_file: str | Path,
    next_dsl_file: str | Path,
    representations_dir: str | Path,
    frontier: Sequence[str],
    max_novel_representations: int,
    max_programs: int = 1_000_000,
    exploration_timeout: float = 600.0,
    program_size_limit: int = 150,
    eval_timeout: float = 0.1,
    attempts: int = 1,
    max_diff: float = 0.5,
    max_conn: int = 10,
    on_progress: Callable[[int, float], None] | None = None,
    contextual: bool = False,
    max_alternatives: int = 0,
    memory_limit: int = 2**33,
    workers: int = 1,
) -> Exploration:
    """Search for programs with new graphs, in order of likelihood.

    The weights of the library are learned from the frontier first and written to `next_dsl_file`; new and better
    programs are written to `representations_dir`. Nothing is deleted.

    Args:
        frontier: names of the representation files that are known already.
        max_novel_representations: how many new ones to take.
        max_programs: how many programs to enumerate.
        exploration_timeout: seconds, a safety stop.
        program_size_limit: primitives, as written, above which a program is not evaluated.
        eval_timeout: what an evaluation may take; a second stands for ten million steps.
        attempts: multiplies the steps.
        max_diff: nats, the largest difference between two weights.
        max_conn: ports of every node.
        on_progress: told the programs enumerated and the seconds since the search began, ten times a second at most.
        contextual: search with weights that depend on what a primitive is an argument of, and which. They are learned from
            the frontier each time and not written: a library has one weight for each primitive.
        max_alternatives: how many other programs of its graph, as light as its own, to tell of for each member, at most.
        memory_limit: bytes at which the search stops, a safety stop like the clock.
        workers: processes that share the search; the result does not depend on their number.

    Raises:
        InputError: a file or an argument cannot be used; nothing was written.
        CoreError: an OCaml exception, or the end of the process that searches.
        KeyboardInterrupt: Ctrl-C; the search was stopped and, unless it was just ending, nothing was written.
    """
    reply = default_service().call(
        "explore",
        {
            "domain": "graph",
            "frontier": list(frontier),
            "dsl_file": os.path.abspath(dsl_file),
            "next_dsl_file": os.path.abspath(next_dsl_file),
            "representations_dir": os.path.abspath(representations_dir),
            "max_novel_representations": max_novel_representations,
            "max_programs": max_programs,
            "exploration_timeout": exploration_timeout,
            "program_size_limit": program_size_limit,
            "eval_timeout": eval_timeout,
            "attempts": attempts,
            "max_diff": max_diff,
            "max_conn": max_conn,
            "contextual": contextual,
            "max_alternatives": max_alternatives,
            "memory_limit": memory_limit,
            "workers": workers,
        },
        on_progress,
    )
    return Exploration(
        new=tuple(reply["new_representations"]),
        replacements=_pairs(reply["replacements"]),
        n_enumerated=reply["n_enumerated"],
        n_failed=reply["n_failed"],
        max_description_length=reply["max_description_length"],
        stopped=reply["stopped"],
        alternatives={name: tuple(programs) for name, programs in reply.get("alternatives", {}).items()},
    )


def incorporate_stitch(
    *,
    dsl_file: str | Path,
    next_dsl_file: str | Path,
    representations_dir: str | Path,
    invented_primitives: Sequence[dict[str, str]],
    replacements: Sequence[tuple[str, str]],
    pruned_primitives: Sequence[str] = (),
    max_conn: int = 10,
) -> Incorporation:
    """Take stitch's abstractions into a library, and the programs it rewrote into the representations.

    A rewriting is taken only when it expands to the same program, has the same type, and builds the same graph.

    Args:
        invented_primitives: ``name`` and ``body`` of each, the body with parameters ``#0``, ``#1``, ….
        replacements: (representation file name, program rewritten in stitch notation).
        pruned_primitives: names of inventions that leave the library first. None may be needed: by an invention that stays,
            a new one, or a program of `replacements`, before or after. The other weights stay unless there are new ones.

    Raises:
        InputError: a file or an argument cannot be used; nothing was written.
    """
    reply = default_service().call(
        "incorporate_stitch",
        {
            "domain": "graph",
            "dsl_file": os.path.abspath(dsl_file),
            "next_dsl_file": os.path.abspath(next_dsl_file),
            "representations_dir": os.path.abspath(representations_dir),
            "invented_primitives": list(invented_primitives),
            "replacements": [list(pair) for pair in replacements],
            "max_conn": max_conn,
        }
        | ({"pruned_primitives": list(pruned_primitives)} if pruned_primitives else {}),
    )
    return Incorporation(
        next_dsl_mass=reply["next_dsl_mass"],
        replacements=_pairs(reply["replacements"]),
        rejected=_pairs(reply["rejected"]),
    )
