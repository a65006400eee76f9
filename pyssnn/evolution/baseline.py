"""The baseline: networks without a graph, trained as the population is, on the same puzzles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.cross_validation import train_ranked
from pyssnn.evolution.progress import Progress
from pyssnn.evolution.state import weights_file
from pyssnn.evolution.training import NetworkJob, Part
from pyssnn.evolution.training_steps import check_weights, training_log
from pyssnn.jobs import Workers
from pyssnn.runs import Run, atomic_write_json, seed_for


def train_baseline(
    run: Run, config: ExperimentConfig, parts: Mapping[str, Part], workers: Workers, progress: Progress
) -> dict[str, dict]:
    """Train `config.n_baseline` networks and write their flat logs `baseline_<i>.json` and `baseline_summary.json`.

    Returns:
        The record of the best network, by name; best by the rule that the population is ranked by, the first of equals.

    Raises:
        InputError: a record, or weights that a record says are there, are missing or damaged.
    """
    jobs = {f"baseline_{i}": _job(run, config, f"baseline_{i}") for i in range(config.n_baseline)}
    steps = {name: f"baseline/{name}_{job.training_seed}" for name, job in jobs.items()}
    recorded = {name: step for name, step in steps.items() if run.recorded(step) is not None}
    if recorded != steps:
        check_weights(run, recorded)
    trained = train_ranked(run, config, "baseline: training", parts, steps, jobs.__getitem__, workers, progress)
    best = min(trained, key=lambda name: (trained[name]["failed"] is not None, -trained[name][config.selection_part]["perf"]))

    def summarise() -> dict:
        for name, result in trained.items():
            atomic_write_json(run.path(f"{name}.json"), {**training_log(config, result), "network": asdict(config.network)})
        measured = [part for part in ("train", "eval", "validation", "cross-validation") if part in trained[best]]
        summary = {part: _statistics([result[part]["perf"] for result in trained.values()]) for part in measured}
        summary = {"n": len(trained), "perf_metric": config.training.perf_metric, **summary, "selected": best}
        atomic_write_json(run.path("baseline_summary.json"), summary)
        for name in jobs:
            if name != best:
                weights_file(run, name).unlink(missing_ok=True)
        return summary

    run.step("baseline/summary", summarise)
    check_weights(run, {best: steps[best]})
    return {best: trained[best]}


def _job(run: Run, config: ExperimentConfig, name: str) -> NetworkJob:
    return NetworkJob(
        config.network,
        config.training,
        None,
        initialisation_seed=seed_for(run.seed, 0, name, "initialisation"),
        training_seed=seed_for(run.seed, 0, name, "training"),
        device=config.device,
    )


def _statistics(values: list[float]) -> dict[str, float]:
    """Mean, standard deviation (of the values as they are: divided by n) and best."""
    return {"mean": float(np.mean(values)), "std": float(np.std(values)), "best": max(values)}
