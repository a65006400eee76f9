"""Runs: the experiments with their seeds, or a user's own network, each in a run folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes, atomic_write_json, atomic_write_text
from pyssnn.interrupts import stop_on_termination
from pyssnn.jobs import LocalWorkers, Lost, WorkerLost
from pyssnn.runs import Run, seed_for
from pyssnn.synthesis.build import SERVICE, built

from .candidates import Search, SearchConfig, core_search
from .experiments import EXPERIMENTS, Experiment
from .figure import figure
from .gradients import value_and_gradient
from .interpretation import Interpretation, interpret
from .latent import TrainingConfig, train
from .report import record, report
from .storage import load_trained, to_bytes
from .truth import Verdict, compare

if TYPE_CHECKING:
    from torch import nn

_NEAR_BOUNDARY = 8  # times as many of a classifier's points are drawn as are moved to its boundary
_NEWTON_STEPS = 4
_ON_BOUNDARY = 1e-2  # as a distance, to first order


class Progress(Protocol):
    """Where a run reports to (`pyssnn.progress.ConsoleProgress`)."""

    def start(self, what: str, total: int) -> None: ...

    def advance(self, n: int = 1) -> None: ...

    def message(self, text: str) -> None: ...

    def counter(self, what: str) -> Callable[[int, int], None]: ...


@dataclass(frozen=True)
class RunConfig:
    """What determines a run of experiments."""

    experiments: tuple[str, ...]
    seeds: int = 1
    training: TrainingConfig = TrainingConfig()
    search: SearchConfig = SearchConfig()

    def __post_init__(self) -> None:
        for name in self.experiments:
            if name not in EXPERIMENTS:
                raise InputError("experiment", repr(name), f"one of {', '.join(EXPERIMENTS)}")
        if not self.experiments:
            raise InputError("experiments", "none", f"some of {', '.join(EXPERIMENTS)}")
        check_integer("seeds", self.seeds, 1)


def interpret_network(
    module: nn.Module, experiment: Experiment, rng: np.random.Generator, config: SearchConfig, *, seed: int = 0, search: Search = core_search
) -> tuple[Interpretation, Verdict]:
    """Interpret a network trained for the experiment on new anchors, and compare what is found with the truth."""
    points = held_out(module, experiment, rng, config.n_points + config.n_held_out)
    # Points on a boundary are a thin set, though the latent is known across it.
    bases = "estimate" if experiment.kind == "siamese" else "none"
    found = interpret(module, points, names=experiment.inputs, bases=bases, config=config, seed=seed, search=search)
    verdict = compare(found, experiment, module)
    if experiment.kind == "classifier":
        anywhere = experiment.points(rng, config.n_held_out)
        found = found.over(anywhere, value_and_gradient(module, anywhere)[0])
    return found, verdict


def held_out(module: nn.Module, experiment: Experiment, rng: np.random.Generator, n: int) -> np.ndarray:
    """New points, (n, d): anchors; or, of a classifier's points, those that come to lie on its boundary, about n."""
    if experiment.kind == "siamese":
        return experiment.points(rng, n)
    return on_boundary(module, experiment.points(rng, _NEAR_BOUNDARY * n), n)


def on_boundary(module: nn.Module, points: np.ndarray, n: int) -> np.ndarray:
    """The n of the points (m, d) at which the latent is nearest to 0, moved along its gradient to where it is 0 (Newton's method).

    Labels determine this level set of a classifier and no other. What leaves the box of the points is left out.
    """
    z, _ = value_and_gradient(module, points)
    near = points[np.sort(np.argsort(np.abs(z), kind="stable")[:n])]
    for _ in range(_NEWTON_STEPS):
        z, gradient = value_and_gradient(module, near)
        near = near - (z / np.maximum(np.sum(gradient**2, axis=1), 1e-300))[:, None] * gradient
        near = near[np.all((near >= points.min(axis=0)) & (near <= points.max(axis=0)), axis=1)]
    z, gradient = value_and_gradient(module, near)
    return near[np.abs(z) <= _ON_BOUNDARY * np.linalg.norm(gradient, axis=1)]


