"""The paper's runs, put together from the rooms: puzzles, programs, networks, a run folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.evolution import (
    ExperimentConfig,
    ExplorationConfig,
    Part,
    Progress,
    Silent,
    SymbolicallySynthesizedNetworks,
    measure_all,
    train_baseline,
)
from pyssnn.evolution.learning_curve import orders, train_curve
from pyssnn.evolution.stacking import with_stack
from pyssnn.evolution.state import RESTORE
from pyssnn.evolution.training import NetworkJob
from pyssnn.files import read_json
from pyssnn.interrupts import stop_on_termination
from pyssnn.jobs import Workers, workers_for
from pyssnn.networks import NetworkConfig, TrainingConfig
from pyssnn.raven import TARGETS, RavenDataset, Split, load_split, random_split, save_split
from pyssnn.runs import Run, atomic_write_json, seed_for
from pyssnn.status import status
from pyssnn.synthesis import Dsl

PROFILES: Mapping[str, ExperimentConfig] = {
    "paper": ExperimentConfig(
        training=TrainingConfig(precision="bfloat16"), exploration=ExplorationConfig(max_programs=4_000_000, warmup_rounds=5)
    ),
    "quick": ExperimentConfig(
        iterations=2,
        population_size=6,
        n_preserved=3,
        n_baseline=3,
        training=TrainingConfig(epochs=14),
        n_evaluation=256,
        n_test=256,
        exploration=ExplorationConfig(max_programs=1_000_000, warmup_rounds=5),
    ),
}
"""The configurations with a name. Change a field with `dataclasses.replace`.

"paper" is the published experiment but for two things: its first population is filled by warm-up rounds, and networks are trained in
bfloat16, which is quick where the processor has it (avx512_bf16, amx) or on CUDA; elsewhere set the precision to "float32".
"""

FIRST_DSL = Path(__file__).resolve().parents[1] / "graph" / "dsls" / "dsl_0.json"
_FINISHED = "finished"
_NOT_OF_BASELINES = ("iterations", "population_size", "n_preserved", "compression", "exploration", "racing", "backend")


def run_experiment(
    config: ExperimentConfig,
    path: str | os.PathLike,
    *,
    data: str | os.PathLike,
    workers: int = 1,
    scheduler: str = "local",
    slurm: Mapping[str, str] | None = None,
    dsl: str | os.PathLike = FIRST_DSL,
    progress: Progress | None = None,
) -> Run:
    """Evolve a population of networks with the baseline beside it, and measure what was kept on the test part, once.

    A run that is there is resumed; one that is finished is returned as it is. The folder is the same for any number of workers,
    wherever they run.

    Args:
        config: the experiment, such as `PROFILES["quick"]`.
        path: the run's folder.
        data: the folder of the puzzles, see `pyssnn.raven.generate_data`; as many as all parts of the split hold together, or more.
        workers: how many networks are trained at a time; with more than 1 in processes, so call this under
            `if __name__ == "__main__"` then.
        scheduler, slurm: where, see `pyssnn.jobs.workers_for`; with "dask" the line above holds, too.
        dsl: the DSL to start from.
        progress: what is told about it.

    Returns:
        The run, closed: its records and paths can be read. See `results/README.md` for what the folder holds.

    Raises:
        InputError: an argument or a file cannot be used, or the folder holds another run: nothing has changed then. Or, later, a
            file of the run is missing or damaged, or the search finds no program within its budget.
        WorkerLost: workers are ended from outside again and again. What had finished is recorded.
        KeyboardInterrupt: on Ctrl-C or SIGTERM. What had finished is recorded.
    """
    config = _with_stack(config, path)
    Dsl.load(Path(dsl))
    library = Path(dsl).read_bytes()
    described = {**config.to_json(), "dsl": {"sha256": hashlib.sha256(library).hexdigest()}}
    progress = progress or Silent()
    place = (scheduler, workers, slurm)
    with _begun("experiment", config, path, data, place, described) as (run, config, parts, test, pool):
        if not is_finished(run):
            best = train_baseline(run, config, parts, pool, progress)
            networks = SymbolicallySynthesizedNetworks(run, config, parts, pool, dsl=library, progress=progress)
            networks.evolve()
            measured = measure_all(run, config, test, {**best, **networks.kept()}, pool, progress)
            _finish(run, measured, best)
    return run


def run_baseline(
    config: ExperimentConfig,
    path: str | os.PathLike,
    *,
    data: str | os.PathLike,
    workers: int = 1,
    scheduler: str = "local",
    slurm: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Train `config.n_baseline` networks without a graph, in a run of their own; arguments and errors as for `run_experiment`."""
    config = _with_stack(config, path)
    progress = progress or Silent()
    described = {name: value for name, value in config.to_json().items() if name not in _NOT_OF_BASELINES}
    with _begun("baseline", config, path, data, (scheduler, workers, slurm), described) as (run, config, parts, test, pool):
        if not is_finished(run):
            best = train_baseline(run, config, parts, pool, progress)
            _finish(run, measure_all(run, config, test, best, pool, progress), best)
    return run


