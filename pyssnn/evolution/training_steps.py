"""Training and testing as steps of a run: what is recorded is not trained again, and its weights are on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.progress import Progress
from pyssnn.evolution.state import checkpoint_file, read_tensors, weights_file
from pyssnn.evolution.training import NetworkJob, Part, Trained, failed_network, measure_network, structure_of, train_networks
from pyssnn.jobs import Lost, WorkerLost, Workers
from pyssnn.runs import Run, atomic_write_bytes

_WEIGHTS = "the weights of a trained network"


def train_all(
    run: Run,
    what: str,
    parts: Mapping[str, Part],
    steps: Mapping[str, str],
    job: Callable[[str], NetworkJob],
    workers: Workers,
    progress: Progress,
    *,
    stack: int = 1,
    until: int | None = None,
    more: Mapping[str, dict] | None = None,
    weights: bool = True,
) -> dict[str, dict]:
    """Train the networks that have no record yet.

    The weights, and the checkpoint of a training that stops before its end, are written before the record, so a record says that they
    are there; a network that failed has none. Networks are stacked by their order in `steps`, so that who is trained with whom depends
    neither on the workers nor on what is recorded: if one record of a stack is missing, the whole stack is trained again.

    Args:
        run: where the records are.
        what: the name of this phase, for `progress`.
        parts: the puzzles, see `train_networks`.
        steps: the step of each network, by the network's name.
        job: how the network of a name is trained; asked only for those that are trained.
        workers: where they are trained.
        progress: what is told about it.
        stack: how many networks are trained as one model.
        until: the epoch to stop after, None for the last.
        more: what the records of networks hold beside, by the networks' names.
        weights: whether their weights are kept.

    Returns:
        The records of all networks, in the order of `steps`.
    """
    names = list(steps)
    missing = {name for name in names if run.recorded(steps[name]) is None}
    stacks = [names[first : first + stack] for first in range(0, len(names), stack)]
    stacks_left = {names[0]: names for names in stacks if not missing.isdisjoint(names)}
    jobs = _Made(stacks_left, lambda name: [replace(job(each), until=until) for each in stacks_left[name]])
    progress.start(what, len(steps))
    progress.advance(len(steps) - len(missing))
    for first, stacked in workers.run(train_stack, parts, jobs):
        if isinstance(stacked, Lost):
            stacked = [failed_network(parts, each, stacked.reason) for each in jobs[first]]
        for name, trained in zip(stacks_left[first], stacked, strict=True):
            if name not in missing:
                continue
            if weights:
                _keep_weights(run, name, trained)
            if trained.checkpoint is not None:
                atomic_write_bytes(checkpoint_file(run, name, until), trained.checkpoint)
            result = run.record(steps[name], {**trained.result, **(more or {}).get(name, {})})
            accuracies = {part: result[part]["perf"] for part in ("train", "eval") if part in result}
            run.event("trained", network=name, step=steps[name], **accuracies, failed=result["failed"])
            if result["failed"] is not None:
                progress.message(f"{name} failed and is ranked last: {result['failed']}")
            progress.advance()
    return {name: run.recorded(step) for name, step in steps.items()}


def train_stack(parts: Mapping[str, Part], jobs: Sequence[NetworkJob]) -> list[Trained]:
    """`train_networks`, a network having failed if the memory does not suffice for it alone. Stacks that do not fit are halved."""
    try:
        return list(train_networks(parts, jobs))
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
    if len(jobs) == 1:
        return [failed_network(parts, jobs[0], "out of memory")]
    half = len(jobs) // 2
    return [*train_stack(parts, jobs[:half]), *train_stack(parts, jobs[half:])]


def beside(step: str, folder: str) -> str:
    """The name of a step in a folder beside a step, under the same name."""
    parent, _, name = step.rpartition("/")
    return f"{parent}/{folder}/{name}"


def measure_all(
    run: Run, config: ExperimentConfig, test: Part, trained: Mapping[str, dict], workers: Workers, progress: Progress
) -> dict[str, dict]:
    """Measure trained networks, given with their records, on the test part, from their saved weights; failed ones are left out.

    Returns:
        `accuracy`, `f1` and `loss` by the networks' names.

    Raises:
        InputError: the weights of a network are missing or damaged. None has been measured then.
        WorkerLost: the worker that measured a network was ended twice.
    """
    steps = {name: f"test/{name.removesuffix('.json')}" for name, result in trained.items() if result["failed"] is None}
    missing = [name for name, step in steps.items() if run.recorded(step) is None]
    untrained = NetworkJob(config.network, config.training, None, 0, 0, config.backend, config.device)
    jobs = {
        name: (replace(untrained, structure=structure_of(trained[name]["graph"])), read_tensors(weights_file(run, name), _WEIGHTS))
        for name in missing
    }
    progress.start("test", len(steps))
    progress.advance(len(steps) - len(missing))
    for name, metrics in workers.run(measure_network, test, jobs):
        if isinstance(metrics, Lost):
            raise WorkerLost(f"{name} cannot be measured: {metrics.reason}; what had finished is recorded: start again")
        run.record(steps[name], metrics)
        progress.advance()
    records = {name: run.recorded(step) for name, step in steps.items()}
    return {name: {metric: record[metric] for metric in ("accuracy", "f1", "loss")} for name, record in records.items()}


def check_weights(run: Run, steps: Mapping[str, str]) -> None:
    """See to it that trained networks, given with their recorded steps, have their weights on the disk.

    Raises:
        InputError: one is missing or damaged.
    """
    for name, step in steps.items():
        if run.recorded(step)["failed"] is None:
            read_tensors(weights_file(run, name), _WEIGHTS)


def training_log(config: ExperimentConfig, result: Mapping) -> dict:
    """A training record in the archives' form."""
    settings = {
        "perf_metric": config.training.perf_metric,
        "batch_size": config.training.batch_size,
        "training_set_size": config.n_train,
        "evaluation_set_size": config.n_evaluation,
        "epochs_per_iteration": config.training.epochs,
    }
    measured = {key: result[key] for key in ("training", "train", "eval")}
    measured |= {key: result[key] for key in ("validation", "cross-validation", "epochs") if key in result}
    return {**settings, **measured, "failed": result["failed"]}


class _Made(Mapping):
    """Jobs that are made when they are asked for, since checkpoints are large."""

    def __init__(self, names: Mapping[str, Any], make: Callable[[str], Any]) -> None:
        self._names, self._make = names, make

    def __getitem__(self, name: str) -> Any:
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _keep_weights(run: Run, name: str, trained: Trained) -> None:
    if trained.weights is None:
        weights_file(run, name).unlink(missing_ok=True)
    else:
        atomic_write_bytes(weights_file(run, name), trained.weights)


def _is_out_of_memory(error: MemoryError | RuntimeError) -> bool:
    """Whether it is the error of an allocator: torch's has no class of its own on a processor."""
    return isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)) or "can't allocate memory" in str(error)
