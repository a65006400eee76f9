"""What compression is given and what comes of it: programs weighted by evidence, one of each class, inventions nobody uses dropped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from pyssnn.errors import InputError
from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.state import REPRESENTATIONS, Population, dsl_file
from pyssnn.runs import Run, atomic_write_text
from pyssnn.synthesis import Dsl, Program, Representation, incorporate_stitch, stitch_compress

LEAST_GAIN = 0.01
"""What a network counts for, as accuracy above chance, that is no better than chance or failed."""

STEPS_PER_SECOND = 1e7  # coupling: synth/wire/message.ml


def chance(targets: np.ndarray, metric: str) -> float:
    """The performance of the best constant answer ("acc"), or of the answer that everything holds ("f1").

    Args:
        targets: 0 or 1, (N, target_dim).
        metric: a `perf_metric`.
    """
    ones = targets.mean(axis=0, dtype=np.float64)
    if metric == "acc":
        return float(np.maximum(ones, 1 - ones).mean())
    return float(2 * ones.mean() / (1 + ones.mean()))


def evidence_weights(trained: Sequence[Mapping], part: str, by_chance: float) -> list[float]:
    """What each program counts for: its network's performance above chance, `LEAST_GAIN` at least, in proportion to the mean.

    Args:
        trained: the training records of the programs' networks.
        part: the key of the records that members are ranked by.
        by_chance: the performance that chance has on that part.
    """
    gains = [LEAST_GAIN if record["failed"] else max(record[part]["perf"] - by_chance, LEAST_GAIN) for record in trained]
    mean = sum(gains) / len(gains)
    return [gain / mean for gain in gains]


def unused_inventions(
    dsl: Dsl, programs: Iterable[str], before: Mapping[str, int], prune_after: int
) -> tuple[dict[str, int], list[str]]:
    """For how many iterations each invention has not been used, used ones left out; and which of them to drop.

    An invention is used if a program mentions it, or the body of an invention that is not dropped.

    Args:
        dsl: the library; an invention mentions only those after it.
        programs: in stitch notation.
        before: the counts of the iteration before.
        prune_after: iterations after which an invention is dropped.
    """
    mentioned = {name for program in programs for name in re.findall(r"[^\s()]+", program)}
    counts, dropped = {}, []
    for primitive in dsl.primitives:
        if not primitive.is_invented:
            continue
        count = 0 if primitive.name in mentioned else before.get(primitive.name, 0) + 1
        if count >= prune_after:
            dropped.append(primitive.name)
            continue
        if count:
            counts[primitive.name] = count
        mentioned.update(re.findall(r"\{([^{}]+)\}", primitive.dc_name))
    return counts, dropped


def compress_population(
    run: Run, config: ExperimentConfig, population: Population, weights: Sequence[float] | None, *, prune: bool
) -> dict:
    """Turn what the members' programs have in common into primitives of the next DSL, and rewrite the programs with them.

    Args:
        weights: what each member's program counts for; equal if None.
        prune: whether this counts as an iteration for inventions that nobody uses.

    Returns:
        The record of the step. It names the DSL that was written; what was written to the representations is safe to write again.
    """
    number, members, settings = population.dsl, population.members, config.compression
    folder, max_conn = run.path(REPRESENTATIONS), config.network.max_conn
    dsl = Dsl.load(dsl_file(run, number))
    programs = [Representation.load(folder / member).stitch_program for member in members]
    others = [_equivalent(config, dsl, program, population.alternatives.get(m, ())) for m, program in zip(members, programs)]
    compression = stitch_compress(
        programs,
        dsl=dsl,
        iterations=settings.iterations,
        max_arity=settings.max_arity,
        weights=weights,
        alternatives=[list(found) for found in others],
        taken=population.pruned,
    )
    taken: dict[str, str] = {}  # the file of the alternative, by member
    rewritten = []
    for member, before, chosen, after, found in zip(
        members, programs, compression.representatives, compression.rewritten, others, strict=True
    ):
        if chosen != before:
            file_name, representation = found[chosen]
            text = json.dumps(representation.fields, separators=(",", ":"), ensure_ascii=False)
            atomic_write_text(folder / file_name, text + "\n")
            taken[member] = file_name
        if after != chosen:
            rewritten.append((taken.get(member, member), after))
    unused, pruned = dict(population.unused), []
    if prune and settings.prune_after:
        written = [*programs, *compression.rewritten, *(p["body"] for p in compression.invented_primitives)]
        unused, pruned = unused_inventions(dsl, written, population.unused, settings.prune_after)
    incorporation = incorporate_stitch(
        dsl_file=dsl_file(run, number),
        next_dsl_file=dsl_file(run, number + 1),
        representations_dir=folder,
        invented_primitives=compression.invented_primitives,
        replacements=rewritten,
        max_conn=max_conn,
        pruned_primitives=pruned,
    )
    refused, accepted = {name for name, _ in incorporation.rejected}, dict(incorporation.replacements)
    taken = {member: name for member, name in taken.items() if name not in refused}
    after = [accepted.get(name, name) for name in (taken.get(member, member) for member in members)]
    return {
        "dsl": number + 1,
        "members": after,
        "replacements": [[old, new] for old, new in zip(members, after, strict=True) if old != new],
        "rejected": [list(pair) for pair in incorporation.rejected],
        "invented_primitives": list(compression.invented_primitives),
        "weights": None if weights is None else list(weights),
        "alternatives_taken": [list(pair) for pair in taken.items()],
        "unused": unused,
        "pruned": pruned,
        "log": {
            **asdict(settings),
            "n_added": len(compression.invented_primitives),
            "n_pruned": len(pruned),
            "n_alternatives_taken": len(taken),
            "next_dsl_mass": incorporation.next_dsl_mass,
            "prev_dsl_name": dsl_file(run, number).stem,
            "next_dsl_name": dsl_file(run, number + 1).stem,
            "stitch_compression": True,
        },
    }


def _equivalent(config: ExperimentConfig, dsl: Dsl, program: str, others: Sequence[str]) -> dict[str, tuple[str, Representation]]:
    """Those of the other programs that are whole programs of the same graph: their files' names and contents, by their text."""
    settings, max_conn, found = config.exploration, config.network.max_conn, {}
    steps = int(settings.eval_timeout * settings.eval_attempts * STEPS_PER_SECOND)
    for text in others:
        try:
            other = Program(text, dsl)
            representation = other.evaluate(max_conn=max_conn, step_limit=steps)
            if text != program and other.is_equivalent(Program(program, dsl), max_conn=max_conn):
                found[text] = other.file_name, representation
        except InputError:
            continue
    return found
