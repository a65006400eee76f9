"""Learning curves: the kinds of networks that a run compares, trained on more and more puzzles.

Three kinds: the *baseline*, without a graph; *random*, programs of the first population (after its warm-up, if there was one), which no
accuracy has selected; *evolved*, the best that the last selection kept. Replicate r of a kind is one network: its
r-th program (drawn without replacement; for the evolved in the order of the ranking; from the start again where there are fewer), with its own
initialisation, on the first n puzzles of an order of its own. The kinds share that order, so they differ in the network alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pyssnn.errors import InputError
from pyssnn.evolution.progress import Progress
from pyssnn.evolution.state import stem
from pyssnn.evolution.statistics import mean_interval
from pyssnn.evolution.training import NetworkJob, Part, Trained, failed_network, structure_of, train_network
from pyssnn.jobs import Lost, Workers
from pyssnn.networks import GraphStructure
from pyssnn.runs import Run, seed_for

KINDS = ("baseline", "random", "evolved")
FOLDER = "learning_curve"


@dataclass(frozen=True)
class CurveJob:
    """One network of a curve: the places of its puzzles in the pool that is trained from, and how it is trained."""

    puzzles: tuple[int, ...]
    network: NetworkJob


def train_on(parts: Mapping[str, Part], job: CurveJob) -> Trained:
    """`train_network` on some of the part "train"."""
    chosen = np.array(job.puzzles, dtype=np.int64)
    pool = parts["train"]
    return train_network({**parts, "train": Part(pool.inputs[chosen], pool.targets[chosen])}, job.network)


def orders(n: int, most: int, seeds: int, run_seed: int) -> list[np.ndarray]:
    """For each replicate the first `most` of a random order of `n` puzzles: int64 (most,)."""
    return [np.random.RandomState(seed_for(run_seed, r, "", "learning curve")).permutation(n)[:most] for r in range(seeds)]


def programs(run: Run, log: Sequence[Mapping]) -> dict[str, list[tuple[str, GraphStructure]]]:
    """By kind, "random" and "evolved", the names and structures of the run's programs in the order in which replicates take them.

    Raises:
        InputError: a record is missing, or no network of a kind could be trained.
    """
    first = [network[-1]["representation"] for network in log[0]["nn_training"]]
    shuffled = np.random.RandomState(seed_for(run.seed, 0, "", "learning curve programs")).permutation(len(first))
    members = {"random": (0, [first[i] for i in shuffled]), "evolved": (len(log) - 1, list(log[-1]["kept"]))}
    found = {kind: [(m, s) for m in names if (s := _structure(run, iteration, m))] for kind, (iteration, names) in members.items()}
    for kind, (iteration, _) in members.items():
        if not found[kind]:
            raise InputError(run.folder, f"only networks that failed in iteration {iteration + 1}", f"programs for the kind {kind}")
    return found


def train_curve(
    run: Run,
    parts: Mapping[str, Part],
    items: Sequence[Sequence[int]],
    places: Mapping[int, int],
    sizes: Sequence[int],
    template: NetworkJob,
    log: Sequence[Mapping],
    workers: Workers,
    progress: Progress,
) -> dict:
    """Train what is not recorded yet, each network as a step of the run, the largest first.

    Args:
        run: a finished run of a population, open for writing.
        parts: "train", the pool of puzzles, and "eval".
        items: for each replicate, the items of the data set in the order in which they are taken.
        places: where in the pool each of them is.
        sizes: numbers of items.
        template: the networks' and the training's settings.
        log: the run's `log.json`.
        workers: where the networks are trained.
        progress: what is told about it.

    Returns:
        What `learning_curve.json` holds: `sizes`, `seeds`, `networks` (each with `group`, `size`, `replicate`, `representation`,
        `train`, `eval`, `failed`) and `summary` (for each group and size `n`, `mean`, `low` and `high` of the evaluation
        accuracy with Student's 95 % interval, and the mean training accuracy `train`; failed networks left out).
    """
    of_kind = {"baseline": [("", None)], **programs(run, log)}
    planned: dict[str, tuple[str, int, int, str, CurveJob]] = {}
    for size in sorted(sizes, reverse=True):
        for r, order in enumerate(items):
            chosen = [int(item) for item in order[:size]]
            which = hashlib.sha256(json.dumps(chosen).encode()).hexdigest()  # a larger data set has another order
            for kind in KINDS:
                program, structure = of_kind[kind][r % len(of_kind[kind])]
                network = replace(
                    template,
                    structure=structure,
                    initialisation_seed=seed_for(run.seed, r, f"{kind} {program} {which}", "learning curve initialisation"),
                    training_seed=seed_for(run.seed, r, f"{kind} {program} {which}", "learning curve training"),
                )
                step = f"{FOLDER}/{kind}_{size}_{r}_{network.training_seed}"
                planned[step] = kind, size, r, program, CurveJob(tuple(places[item] for item in chosen), network)
    missing = {step: job for step, (*_, job) in planned.items() if run.recorded(step) is None}
    progress.start("learning curve: training", len(planned))
    progress.advance(len(planned) - len(missing))
    for step, trained in workers.run(train_on, parts, missing):
        if isinstance(trained, Lost):
            trained = failed_network(parts, missing[step].network, trained.reason)
        result = run.record(step, trained.result)
        accuracies = {part: result[part]["perf"] for part in ("train", "eval")}
        run.event("trained", network=step.removeprefix(f"{FOLDER}/"), step=step, **accuracies, failed=result["failed"])
        progress.advance()
    networks = [_told(run, step, *what) for step, (*what, _) in planned.items()]
    networks.sort(key=lambda each: (KINDS.index(each["group"]), each["size"], each["replicate"]))
    return {"sizes": sorted(sizes), "seeds": len(items), "networks": networks, "summary": summary(networks)}


def summary(networks: Sequence[Mapping]) -> list[dict]:
    """Mean and interval of each group and size, in the order in which they come; those of which every network failed are left out."""
    found = []
    for group, size in dict.fromkeys((each["group"], each["size"]) for each in networks):
        alive = [e for e in networks if (e["group"], e["size"]) == (group, size) and e["failed"] is None]
        if alive:
            told = mean_interval([each["eval"] for each in alive])
            numbers = {"n": len(alive), "mean": told.value, "low": told.low, "high": told.high}
            found.append({"group": group, "size": size, **numbers, "train": float(np.mean([each["train"] for each in alive]))})
    return found


def _structure(run: Run, iteration: int, member: str) -> GraphStructure | None:
    """The structure that a member was trained with; None if its training failed."""
    step = f"iteration_{iteration:03d}/train/{stem(member)}_{seed_for(run.seed, iteration, stem(member), 'training')}"
    record = run.recorded(step)
    if record is None:
        raise InputError(run.path("steps", f"{step}.json"), "no such file", "the record of a network's training")
    return None if record["failed"] is not None else structure_of(record["graph"])


def _told(run: Run, step: str, kind: str, size: int, replicate: int, program: str) -> dict:
    record = run.recorded(step)
    accuracies = {part: record[part]["perf"] for part in ("train", "eval")}
    return {"group": kind, "size": size, "replicate": replicate, "representation": program or None, **accuracies, "failed": record["failed"]}
