"""`distill`: networks condensed to programs."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from pyssnn.cli.common import RESUMES, Command, add_results, check_name, say
from pyssnn.errors import InputError


def add(command: Command) -> None:
    distilling = command("distill", _distill, "condense networks to programs that are proven equal to them", RESUMES)
    distilling.add_argument("target", nargs="?", metavar="TASK|FILE", help="a task (ca-110, life, maxsat, ...), or a network: .npz or folder of CSV files")
    distilling.add_argument("--all", action="store_true", help="every task, and all 254 elementary cellular automata: the table")
    distilling.add_argument("--input", metavar="[NAME:]AxB", help="shape of the inputs instead of the file's, such as I:10x50; NAME is for the reader")
    distilling.add_argument("--activations", metavar="NAME", nargs="+", help="of CSV files' layers: sign, step, linear, max, softmax (by default sign, max last)")
    distilling.add_argument("--values", type=float, metavar="FLOAT", nargs="+", help="that an input of CSV files may take (by default 0 1)")
    distilling.add_argument("--also", type=Path, metavar="FILE", nargs="+", default=[], help="networks of other sizes: the program is for any size")
    distilling.add_argument("--check-size", type=Path, metavar="FILE", nargs="+", default=[], help="networks of further sizes that confirm it")
    distilling.add_argument("--out", type=Path, metavar="FILE", help="write the program here, too; nothing else is written over")
    distilling.add_argument("--language", choices=("python", "numpy", "ocaml"), help="of --out (by default python, and ocaml for .ml)")
    add_results(distilling, "by default distill_ and the target's")
    distilling.add_argument("--seed", type=int, metavar="INT", default=0, help="of tests, baselines and formulae (%(default)s)")
    distilling.add_argument("--no-baselines", action="store_true", help="train no perceptrons and convolutional networks")
    distilling.add_argument("--no-figures", action="store_true", help="draw nothing")


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
    check_name(name)
    folder = arguments.results / name
    if arguments.out and arguments.out.exists() and not folder.exists():  # a second call of a command finds what the first one wrote
        raise InputError("--out", f"{arguments.out} is there", "a name that is free")
    if of_files:
        return _distill_file(arguments, folder)
    config = everything(arguments.seed) if arguments.all else DistillConfig((arguments.target,), seed=arguments.seed)
    config = replace(config, baselines=None) if arguments.no_baselines else config
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        run = run_tasks(config, folder, progress=progress, figures=not arguments.no_figures)
    say(arguments, summary(config, run))
    verdicts = {record["verdict"] for record in records(config, run)}
    if arguments.out and "none" not in verdicts:
        text = run.path(arguments.target, SUFFIXES[_language(arguments)])
        if not text.exists():
            raise InputError("--language", f"no {text.name}: its check failed, see {text.parent / 'proof.json'}", "python or numpy")
        _write_out(arguments.out, text.read_text())
    say(arguments, f"Programs, proofs, table: {folder}")
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
    say(arguments, program.report())
    if program.program is not None:
        text = program.source(_language(arguments))
        if arguments.out:
            _write_out(arguments.out, text)
        else:
            say(arguments, text)
    say(arguments, f"Program, proof, table: {run.folder}" if program.program is not None else f"Proof: {run.folder}")
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
