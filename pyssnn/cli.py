"""The command `pyssnn`: a thin face over the package. Results go to standard output, progress and errors to standard error.

Exit codes: 0 done, 1 something that is needed is missing (`doctor`) or a run broke, 2 an input that cannot be used or a file that
cannot be read or written, 130 interrupted; of `distill` also 3, the program is approximate, and 4, there is none. An error is one line;
with PYSSNN_DEBUG=1 in the environment it is a traceback.
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

    def command(name: str, run: Callable[[argparse.Namespace], int] | None, summary: str, after_interrupt: str = "nothing was changed"):
        added = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if run not in (_status, _library, None):  # which do nothing but say, or leave it to their parts
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
        experiment.add_argument("--no-figures", action="store_true", help="no figures and no report at the end")
        _add_workers(experiment)
        experiment.add_argument("--scheduler", metavar="WHERE", default="local", help=_SCHEDULER)
        experiment.add_argument("--slurm", nargs="+", metavar="KEY=VALUE", default=[], help=_SLURM)
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

    distilling = command("distill", _distill, "condense networks to programs that are proven equal to them", resumes)
    distilling.add_argument("target", nargs="?", metavar="TASK|FILE", help="a task (ca-110, life, maxsat, ...), or a network: .npz or folder of CSV files")
    distilling.add_argument("--all", action="store_true", help="every task, and all 254 elementary cellular automata: the table")
    distilling.add_argument("--input", metavar="[NAME:]AxB", help="shape of the inputs instead of the file's, such as I:10x50; NAME is for the reader")
    distilling.add_argument("--activations", metavar="NAME", nargs="+", help="of CSV files' layers: sign, step, linear, max, softmax (by default sign, max last)")
    distilling.add_argument("--values", type=float, metavar="FLOAT", nargs="+", help="that an input of CSV files may take (by default 0 1)")
    distilling.add_argument("--also", type=Path, metavar="FILE", nargs="+", default=[], help="networks of other sizes: the program is for any size")
    distilling.add_argument("--check-size", type=Path, metavar="FILE", nargs="+", default=[], help="networks of further sizes that confirm it")
    distilling.add_argument("--out", type=Path, metavar="FILE", help="write the program here, too; nothing else is written over")
    distilling.add_argument("--language", choices=("python", "numpy", "ocaml"), help="of --out (by default python, and ocaml for .ml)")
    distilling.add_argument("--name", metavar="NAME", help="name of the run's folder (by default distill_ and the target's)")
    distilling.add_argument("--results", type=Path, metavar="DIR", default=Path("results"), help="folder of the run's folder (%(default)s)")
    distilling.add_argument("--seed", type=int, metavar="INT", default=0, help="of tests, baselines and formulae (%(default)s)")
    distilling.add_argument("--no-baselines", action="store_true", help="train no perceptrons and convolutional networks")
    distilling.add_argument("--no-figures", action="store_true", help="draw nothing")

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

    report = command("report", _report, "write a page about a run or an archive, and print its numbers", "a page written before is complete")
    report.add_argument("path", type=Path, help="run folder, archive of one, or archive of the original")
    report.add_argument("--out", type=Path, metavar="FILE", help="the page (a run's own report.html; else results/figures/<name>/report.html)")
    report.add_argument("--beside", type=Path, metavar="PATH", help="another run folder or archive, whose numbers are put beside")
    report.add_argument("--tensorboard", type=Path, metavar="DIR", help="export the run's curves to a new folder of TensorBoard's, too")

    curve = command("learning-curve", _learning_curve, "train a run's kinds of networks on more and more puzzles", resumes)
    curve.add_argument("path", type=Path, help="folder of a finished run of evolve")
    curve.add_argument("--data", type=Path, metavar="DIR", default=_DATA, help="the run's data set, or a larger one that begins with it (%(default)s)")
    curve.add_argument("--sizes", metavar="INT,…", default="32,128,512,2048", help="numbers of puzzles (%(default)s)")
    curve.add_argument("--seeds", type=int, metavar="INT", default=3, help="networks of each kind for each number (%(default)s)")
    _add_workers(curve)
    curve.add_argument("--scheduler", metavar="WHERE", default="local", help=_SCHEDULER)
    curve.add_argument("--slurm", nargs="+", metavar="KEY=VALUE", default=[], help=_SLURM)

    archive = command("archive", _archive, "copy a finished run without its weights", "nothing was copied")
    archive.add_argument("path", type=Path, help="run folder")
    archive.add_argument("destination", type=Path, help="a new folder")

    _add_kan(command, resumes)

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

    _check_name(name)
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
    _say(arguments, f"{'Finished before' if finished_before else 'Finished'}: {folder}")
    _tell_test(arguments, finished)
    _say(arguments, f"Numbers: {folder / 'log.json' if run.__name__ == 'run_experiment' else folder / 'baseline_summary.json'}")
    if not arguments.no_figures:
        _say(arguments, f"Figures: {folder / 'figures'}")
        _say(arguments, f"Report: {folder / FILE}")
    return 0


def _pairs(words: Sequence[str]) -> dict[str, str]:
    for word in words:
        if not re.fullmatch(r"\w+=.+", word):
            raise InputError("--slurm", repr(word), "KEY=VALUE")
    return dict(word.split("=", 1) for word in words)


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[\w.-]*\w[\w.-]*", name):
        raise InputError("--name", repr(name), "letters, digits, dots, dashes and underscores", "the folder above it is --results")


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


def _distill(arguments: argparse.Namespace) -> int:
    from pyssnn.distillation.running import SUFFIXES, DistillConfig, everything, records, run_tasks, summary
    from pyssnn.progress import ConsoleProgress

    if arguments.all == (arguments.target is not None):
        raise InputError("distill", "a target and --all" if arguments.all else "no target", "a task, a network's file, or --all")
    of_files = not arguments.all and (re.search(r"[./\\]", arguments.target) or Path(arguments.target).exists())
    if not of_files and (arguments.also or arguments.check_size or arguments.input or arguments.activations or arguments.values):
        raise InputError("--also, --check-size, --input, --activations, --values", "a task", "a network's file with them")
    if arguments.all and arguments.out:
        raise InputError("--out", "--all", "one target with it")
    name = arguments.name or "distill_" + ("all" if arguments.all else Path(arguments.target).stem)
    _check_name(name)
    folder = arguments.results / name
    if arguments.out and arguments.out.exists() and not folder.exists():  # a second call of a command finds what the first one wrote
        raise InputError("--out", f"{arguments.out} is there", "a name that is free")
    if of_files:
        return _distill_file(arguments, folder)
    config = everything(arguments.seed) if arguments.all else DistillConfig((arguments.target,), seed=arguments.seed)
    config = replace(config, baselines=None) if arguments.no_baselines else config
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        run = run_tasks(config, folder, progress=progress, figures=not arguments.no_figures)
    _say(arguments, summary(config, run))
    verdicts = {record["verdict"] for record in records(config, run)}
    if arguments.out and "none" not in verdicts:
        _write_out(arguments.out, run.path(arguments.target, SUFFIXES[_language(arguments)]).read_text())
    _say(arguments, f"Programs, proofs, table: {folder}")
    return next((code for verdict, code in (("none", 4), ("approximate", 3)) if verdict in verdicts), 0)


def _distill_file(arguments: argparse.Namespace, folder: Path) -> int:
    from pyssnn.distillation.running import distill_files

    run, found = distill_files(
        arguments.target,
        folder,
        also=arguments.also,
        check=arguments.check_size,
        input_shape=_input_shape(arguments.input),
        activations=arguments.activations,
        input_encoding=arguments.values,
        figures=not arguments.no_figures,
    )
    program = found.program
    _say(arguments, program.report())
    if program.program is not None:
        text = program.source(_language(arguments))
        if arguments.out:
            _write_out(arguments.out, text)
        else:
            _say(arguments, text)
    _say(arguments, f"Program, proof, table: {run.folder}" if program.program is not None else f"Proof: {run.folder}")
    return {"proven": 0, "approximate": 3}.get(program.verdict, 4)


def _language(arguments: argparse.Namespace) -> str:
    return arguments.language or ("ocaml" if arguments.out and arguments.out.suffix == ".ml" else "python")


def _write_out(path: Path, text: str) -> None:
    from pyssnn.files import atomic_write_text

    if path.exists() and path.read_text() != text:
        raise InputError("--out", f"another text in {path}", "a name that is free")
    atomic_write_text(path, text)


def _input_shape(text: str | None) -> tuple[int, ...] | None:
    """The lengths in "I:10x50" or "10x50"."""
    if text is None:
        return None
    match = re.fullmatch(r"(?:[A-Za-z_]\w*:)?(\d+(?:x\d+)*)", text)
    if match is None:
        raise InputError("--input", repr(text), "a shape such as I:10x50")
    return tuple(map(int, match[1].split("x")))


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
    name = arguments.name or f"interpret_{what}"
    _check_name(name)
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


def _report(arguments: argparse.Namespace) -> int:
    from pyssnn.report import FILE, Source, as_text, write_report

    is_run = (arguments.path / "run.json").exists()
    out = arguments.out or (arguments.path if is_run else Path("results") / "figures" / arguments.path.resolve().name) / FILE
    other = None if arguments.beside is None else Source.read(arguments.beside)
    told = [as_text(Source.read(arguments.path), other)]
    if arguments.tensorboard is not None:
        from pyssnn.report.tensorboard import export_events

        n = export_events(arguments.path, arguments.tensorboard)
        told.append(f"{n} curves: tensorboard --logdir {arguments.tensorboard}")
    write_report(arguments.path, out, beside=arguments.beside)
    _say(arguments, "\n".join(told))
    _say(arguments, f"Report: {out}")
    return 0


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
        _say(arguments, f"{row['size']:>5} puzzles  {row['group']:<8}  {spread}, {row['n']} networks")
    _say(arguments, f"Numbers: {arguments.path / 'learning_curve.json'}")
    return 0


def _archive(arguments: argparse.Namespace) -> int:
    from pyssnn.report import archive_run

    files = archive_run(arguments.path, arguments.destination)
    _say(arguments, f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB: {arguments.destination}")
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


def _add_kan(command: Callable, resumes: str) -> None:
    kan = command("kan", None, "spline networks that show their modules")
    kinds = kan.add_subparsers(required=True, metavar="what")
    majority = kinds.add_parser("majority9", help="fit, swap and prune a KAN and an MLP on a hierarchical majority, over many seeds")
    majority.add_argument("--name", metavar="NAME", default="majority9", help="name of the run's folder (%(default)s)")
    majority.add_argument("--results", type=Path, metavar="DIR", default=Path("results"), help="folder of the run's folder (%(default)s)")
    majority.add_argument("--seeds", type=int, metavar="INT", default=10, help="how many seeds (%(default)s)")
    majority.add_argument("--seed", type=int, metavar="INT", default=0)
    majority.set_defaults(run=_kan_majority, parser=majority, after_interrupt=resumes)
    table = kinds.add_parser("fit", help="fit a KAN to a table in a CSV file, and tell its formula; writes nothing unless --out is given")
    table.add_argument("table", type=Path, help="CSV file with a line of names")
    table.add_argument("--target", metavar="NAME", required=True, help="column to predict")
    table.add_argument("--task", choices=("auto", "regression", "classification"), default="auto")
    table.add_argument("--hidden", metavar="INT,...", default="5", help="nodes of the hidden levels (%(default)s)")
    table.add_argument("--test-share", type=float, metavar="FLOAT", default=0.2, help="share of the lines held out for the test (%(default)s)")
    table.add_argument("--whole", action="store_true", help="do not look for the smallest network that is as good")
    table.add_argument("--seed", type=int, metavar="INT", default=0)
    table.add_argument("--out", type=Path, metavar="DIR", help="new folder for the network, its picture and the report")
    table.set_defaults(run=_kan_fit, parser=table, after_interrupt="nothing was written")
    for kind in (majority, table):
        kind.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _kan_majority(arguments: argparse.Namespace) -> int:
    _check_name(arguments.name)
    from pyssnn.kan.majority import MajorityConfig, run_majority
    from pyssnn.progress import ConsoleProgress

    folder = arguments.results / arguments.name
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        table = run_majority(folder, MajorityConfig(n_seeds=arguments.seeds), seed=arguments.seed, progress=progress.counter("networks"))
    _say(arguments, " " * 48 + "".join(f"{name.upper():>12}" for name in table))
    for row, of in (
        ("accuracy, fitted", "accuracy_fitted"), ("accuracy, pruned", "accuracy_pruned"), ("block score, pruned", "block_score"),
        ("seeds with accuracy 1 before and after pruning", "perfect_before_and_after"), ("seeds at [9, 3, 1, 1] with 13 edges", "minimal_kan"),
        ("seeds whose blocks clustering finds, fitted", "blocks_by_clustering_fitted"), ("… and pruned", "blocks_by_clustering"),
        ("seeds whose blocks are proven", "blocks_proven"), ("seeds whose program is right", "programs_right"),
    ):  # fmt: skip
        told = [_of_seeds(kind[of], kind["seeds"]) for kind in table.values()]
        _say(arguments, f"{row:<48}" + "".join(f"{text:>12}" for text in told))
    _say(arguments, f"Numbers: {folder / 'table.json'}, {folder / 'steps'}; figures: {folder / 'figures'}; networks: {folder / 'networks'}")
    return 0


def _of_seeds(value: int | list[float], n_seeds: int) -> str:
    """A count as "8 of 10", a range as "0.98–1.00"."""
    return f"{value[0]:.2f}–{value[1]:.2f}" if isinstance(value, list) else f"{value} of {n_seeds}"


def _kan_fit(arguments: argparse.Namespace) -> int:
    from pyssnn.kan.tables import describe, fit_table, read_table, write_fit

    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", arguments.hidden):
        raise InputError("--hidden", repr(arguments.hidden), "numbers of nodes with commas between them, such as 5 or 10,10")
    if arguments.out is not None and arguments.out.exists():
        raise InputError(arguments.out, "a file or folder", "a name that is free", "choose another with --out")
    hidden = [int(nodes) for nodes in arguments.hidden.split(",")]
    table = read_table(arguments.table, arguments.target)
    fitted = fit_table(
        table, task=arguments.task, hidden=hidden, test_share=arguments.test_share, smallest=not arguments.whole, seed=arguments.seed
    )
    for line in describe(fitted, table, arguments.target):
        _say(arguments, line)
    if arguments.out is not None:
        for file in write_fit(fitted, table, arguments.target, arguments.out):
            _say(arguments, str(file))
    return 0


def _say(arguments: argparse.Namespace, text: str) -> None:
    if not arguments.quiet:
        print(text)
