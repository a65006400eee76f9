"""`raven`, `evolve`, `baseline`, `learning-curve`: puzzles, and the networks trained on them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pyssnn.cli.common import DATA, RESUMES, Command, add_results, add_workers, check_name, say
from pyssnn.errors import InputError

if TYPE_CHECKING:
    from pyssnn.evolution import ExperimentConfig
    from pyssnn.runs import Run

_PROFILES = ("quick", "paper")  # these and the choices below are written out, so that help needs no torch


def _stack(text: str) -> int | str:
    if text != "auto" and not text.isdecimal():
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number or auto")
    return text if text == "auto" else int(text)


def _epochs(text: str) -> tuple[int, ...]:
    epochs = text.split(",")
    if not all(epoch.isdecimal() for epoch in epochs):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected epochs such as 4,8")
    return tuple(int(epoch) for epoch in epochs)


_OVERRIDES: dict[str, tuple[Callable | tuple[str, ...], str]] = {  # field of ExperimentConfig or of a part of it: type or choices (bool: a flag), help
    "iterations": (int, "iterations of the population"),
    "population_size": (int, "members after refilling"),
    "n_preserved": (int, "members kept in each iteration"),
    "n_baseline": (int, "networks of the baseline"),
    "n_train": (int, "puzzles trained on"),
    "n_evaluation": (int, "puzzles for the evaluation accuracy"),
    "n_test": (int, "puzzles for the test, which selection never sees"),
    "n_validation": (int, 'puzzles for the selection "validation"'),
    "selection": (
        ("training", "validation", "cross-validation"),
        'rank by accuracy on the "training" puzzles (the paper), on the "validation" puzzles, or on held-out training puzzles',
    ),
    "folds": (int, 'parts of the training puzzles for the selection "cross-validation"'),
    "target": (("correctness", "constant_color", "all_patterns"), "what is predicted"),
    "backend": (("torch", "dgl"), "what the networks compute with; dgl is the reference"),
    "device": (str, "where networks are trained, such as cpu or cuda"),
    "stack": (_stack, 'networks trained as one model, or "auto" for what suits the device, which cuda does without being told'),
    "training.epochs": (int, "epochs of each training"),
    "training.precision": (("float32", "bfloat16"), "of the networks' forward pass; the paper profile's bfloat16 needs a processor that has it to be quick"),
    "racing.rungs": (_epochs, "epochs, such as 4,8, after which the worse half of those still trained stops"),
    "exploration.max_programs": (int, "programs tried in each exploration"),
    "exploration.warmup_rounds": (int, "rounds of compression and exploration to fill the first population, at most"),
    "exploration.contextual": (bool, "search with weights that depend on where a primitive stands"),
    "exploration.max_alternatives": (int, "other programs of its graph that compression may choose from for each member"),
    "compression.weighting": (("equal", "accuracy"), "what the members' programs count for in compression"),
    "compression.prune_after": (int, "iterations without a use after which a learned primitive is dropped (0: never)"),
}
_METAVARS = {int: "INT", str: "NAME", _stack: "INT", _epochs: "INT,INT"}
_OF_POPULATIONS = (
    *("iterations", "population_size", "n_preserved", "backend"),
    *(field for field in _OVERRIDES if field.startswith(("exploration.", "compression.", "racing."))),
)
_SCHEDULER = 'where networks are trained: "local", "dask" on this machine, the address of a Dask scheduler, or "slurm" (%(default)s)'
_SLURM = "options of Slurm's jobs: timeout_min, mem_gb, cpus_per_task, gpus_per_node, and those of sbatch, such as partition"


def add(command: Command) -> None:
    raven = command("raven", _raven, "make RAVEN puzzles", "no puzzles were kept; the same command starts again")
    raven.add_argument("--n", type=int, metavar="INT", default=2560, help="number of puzzles (%(default)s; the paper's profile needs 2528)")
    raven.add_argument("--out", type=Path, metavar="DIR", default=DATA, help="folder of the data set (%(default)s)")
    raven.add_argument("--seed", type=int, metavar="INT", default=0)
    add_workers(raven)

    evolve = command("evolve", _evolve, "evolve a population of networks, with a baseline beside it", RESUMES)
    baseline = command("baseline", _baseline, "train a baseline alone", RESUMES)
    for experiment, left_out in ((evolve, ()), (baseline, _OF_POPULATIONS)):
        experiment.add_argument("--profile", choices=_PROFILES, default="quick", help="configuration to start from (%(default)s)")
        add_results(experiment, "by default the profile's")
        experiment.add_argument("--data", type=Path, metavar="DIR", default=DATA, help="folder of the data set (%(default)s)")
        experiment.add_argument("--seed", type=int, metavar="INT", default=0)
        experiment.add_argument("--no-figures", action="store_true", help="no figures and no report at the end")
        add_workers(experiment)
        experiment.add_argument("--scheduler", metavar="WHERE", default="local", help=_SCHEDULER)
        experiment.add_argument("--slurm", nargs="+", metavar="KEY=VALUE", default=[], help=_SLURM)
        changes = experiment.add_argument_group("changes to the profile")
        for field, (kind, text) in _OVERRIDES.items():
            if field not in left_out:
                changes.add_argument(f"--{field.split('.')[-1].replace('_', '-')}", dest=field, help=text, **_takes(kind))

    curve = command("learning-curve", _learning_curve, "train a run's kinds of networks on more and more puzzles", RESUMES)
    curve.add_argument("path", type=Path, help="folder of a finished run of evolve")
    curve.add_argument("--data", type=Path, metavar="DIR", default=DATA, help="the run's data set, or a larger one that begins with it (%(default)s)")
    curve.add_argument("--sizes", metavar="INT,…", default="32,128,512,2048", help="numbers of puzzles (%(default)s)")
    curve.add_argument("--seeds", type=int, metavar="INT", default=3, help="networks of each kind for each number (%(default)s)")
    add_workers(curve)
    curve.add_argument("--scheduler", metavar="WHERE", default="local", help=_SCHEDULER)
    curve.add_argument("--slurm", nargs="+", metavar="KEY=VALUE", default=[], help=_SLURM)


def _takes(kind: type | tuple[str, ...]) -> dict:
    """What argparse is told of an option that leaves the profile as it is unless given."""
    if kind is bool:
        return {"action": "store_true", "default": None}
    return {"choices": kind} if isinstance(kind, tuple) else {"type": kind, "metavar": _METAVARS[kind]}


def _raven(arguments: argparse.Namespace) -> int:
    from pyssnn.progress import ConsoleProgress
    from pyssnn.raven import generate_data

    with ConsoleProgress(quiet=arguments.quiet) as progress:
        folder = generate_data(arguments.n, arguments.out, seed=arguments.seed, workers=arguments.workers, progress=progress.counter("puzzles"))
    say(arguments, f"{arguments.n} puzzles in {folder}")
    return 0


def _evolve(arguments: argparse.Namespace) -> int:
    from pyssnn.experiments import run_experiment

    return _run(arguments, run_experiment, arguments.name or arguments.profile)


def _baseline(arguments: argparse.Namespace) -> int:
    from pyssnn.experiments import run_baseline

    return _run(arguments, run_baseline, arguments.name or f"{arguments.profile}_baseline")


def _run(arguments: argparse.Namespace, run: Callable, name: str) -> int:
    from pyssnn.experiments import PROFILES
    from pyssnn.progress import ConsoleProgress
    from pyssnn.status import status

    check_name(name)
    place = {"workers": arguments.workers, "scheduler": arguments.scheduler, "slurm": _pairs(arguments.slurm)}
    folder = arguments.results / name
    config = _changed(PROFILES[arguments.profile], arguments)
    finished_before = (folder / "run.json").exists() and not status(folder).remains
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        finished = run(config, folder, data=arguments.data, progress=progress, **place)
    if not arguments.no_figures:
        from pyssnn.plots import plot_all
        from pyssnn.report import FILE, write_report

        plot_all(folder)
        write_report(folder, folder / FILE)
    say(arguments, f"{'Finished before' if finished_before else 'Finished'}: {folder}")
    _tell_test(arguments, finished)
    say(arguments, f"Numbers: {folder / 'log.json' if run.__name__ == 'run_experiment' else folder / 'baseline_summary.json'}")
    if not arguments.no_figures:
        say(arguments, f"Figures: {folder / 'figures'}")
        say(arguments, f"Report: {folder / FILE}")
    return 0


def _pairs(words: Sequence[str]) -> dict[str, str]:
    for word in words:
        if not re.fullmatch(r"\w+=.+", word):
            raise InputError("--slurm", repr(word), "KEY=VALUE")
    return dict(word.split("=", 1) for word in words)


def _changed(config: ExperimentConfig, arguments: argparse.Namespace) -> ExperimentConfig:
    """The profile with the seed and what else was given on the command line in place."""
    changes: dict[str, dict] = {"": {"seed": arguments.seed}}
    for field in _OVERRIDES:
        value = getattr(arguments, field, None)
        if value is not None:
            part, _, name = field.rpartition(".")
            changes.setdefault(part, {})[name] = value
    if changes[""].get("device", "").startswith("cuda"):
        changes[""].setdefault("stack", "auto")
    parts = {part: replace(getattr(config, part), **changed) for part, changed in changes.items() if part}
    return replace(config, **changes[""], **parts)


def _tell_test(arguments: argparse.Namespace, run: Run) -> None:
    """The accuracy on the test part of the networks that the selection chose."""
    measured = (run.recorded("finished") or {}).get("test", {})
    for chosen, of in (("baseline", "the baseline's best network"), ("kept", "the networks that the last selection kept")):
        accuracies = [metrics["accuracy"] for metrics in measured.get(chosen, {}).values()]
        if accuracies:
            spread = "" if len(accuracies) == 1 else f" on average ({min(accuracies):.1%} to {max(accuracies):.1%})"
            say(arguments, f"Test accuracy of {of}: {sum(accuracies) / len(accuracies):.1%}{spread}")


def _learning_curve(arguments: argparse.Namespace) -> int:
    from pyssnn.experiments import run_learning_curve
    from pyssnn.progress import ConsoleProgress

    sizes = arguments.sizes.split(",")
    if not all(re.fullmatch(r"\s*\d+\s*", size) for size in sizes):
        raise InputError("--sizes", repr(arguments.sizes), "whole numbers with commas between them, such as 32,128")
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        curve = run_learning_curve(
            arguments.path, data=arguments.data, sizes=[int(size) for size in sizes], seeds=arguments.seeds,
            workers=arguments.workers, scheduler=arguments.scheduler, slurm=_pairs(arguments.slurm), progress=progress,
        )  # fmt: skip
    for row in curve["summary"]:
        spread = f"{row['mean']:.1%} ({row['low']:.1%} to {row['high']:.1%})"
        say(arguments, f"{row['size']:>5} puzzles  {row['group']:<8}  {spread}, {row['n']} networks")
    say(arguments, f"Numbers: {arguments.path / 'learning_curve.json'}")
    return 0
