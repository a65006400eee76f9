"""The executables of the core, as functions: JSON on standard input to JSON on standard output."""
# coupling: synth/wire/message.ml reads these requests and writes these replies.

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from .build import EXECUTABLES, built
from .core import CoreError


@dataclass(frozen=True)
class Exploration:
    """What a search found.

    Attributes:
        new: names of the new representation files.
        replacements: (old file name, new file name) of members whose program was replaced by one of smaller mass.
        n_enumerated: programs enumerated.
        n_failed: programs that raised or exceeded the step limit.
        max_description_length: negative log-likelihood of the last program enumerated, in nats.
        stopped: ``programs`` (the budget), ``exhausted`` (no more programs), or ``clock`` (the safety stop: the result
            then depends on the machine).
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


def _run(name: str, message: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run([built(EXECUTABLES[name])], input=json.dumps(message), capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode == 2:
        error = json.loads(done.stderr)["error"]
        raise InputError(error["field"], error["found"], error["expected"])
    if done.returncode != 0:
        raise CoreError(f"{name} ended with exit code {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


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
    max_alternatives: int = 0,
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
        max_alternatives: how many other programs of its graph to tell of for each member, at most.

    Raises:
        InputError: a file or an argument cannot be used; nothing was written.
    """
    reply = _run(
        "explore",
        {
            "domain": "graph",
            "frontier": list(frontier),
            "dsl_file": str(dsl_file),
            "next_dsl_file": str(next_dsl_file),
            "representations_dir": str(representations_dir),
            "max_novel_representations": max_novel_representations,
            "max_programs": max_programs,
            "exploration_timeout": exploration_timeout,
            "program_size_limit": program_size_limit,
            "eval_timeout": eval_timeout,
            "attempts": attempts,
            "max_diff": max_diff,
            "max_conn": max_conn,
            **({"max_alternatives": max_alternatives} if max_alternatives else {}),
        },
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
    reply = _run(
        "incorporate_stitch",
        {
            "domain": "graph",
            "dsl_file": str(dsl_file),
            "next_dsl_file": str(next_dsl_file),
            "representations_dir": str(representations_dir),
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
