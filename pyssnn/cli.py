"""The command `pyssnn`: a thin face over the package. Results go to standard output, progress and errors to standard error.

Exit codes: 0 done, 1 something that is needed is missing (`doctor`) or a run broke, 2 an input that cannot be used or a file that
cannot be read or written, 130 interrupted. An error is one line; with PYSSNN_DEBUG=1 in the environment it is a traceback.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pyssnn.doctor import cores
from pyssnn.errors import InputError

if TYPE_CHECKING:
    from pyssnn.evolution import ExperimentConfig
    from pyssnn.runs import Run

_DATA = Path("graph") / "dataset"
_PROFILES = ("quick", "paper")  # these and the choices below are written out, so that help needs no torch
_OVERRIDES: dict[str, tuple[type | tuple[str, ...], str]] = {  # field of ExperimentConfig or of a part of it: type or choices (bool: a flag), help
    "iterations": (int, "iterations of the population"),
    "population_size": (int, "members after refilling"),
    "n_preserved": (int, "members kept in each iteration"),
    "n_baseline": (int, "networks of the baseline"),
    "n_train": (int, "puzzles trained on"),
    "n_evaluation": (int, "puzzles for the evaluation accuracy"),
    "n_test": (int, "puzzles for the test, which selection never sees"),
    "n_validation": (int, 'puzzles for the selection "validation"'),
    "selection": (("training", "validation"), 'rank by accuracy on the "training" puzzles (the paper) or on the "validation" puzzles'),
    "target": (("correctness", "constant_color", "all_patterns"), "what is predicted"),
    "backend": (("torch", "dgl"), "what the networks compute with; dgl is the reference"),
    "device": (str, "where networks are trained, such as cpu or cuda"),
    "training.epochs": (int, "epochs of each training"),
    "exploration.max_programs": (int, "programs tried in each exploration"),
    "exploration.warmup_rounds": (int, "rounds of compression and exploration to fill the first population, at most"),
    "exploration.contextual": (bool, "search with weights that depend on where a primitive stands"),
    "exploration.max_alternatives": (int, "other programs of its graph that compression may choose from for each member"),
    "compression.weighting": (("equal", "accuracy"), "what the members' programs count for in compression"),
    "compression.prune_after": (int, "iterations without a use after which a learned primitive is dropped (0: never)"),
}
_METAVARS = {int: "INT", str: "NAME"}
_OF_POPULATIONS = (
    *("iterations", "population_size", "n_preserved", "backend"),
    *(field for field in _OVERRIDES if field.startswith(("exploration.", "compression."))),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with the arguments `argv` (those of the process by default) and return its exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as end:  # argparse has said why
        return int(end.code or 0)
    try:
        return arguments.run(arguments)
    except KeyboardInterrupt:
        return _fail(f"interrupted; {arguments.after_interrupt}", 130)
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (InputError, OSError, RuntimeError) as error:  # CoreError, the OCaml core's, is a RuntimeError
        if os.environ.get("PYSSNN_DEBUG", "0") not in ("", "0"):
            raise
        if isinstance(error, InputError):
            return _fail(error, 2)
        if isinstance(error, OSError):
            reason = error.strerror or str(error) or type(error).__name__
            return _fail(reason if error.filename is None else f"{error.filename}: {reason}", 2)
        return _fail(f"{type(error).__name__}: {error} (PYSSNN_DEBUG=1 shows where)", 1)


def _fail(text: object, code: int, command: str = "pyssnn") -> int:
    print(f"{command}: {' '.join(str(text).split())}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise SystemExit(_fail(f"{message}; see {self.prog} --help", 2, self.prog))

    def parse_args(self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None) -> argparse.Namespace:
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            getattr(parsed, "parser", self).error(f"unrecognized arguments: {' '.join(unknown)}")
        return parsed


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="pyssnn", description="Programs become networks, and networks become programs.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str, after_interrupt: str = "nothing was changed"):
        added = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if run not in (_status, _library):  # which do nothing but say
            added.add_argument("--quiet", action="store_true", help="say nothing but errors")
        added.set_defaults(run=run, parser=added, after_interrupt=after_interrupt)
        return added

    raven = command("raven", _raven, "make RAVEN puzzles", "no puzzles were kept; the same command starts again")
    raven.add_argument("--n", type=int, metavar="INT", default=2560, help="number of puzzles (%(default)s; the paper's profile needs 2528)")
    raven.add_argument("--out", type=Path, metavar="DIR", default=_DATA, help="folder of the data set (%(default)s)")
    raven.add_argument("--seed", type=int, metavar="INT", default=0)
    _add_workers(raven)

    resumes = "what is finished is kept; the same command goes on from there"
    evolve = command("evolve", _evolve, "evolve a population of networks, with a baseline beside it", resumes)
    baseline = command("baseline", _baseline, "train a baseline alone", resumes)
    for experiment, left_out in ((evolve, ()), (baseline, _OF_POPULATIONS)):
        experiment.add_argument("--profile", choices=_PROFILES, default="quick", help="configuration to start from (%(default)s)")
        experiment.add_argument("--name", metavar="NAME", help="name of the run's folder (by default the profile's)")
        experiment.add_argument("--data", type=Path, metavar="DIR", default=_DATA, help="folder of the data set (%(default)s)")
        experiment.add_argument("--results", type=Path, metavar="DIR", default=Path("results"), help="folder of the run's folder (%(default)s)")
        experiment.add_argument("--seed", type=int, metavar="INT", default=0)
        experiment.add_argument("--no-figures", action="store_true", help="draw nothing at the end")
        _add_workers(experiment)
        changes = experiment.add_argument_group("changes to the profile")
        for field, (kind, text) in _OVERRIDES.items():
            if field not in left_out:
                changes.add_argument(f"--{field.split('.')[-1].replace('_', '-')}", dest=field, help=text, **_takes(kind))

    explore = command("explore", _explore, "search programs with new outputs", "programs found before may have been written")
    explore.add_argument("dsl", type=Path, help="DSL file to search with")
    explore.add_argument("--representations", type=Path, metavar="DIR", required=True, help="folder of the programs found before; new ones are added")
    explore.add_argument("--next-dsl", type=Path, metavar="FILE", help="DSL file to write (by default dsl_<k+1>.json beside dsl_<k>.json)")
    explore.add_argument("--novel", type=int, metavar="INT", default=10, help="new outputs to take (%(default)s); lighter programs for known ones are taken too")
    explore.add_argument("--max-programs", type=int, metavar="INT", default=1_500_000, help="programs to try (%(default)s)")
    explore.add_argument("--timeout", type=float, metavar="FLOAT", default=600.0, help="seconds to stop after, for safety (%(default)s)")
    explore.add_argument("--program-size-limit", type=int, metavar="INT", default=150, help="largest size of a program (%(default)s)")
    explore.add_argument("--max-diff", type=float, metavar="FLOAT", default=0.5, help="bound of the spread of the learned weights (%(default)s)")
    explore.add_argument("--max-conn", type=int, metavar="INT", default=10, help="ports of a node (%(default)s)")
    explore.add_argument("--contextual", action="store_true", help=_OVERRIDES["exploration.contextual"][1])
    explore.add_argument("--memory-limit", type=int, metavar="BYTES", default=2**33, help="memory to stop at, for safety (%(default)s)")
    _add_workers(explore)

    library = command("library", _library, "tell what the primitives of a DSL do")
    library.add_argument("dsl", type=Path, help="DSL file")

    interpret = command("interpret", _interpret, "read a network's latent as a closed form, by its gradients", resumes)
    interpret.add_argument("experiment", nargs="*", help="experiments: a network is trained for each, and read")
    interpret.add_argument("--all", action="store_true", help="all experiments")
    interpret.add_argument("--model", type=Path, metavar="FILE", help="your own network, written by torch.export.save (.pt2)")
    interpret.add_argument("--data", type=Path, metavar="FILE", help="points (n, d) like those that it was trained on (.npy)")
    interpret.add_argument("--inputs", metavar="NAMES", help="names of your network's inputs, separated by commas (x1,x2,...)")
    interpret.add_argument("--seeds", type=int, metavar="INT", default=1, help="networks of each experiment (%(default)s)")
    interpret.add_argument("--steps", type=int, metavar="INT", help="training steps of a network at most")
    interpret.add_argument("--max-programs", type=int, metavar="INT", help="programs of each search")
    interpret.add_argument("--name", metavar="NAME", help="name of the run's folder (interpret_ and what is read)")
    interpret.add_argument("--results", type=Path, metavar="DIR", default=Path("results"), help="folder of the run's folder (%(default)s)")
    interpret.add_argument("--seed", type=int, metavar="INT", default=0)
    _add_workers(interpret)

    plot = command("plot", _plot, "draw the figures of a run, an archive or baseline logs", "figures drawn before are complete")
    plot.add_argument("path", type=Path, help="run folder, archive of the original, or folder of baseline logs")
    plot.add_argument("--out", type=Path, metavar="DIR", help="folder of the figures (a run's own figures/; else results/figures/<name>)")

    status = command("status", _status, "tell what of a run is done, and what remains")
    status.add_argument("path", type=Path, help="run folder")

    command("doctor", _doctor, "tell what this machine has of what pyssnn needs")
    return parser


def _takes(kind: type | tuple[str, ...]) -> dict:
    """What argparse is told of an option that leaves the profile as it is unless given."""
    if kind is bool:
        return {"action": "store_true", "default": None}
    return {"choices": kind} if isinstance(kind, tuple) else {"type": kind, "metavar": _METAVARS[kind]}


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, metavar="INT", default=cores(), help="processes; the results do not depend on it (%(default)s)")


def _raven(arguments: argparse.Namespace) -> int:
    from pyssnn.progress import ConsoleProgress
    from pyssnn.raven import generate_data

    with ConsoleProgress(quiet=arguments.quiet) as progress:
        folder = generate_data(arguments.n, arguments.out, seed=arguments.seed, workers=arguments.workers, progress=progress.counter("puzzles"))
    _say(arguments, f"{arguments.n} puzzles in {folder}")
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

    folder = arguments.results / _checked_name(name)
    config = _changed(PROFILES[arguments.profile], arguments)
    finished_before = (folder / "run.json").exists() and not status(folder).remains
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        finished = run(config, folder, data=arguments.data, workers=arguments.workers, progress=progress)
    if not arguments.no_figures:
        from pyssnn.plots import plot_all

        plot_all(folder)
    _say(arguments, f"{'Finished before' if finished_before else 'Finished'}: {folder}")
    _tell_test(arguments, finished)
    _say(arguments, f"Numbers: {folder / 'log.json' if run.__name__ == 'run_experiment' else folder / 'baseline_summary.json'}")
    if not arguments.no_figures:
        _say(arguments, f"Figures: {folder / 'figures'}")
    return 0


def _checked_name(name: str) -> str:
    """Raises `InputError` unless the name is one of a folder."""
    if not re.fullmatch(r"[\w.-]*\w[\w.-]*", name):
        raise InputError("--name", repr(name), "letters, digits, dots, dashes and underscores", "the folder above it is --results")
    return name


def _changed(config: ExperimentConfig, arguments: argparse.Namespace) -> ExperimentConfig:
    """The profile with the seed and what else was given on the command line in place."""
    changes: dict[str, dict] = {"": {"seed": arguments.seed}}
    for field in _OVERRIDES:
        value = getattr(arguments, field, None)
        if value is not None:
            part, _, name = field.rpartition(".")
            changes.setdefault(part, {})[name] = value
    parts = {part: replace(getattr(config, part), **changed) for part, changed in changes.items() if part}
    return replace(config, **changes[""], **parts)


def _tell_test(arguments: argparse.Namespace, run: Run) -> None:
    """The accuracy on the test part of the networks that the selection chose."""
    measured = (run.recorded("finished") or {}).get("test", {})
    for chosen, of in (("baseline", "the baseline's best network"), ("kept", "the networks that the last selection kept")):
        accuracies = [metrics["accuracy"] for metrics in measured.get(chosen, {}).values()]
        if accuracies:
            spread = "" if len(accuracies) == 1 else f" on average ({min(accuracies):.1%} to {max(accuracies):.1%})"
            _say(arguments, f"Test accuracy of {of}: {sum(accuracies) / len(accuracies):.1%}{spread}")


def _explore(arguments: argparse.Namespace) -> int:
    from pyssnn.progress import ConsoleProgress
    from pyssnn.synthesis import Dsl, Representation, explore

    found_before = sorted(path.name for path in arguments.representations.glob("*.json"))
    next_dsl = arguments.next_dsl or _next_dsl(arguments.dsl)
    if next_dsl.exists():
        raise InputError(next_dsl, "a file", "a name that is free", "choose another with --next-dsl")
    Dsl.load(arguments.dsl)
    with ConsoleProgress(quiet=arguments.quiet) as progress, _made(arguments.representations):
        count = progress.counter("search")
        found = explore(
            dsl_file=arguments.dsl,
            next_dsl_file=next_dsl,
            representations_dir=arguments.representations,
            frontier=found_before,
            max_novel_representations=arguments.novel,
            max_programs=arguments.max_programs,
            exploration_timeout=arguments.timeout,
            program_size_limit=arguments.program_size_limit,
            max_diff=arguments.max_diff,
            max_conn=arguments.max_conn,
            contextual=arguments.contextual,
            memory_limit=arguments.memory_limit,
            workers=arguments.workers,
            on_progress=lambda n_enumerated, _seconds: count(n_enumerated, arguments.max_programs),
        )
    if not arguments.quiet and found.new:
        print(f"{'nodes':>5} {'edges':>5} {'size':>5} {'mass':>5}  program")
        for name in found.new:
            new = Representation.load(arguments.representations / name)
            print(f"{new.n_nodes:>5} {len(new.edges):>5} {new.size:>5} {new.mass:>5}  {new.stitch_program}")
    stopped = {"programs": "--max-programs", "clock": "--timeout", "memory": "--memory-limit", "exhausted": "no more programs"}
    _say(arguments, f"{len(found.new)} new, {len(found.replacements)} replaced by lighter programs; {found.n_enumerated} programs tried")
    _say(arguments, f"Stopped by: {stopped.get(found.stopped, found.stopped)}")
    _say(arguments, f"Programs: {arguments.representations}; DSL with their weights: {next_dsl}")
    return 0


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder and those above it are there; the new ones go again if an input is refused, which leaves them empty."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except InputError:
        for each in new:
            each.rmdir()
        raise


def _next_dsl(path: Path) -> Path:
    match = re.fullmatch(r"(.*_)(\d+)\.json", path.name)
    if match is None:
        raise InputError(path, "a name without a number", "dsl_<k>.json", "name the file to write with --next-dsl")
    return path.with_name(f"{match[1]}{int(match[2]) + 1}.json")


def _library(arguments: argparse.Namespace) -> int:
    from pyssnn.synthesis import Dsl

    dsl = Dsl.load(arguments.dsl)
    kinds = [p.type.replace(dsl.request, "T").replace("(T)", "T") for p in dsl.primitives]
    rows = [("name", "stable name", "type", "mass", "weight", "description")]
    for p, kind in zip(dsl.primitives, kinds, strict=True):
        rows.append((p.name, p.stable_name or "-", kind, str(p.mass), f"{round(p.log_likelihood, 3) + 0.0:.3f}", p.description))
    a, b, c, d, e, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, stable_name, kind, mass, weight, description in rows:
        print(f"{name:<{a}}  {stable_name:<{b}}  {kind:<{c}}  {mass:>{d}}  {weight:>{e}}  {description}")
    print(f"T is {dsl.request}; weights are in nats; size {dsl.size}, mass {dsl.mass}")
    return 0


def _interpret(arguments: argparse.Namespace) -> int:
    given = [bool(arguments.experiment), arguments.all, arguments.model is not None]
    if sum(given) != 1:
        raise InputError("interpret", f"{sum(given)} of EXPERIMENT, --all and --model", "one of them", "see pyssnn interpret --help")
    if (arguments.model is None) != (arguments.data is None):
        raise InputError("interpret", "one of --model and --data", "both")
    what = "all" if arguments.all else arguments.model.stem if arguments.model else "_".join(arguments.experiment)
    folder = arguments.results / _checked_name(arguments.name or f"interpret_{what}")
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
    _say(arguments, f"{found.verdict}: {found.best.form}  (1 - cos² {found.best.error:.2e}, Spearman {found.spearman:.5f})")
    for rival in found.rivals:
        _say(arguments, f"  within the noise: {rival.form}  ({rival.error:.2e})")
    _say(arguments, f"Report: {run.path('report.md')}")
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
        _say(arguments, f"{name:<12} " + ", ".join(f"{verdict} {n}" for verdict, n in verdicts.items()))
    _say(arguments, f"Report: {run.path('report.md')}")
    return 0


def _given(arguments: argparse.Namespace, name: str) -> dict:
    value = getattr(arguments, name)
    return {} if value is None else {name: value}


def _plot(arguments: argparse.Namespace) -> int:
    from pyssnn.plots import plot_all

    is_run = (arguments.path / "run.json").exists()
    out = arguments.out or (arguments.path / "figures" if is_run else Path("results") / "figures" / arguments.path.resolve().name)
    for file in plot_all(arguments.path, out):
        _say(arguments, str(file))
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from pyssnn.status import status

    found = status(arguments.path)
    lines = [f"{found.kind} in {found.folder}, seed {found.seed}: {found.state}"]
    lines += [f"  {name:<13} {told}" for name, told in found.parts]
    lines += ["remains:", *(f"  {text}" for text in found.remains)] if found.remains else []
    if found.last_event:
        name, seconds = found.last_event
        lines.append(f"last event: {name}, {_ago(seconds)} ago")
    print("\n".join(lines))
    return 0


def _ago(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _doctor(arguments: argparse.Namespace) -> int:
    from pyssnn.doctor import checks, missing

    found = checks()
    for check in found if not arguments.quiet else ():
        mark = "ok" if check.ok else "MISSING" if check.required else "-"
        print(f"{mark:<8} {check.name:<22} {check.found}" + (f"  (install: {check.todo})" if check.todo and not check.ok else ""))
    commands = list(dict.fromkeys(check.todo for check in missing(found)))
    for command in commands:
        print(f"pyssnn: something required is missing; install it with: {command}", file=sys.stderr)
    return 1 if commands else 0


def _say(arguments: argparse.Namespace, text: str) -> None:
    if not arguments.quiet:
        print(text)
