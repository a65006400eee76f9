"""Training the networks that a selection ranks, with a cross-validation first if it ranks by that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.progress import Progress
from pyssnn.evolution.training import NetworkJob, Part
from pyssnn.evolution.training_steps import beside, train_all
from pyssnn.jobs import Workers
from pyssnn.runs import Run


def train_ranked(
    run: Run,
    config: ExperimentConfig,
    what: str,
    parts: Mapping[str, Part],
    steps: Mapping[str, str],
    job: Callable[[str], NetworkJob],
    workers: Workers,
    progress: Progress,
) -> dict[str, dict]:
    """`train_all`, each record with what the selection ranks by.

    With the selection "cross-validation", a record has a key of that name: `folds`, the held-out accuracy of each of `config.folds`
    networks (0 of one that failed), and `perf`, their mean. Each of these networks is trained as the member is, from the same
    initialisation, on all folds of the training puzzles but one; nothing else of it is kept. Everything else in the record, and the
    weights, are of a further network, trained on all training puzzles.
    """
    more = None
    if config.selection == "cross-validation" and any(run.recorded(step) is None for step in steps.values()):
        folds = []
        for fold in range(config.folds):
            in_fold = {name: beside(step, f"fold_{fold}") for name, step in steps.items()}
            told, held_out = f"{what}, fold {fold + 1}/{config.folds}", _held_out(parts["train"], fold, config.folds)
            around = (workers, progress)
            folds.append(train_all(run, told, held_out, in_fold, job, *around, stack=config.stack, weights=False))
        accuracies = {name: [results[name]["validation"]["perf"] for results in folds] for name in steps}
        more = {name: {config.selection: {"perf": float(np.mean(each)), "folds": each}} for name, each in accuracies.items()}
    return train_all(run, what, parts, steps, job, workers, progress, stack=config.stack, more=more)


def _held_out(part: Part, fold: int, folds: int) -> dict[str, Part]:
    """The part without a fold, and that fold for validation. Items go to folds in pairs: an answer stays with its alternative."""
    inside = np.arange(len(part)) // 2 % folds == fold
    return {"train": Part(part.inputs[~inside], part.targets[~inside]), "validation": Part(part.inputs[inside], part.targets[inside])}
