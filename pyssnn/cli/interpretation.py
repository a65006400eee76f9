"""`interpret`: what latent neurons compute."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyssnn.cli.common import RESUMES, Command, add_results, add_workers, check_name, say
from pyssnn.errors import InputError


def add(command: Command) -> None:
    interpret = command("interpret", _interpret, "read a network's latent as a closed form, by its gradients", RESUMES)
    interpret.add_argument("experiment", nargs="*", help="experiments: a network is trained for each, and read")
    interpret.add_argument("--all", action="store_true", help="all experiments")
    interpret.add_argument("--model", type=Path, metavar="FILE", help="your own network, written by torch.export.save (.pt2)")
    interpret.add_argument("--data", type=Path, metavar="FILE", help="points (n, d) like those that it was trained on (.npy)")
    interpret.add_argument("--inputs", metavar="NAMES", help="names of your network's inputs, separated by commas (x1,x2,...)")
    interpret.add_argument("--seeds", type=int, metavar="INT", default=1, help="networks of each experiment (%(default)s)")
    interpret.add_argument("--steps", type=int, metavar="INT", help="training steps of a network at most")
    interpret.add_argument("--max-programs", type=int, metavar="INT", help="programs of each search")
    add_results(interpret, "by default interpret_ and what is read")
    interpret.add_argument("--seed", type=int, metavar="INT", default=0)
    add_workers(interpret)


def _interpret(arguments: argparse.Namespace) -> int:
    given = [bool(arguments.experiment), arguments.all, arguments.model is not None]
    if sum(given) != 1:
        raise InputError("interpret", f"{sum(given)} of EXPERIMENT, --all and --model", "one of them", "see pyssnn interpret --help")
    if (arguments.model is None) != (arguments.data is None):
        raise InputError("interpret", "one of --model and --data", "both")
    what = "all" if arguments.all else arguments.model.stem if arguments.model else "_".join(arguments.experiment)
    name = arguments.name or f"interpret_{what}"
    check_name(name)
    folder = arguments.results / name
    return _interpret_model(arguments, folder) if arguments.model else _interpret_experiments(arguments, folder)


def _interpret_model(arguments: argparse.Namespace, folder: Path) -> int:
    from hashlib import sha256

    from pyssnn.interpretation import SearchConfig, load_model, load_points, run_model
    from pyssnn.progress import ConsoleProgress

    points, module = load_points(arguments.data), load_model(arguments.model)
    source = {name: sha256(path.read_bytes()).hexdigest() for name, path in (("model", arguments.model), ("data", arguments.data))}
    names = arguments.inputs.split(",") if arguments.inputs else None
    config = SearchConfig(**_given(arguments, "max_programs"))
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        run, found = run_model(module, points, folder, source=source, names=names, config=config, seed=arguments.seed, progress=progress)
    say(arguments, f"{found.verdict}: {found.best.form}  (1 - cos² {found.best.error:.2e}, Spearman {found.spearman:.5f})")
    for rival in found.rivals:
        say(arguments, f"  within the noise: {rival.form}  ({rival.error:.2e})")
    say(arguments, f"Report: {run.path('report.md')}")
    return 0


def _interpret_experiments(arguments: argparse.Namespace, folder: Path) -> int:
    from pyssnn.interpretation import EXPERIMENTS, RunConfig, SearchConfig, TrainingConfig, run_experiments
    from pyssnn.progress import ConsoleProgress

    chosen = tuple(EXPERIMENTS) if arguments.all else tuple(dict.fromkeys(arguments.experiment))
    training, search = TrainingConfig(**_given(arguments, "steps")), SearchConfig(**_given(arguments, "max_programs"))
    config = RunConfig(chosen, arguments.seeds, training, search)
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        run = run_experiments(config, folder, seed=arguments.seed, workers=arguments.workers, progress=progress)
    for name, verdicts in run.recorded("finished")["verdicts"].items():
        say(arguments, f"{name:<12} " + ", ".join(f"{verdict} {n}" for verdict, n in verdicts.items()))
    say(arguments, f"Report: {run.path('report.md')}")
    return 0


def _given(arguments: argparse.Namespace, name: str) -> dict:
    value = getattr(arguments, name)
    return {} if value is None else {name: value}