def run_learning_curve(
    path: str | os.PathLike,
    *,
    data: str | os.PathLike,
    sizes: Sequence[int] = (32, 128, 512, 2048),
    seeds: int = 3,
    workers: int = 1,
    scheduler: str = "local",
    slurm: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> dict:
    """Train the baseline, random programs and the best evolved on more and more puzzles, each alone, with a finished run's settings.

    Networks are trained on any puzzles but those of the run's evaluation and test parts, and measured on the evaluation part. Each is
    a step in the run's folder, so the same call goes on where it was stopped. See `pyssnn.evolution.learning_curve`.

    Args:
        path: the folder of a finished run of `run_experiment`.
        data: the run's data set, or a larger one that begins with it (the same seed).
        sizes: numbers of items trained on; even numbers for a target that needs alternatives.
        seeds: networks of each kind for each size.
        workers, scheduler, slurm, progress: as for `run_experiment`.

    Returns:
        What was written to `learning_curve.json` in the run's folder: these sizes and seeds, not those of earlier calls.

    Raises:
        InputError: an argument or a file cannot be used, the run is not finished, or there are too few puzzles; nothing has changed then.
        WorkerLost, KeyboardInterrupt: as for `run_experiment`.
    """
    folder = Path(path)
    check_integer("seeds", seeds, 1)
    if not sizes:
        raise InputError("sizes", "none", "numbers of puzzles")
    for size in sizes:
        check_integer("sizes", size, 1)
    found = status(folder)
    if found.kind != "experiment" or found.remains:
        raise InputError(folder, f"{found.kind}, {found.state}", "a finished run of pyssnn evolve")
    config = read_json(folder / "run.json")["config"]
    target = TARGETS.get(config["target"])
    dataset = RavenDataset(data, config["target"], answers_only=target is None or not target.needs_alternatives)
    split = _split_of(folder, dataset, config["data"])
    per_puzzle, outside = dataset.items_per_puzzle, {*split["evaluation"], *split["test"]}
    pool = [item for item in range(len(dataset)) if item not in outside]
    for size in sizes:
        if size % per_puzzle:
            raise InputError("sizes", size, "even numbers: an answer and its alternative stay together")
    if len(pool) < max(sizes):
        raise InputError("sizes", max(sizes), f"at most {len(pool)}, the puzzles of {data} outside the run's evaluation and test parts",
                         "give smaller sizes, or make a larger data set with the same seed")  # fmt: skip
    dataset.verify()
    try:
        settings = NetworkConfig(**config["network"]), TrainingConfig(**config["training"])
        template, torch_threads = NetworkJob(*settings, None, 0, 0, config["backend"], config["device"]), config["torch_threads"]
    except (KeyError, TypeError) as error:
        raise InputError(folder / "run.json", f"another version's configuration ({error})", "the configuration of a run of this version") from error
    _check_device(template.device)
    drawn = orders(len(pool) // per_puzzle, max(sizes) // per_puzzle, seeds, found.seed)
    items = [[pool[int(puzzle) * per_puzzle + kind] for puzzle in order for kind in range(per_puzzle)] for order in drawn]
    used = sorted(set().union(*items))
    parts = {name: _part(dataset, chosen) for name, chosen in (("train", used), ("eval", split["evaluation"]))}
    with (
        workers_for(scheduler, workers, torch_threads, folder.parent, slurm) as pool_of_workers,
        stop_on_termination(),
        Run.create_or_resume(folder, found.kind, config, found.seed) as run,
    ):
        curve = train_curve(
            run, parts, items, {item: i for i, item in enumerate(used)}, sorted(set(sizes)), template,
            read_json(folder / "log.json"), pool_of_workers, progress or Silent(),
        )  # fmt: skip
        atomic_write_json(run.path("learning_curve.json"), curve)
        run.event("learning curve", sizes=curve["sizes"], seeds=seeds)
    return curve


def _split_of(folder: Path, dataset: RavenDataset, identity: Mapping) -> dict[str, list[int]]:
    """The split of the run in `folder`, by part, if the data set is the run's or begins with it."""
    puzzles = int(identity["puzzles"])
    same = len(dataset.records) >= puzzles and dataset.fingerprint_of_first(puzzles) == identity["sha256"]
    if not same:
        raise InputError(dataset.directory, "another data set", f"the run's of {puzzles} puzzles, or a larger one that begins with it",
                         "name it with --data")  # fmt: skip
    path, recorded = folder / "split.json", read_json(folder / "steps" / "split.json")
    split = read_json(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != recorded.get("sha256"):
        raise InputError(path, "another split", "the split that this run was begun with", RESTORE)
    return split


def is_finished(run: Run) -> bool:
    """Whether nothing is left to do in the run."""
    record = run.recorded(_FINISHED)
    return record is not None and isinstance(record["test"], dict)


def _finish(run: Run, measured: Mapping[str, dict], best: Mapping[str, dict]) -> None:
    """Record what the test part says, by network; the run is finished with this step."""
    test = {"baseline": {}, "kept": {}}
    for name, metrics in measured.items():
        test["baseline" if name in best else "kept"][name] = metrics
    run.step(_FINISHED, lambda: {"test": test})
    run.event("finished")


@contextmanager
def _begun(
    kind: str, config: ExperimentConfig, path: str | os.PathLike, data: str | os.PathLike, place: tuple, described: Mapping
) -> Iterator[tuple[Run, ExperimentConfig, dict[str, Part], Part, Workers]]:
    """The run, its configuration with the target's width, the parts for selection, the test part, the workers.

    All input is checked before the run's folder is touched.
    """
    target = TARGETS.get(config.target)
    dataset = RavenDataset(data, config.target, answers_only=target is None or not target.needs_alternatives)
    config = replace(config, network=replace(config.network, target_dim=dataset.target_dim))
    for name in ("n_train", "n_validation"):
        if getattr(config, name) % dataset.items_per_puzzle:
            raise InputError(name, getattr(config, name), "an even number: an answer and its alternative stay together")
    split = random_split(
        dataset,
        config.n_train + config.n_validation,
        config.n_evaluation,
        config.n_test,
        seed=seed_for(config.seed, 0, "", "split"),
    )
    dataset.verify()
    identity = {"data": {"puzzles": len(dataset.records), "sha256": dataset.fingerprint}}
    scheduler, n_workers, slurm = place
    with (
        workers_for(scheduler, n_workers, config.torch_threads, Path(path).parent, slurm) as pool,
        stop_on_termination(),
        Run.create_or_resume(path, kind, {**described, **identity}, config.seed) as run,
    ):
        parts = _parts(dataset, _recorded_split(run, dataset, split), config)
        yield run, config, parts, parts.pop("test"), pool


def _with_stack(config: ExperimentConfig, path: str | os.PathLike) -> ExperimentConfig:
    _check_device(config.device)
    return with_stack(config, Path(path))


def _check_device(name: str) -> None:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError("device", repr(name), "a device that torch knows, such as cpu or cuda") from error
    try:
        torch.zeros(1, device=device).add(1).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = f"{name}: {' '.join(str(error).split()) or type(error).__name__}"
        raise InputError("device", reason, "a device of this machine", "train on the cpu") from error


def _recorded_split(run: Run, dataset: RavenDataset, split: Split) -> Split:
    """The split as its file has it, which is the split that was drawn."""
    path = run.path("split.json")

    def record() -> dict:
        save_split(split, path)
        return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}

    run.step("split", record)
    try:
        recorded = load_split(path, dataset)
    except InputError as error:
        raise InputError(error.where, error.found, error.expected, RESTORE) from error
    if recorded != split:
        raise InputError(path, "another split", "the split that this run was begun with", RESTORE)
    return recorded


def _parts(dataset: RavenDataset, split: Split, config: ExperimentConfig) -> dict[str, Part]:
    """The puzzles of each part. Those for validation are the last of the split's training part."""
    indices = {"train": split.train[: config.n_train], "eval": split.evaluation, "test": split.test}
    if config.n_validation:
        indices["validation"] = split.train[config.n_train :]
    return {name: _part(dataset, chosen) for name, chosen in indices.items()}


def _part(dataset: RavenDataset, items: Sequence[int]) -> Part:
    inputs, targets = dataset.tensors(items)
    return Part(inputs.numpy(), targets.numpy())
