"""Racing: the worse half of a population stops early (successive halving: Jamieson and Talwalkar 2016, on training time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.progress import Progress
from pyssnn.evolution.state import checkpoint_file, keep_checkpoints, read_tensors
from pyssnn.evolution.training import NetworkJob, Part
from pyssnn.evolution.training_steps import beside, train_all
from pyssnn.jobs import Workers
from pyssnn.runs import Run


def race(
    run: Run,
    config: ExperimentConfig,
    what: str,
    parts: Mapping[str, Part],
    name: str,
    steps: Mapping[str, str],
    job: Callable[[str], NetworkJob],
    rank: Callable[[Mapping[str, dict]], list[str]],
    workers: Workers,
    progress: Progress,
) -> tuple[dict[str, str], Callable[[str], NetworkJob]]:
    """Train a population up to the last rung. Those that stop at a rung get their record, which says after how many `epochs`.

    Of a rung, each network's training and the decision are steps; the networks' trainings are in the run's checkpoints until the
    next decision. Of an odd number the smaller half stops; what has failed stops in any case.

    Args:
        run, what, parts, job, workers, progress: see `train_all`.
        config: says where the rungs are.
        name: what the names of the rungs' steps begin with.
        steps: the step of each network's record, by the network's name.
        rank: puts records, given by the networks' names, in order, the best first.

    Returns:
        The steps of those that go on, and how they are trained to the end.

    Raises:
        InputError: a checkpoint is missing or damaged.
    """
    alive, before = list(steps), None

    def resumed(name: str) -> NetworkJob:
        return job(name) if before is None else replace(job(name), checkpoint=read_tensors(checkpoint_file(run, name, before), "the training of a network that goes on"))

    for rung in config.racing.rungs:
        rungs = {each: beside(steps[each], f"rung_{rung:03d}") for each in alive}
        decision = run.recorded(f"{name}_{rung:03d}")
        if decision is None:
            how_far = f"{what} up to epoch {rung}"
            results = train_all(run, how_far, parts, rungs, resumed, workers, progress, stack=config.stack, until=rung)
            best = rank(results)[: (len(alive) + 1) // 2]
            on = [each for each in alive if each in best and results[each]["failed"] is None]
            stopped = [each for each in alive if each not in on]
            decision = run.record(f"{name}_{rung:03d}", {"ranked_by": config.selection_part, "going_on": on, "stopped": stopped})
            progress.message(f"{what}: {len(stopped)} stopped after epoch {rung}, {len(on)} go on")
        for each in decision["stopped"]:
            if run.recorded(steps[each]) is None:
                run.record(steps[each], {**run.recorded(rungs[each]), "epochs": rung})
        alive, before = decision["going_on"], rung
        keep_checkpoints(run, alive, [each for each in config.racing.rungs if each >= rung])
    return {each: steps[each] for each in alive}, resumed