def run_experiments(config: RunConfig, folder: str | os.PathLike, *, seed: int = 0, workers: int = 1, progress: Progress) -> Run:
    """Train and interpret a network for each experiment and seed; a step for each, so an interrupted run goes on.

    A network that is in the folder already is only read: delete `steps`, and a later version reads the same networks again.

    The folder holds steps/, networks/ (safetensors), figures/, results.json and report.md. Times apart, the results do not depend on
    the number of workers.

    Raises:
        InputError: the folder is another run's or cannot be written, or the core is not built.
        WorkerLost: the worker of a network was ended from outside twice.
    """
    built(SERVICE)
    steps = {f"{name}/seed_{i}": (name, i) for name in config.experiments for i in range(config.seeds)}
    with Run.create_or_resume(folder, "interpretation", asdict(config), seed) as run, stop_on_termination(), LocalWorkers(workers) as pool:
        networks = {step: run.path("networks", f"{name}_{i}.safetensors") for step, (name, i) in steps.items()}
        rounds = sorted(steps.items(), key=lambda item: item[1][1])  # every experiment once before any of them again
        jobs = {step: (*job, networks[step] if networks[step].exists() else None) for step, job in rounds if run.recorded(step) is None}
        if jobs:
            progress.start("networks", len(jobs))
        for step, made in pool.run(_one, (config, seed), jobs):
            if isinstance(made, Lost):
                raise WorkerLost(f"{step} cannot be read: {made.reason}; what had finished is recorded: start again")
            atomic_write_bytes(networks[step], made.weights)
            atomic_write_bytes(run.path("figures", f"{networks[step].stem}.png"), made.figure)
            run.record(step, made.record)
            best = made.record["best"]
            progress.message(f"{step}: {made.record['verdict']}: {best['form']} (1 - cos² {best['error']:.1e}, {made.record['seconds']:.0f} s)")
            progress.advance()
        results = {step: run.step(step, dict) for step in steps}
        run.step("finished", lambda: _summary(results))
        atomic_write_json(run.path("results.json"), results)
        atomic_write_text(run.path("report.md"), report("Interpretation", results, _notes(results)))
        run.event("finished")
        return run


@dataclass(frozen=True)
class _Made:
    """A job's result: its record, the network as safetensors, the figure as PNG."""

    record: dict
    weights: bytes
    figure: bytes


def _one(shared: tuple[RunConfig, int], job: tuple[str, int, Path | None]) -> _Made:
    (config, run_seed), (name, i, stored) = shared, job
    experiment = EXPERIMENTS[name]
    seed = seed_for(run_seed, i, name, "latent")
    trained = train(experiment, config.training, seed) if stored is None else load_trained(stored, len(experiment.inputs), config.training)
    found, verdict = interpret_network(trained.module, experiment, np.random.default_rng([seed, 2]), config.search, seed=seed)
    training = {"steps": trained.steps, "stopped": trained.stopped, "loss": trained.loss, "seconds": trained.seconds}
    made = {
        **record(found, verdict),
        "truth": list(experiment.truth),
        "how": experiment.how,
        "training": training,
        "seconds": trained.seconds + found.seconds,
        "seconds_search": found.seconds,
    }
    return _Made(made, to_bytes(trained), figure(found, f"{experiment.title}, seed {i}"))


def _summary(results: Mapping[str, dict]) -> dict:
    counts: dict[str, dict[str, int]] = {}
    for step, result in results.items():
        of = counts.setdefault(step.split("/")[0], {})
        of[result["verdict"]] = of.get(result["verdict"], 0) + 1
    return {"verdicts": counts}


def _notes(results: Mapping[str, dict]) -> Sequence[str]:
    counts = _summary(results)["verdicts"]
    return [f"- {name}: " + ", ".join(f"{verdict} {n}" for verdict, n in of.items()) for name, of in counts.items()]


def run_model(
    module: nn.Module,
    points: np.ndarray,
    folder: str | os.PathLike,
    *,
    source: Mapping[str, str],
    names: Sequence[str] | None = None,
    config: SearchConfig | None = None,
    seed: int = 0,
    progress: Progress,
    search: Search = core_search,
) -> tuple[Run, Interpretation]:
    """Interpret a user's own network into a run folder: result.json, figure.png, report.md.

    Args:
        source: what tells this network and these points from others, such as hashes of their files.

    Raises:
        InputError: the module, the points or the folder cannot be used; then nothing is written.
    """
    config = config or SearchConfig()
    found = interpret(module, points, names=names, config=config, seed=seed, search=search, on_progress=progress.counter("interpreting"))
    described = {"search": asdict(config), "names": list(found.best.form.inputs), **source}
    with Run.create_or_resume(Path(folder), "interpretation of a model", described, seed) as run:
        result = run.step("result", lambda: record(found))
        if not run.path("figure.png").exists():
            atomic_write_bytes(run.path("figure.png"), figure(found, str(found.best.form)))
        atomic_write_text(run.path("report.md"), report("Interpretation", {"model": result}))
        return run, found
