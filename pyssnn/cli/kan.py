"""`kan`: spline networks, on the tutorial's task or on a table."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from pyssnn.cli.common import RESUMES, Command, add_results, check_name, say
from pyssnn.errors import InputError


def add(command: Command) -> None:
    kan = command("kan", None, "spline networks that show their modules", quiet=False)
    kinds = kan.add_subparsers(required=True, metavar="what")
    majority = kinds.add_parser("majority9", help="fit, swap and prune a KAN and an MLP on a hierarchical majority, over many seeds")
    add_results(majority, "%(default)s", "majority9")
    majority.add_argument("--seeds", type=int, metavar="INT", default=10, help="how many seeds (%(default)s)")
    majority.add_argument("--seed", type=int, metavar="INT", default=0)
    majority.set_defaults(run=_kan_majority, parser=majority, after_interrupt=RESUMES)
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
    check_name(arguments.name)
    from pyssnn.kan.majority import MajorityConfig, run_majority
    from pyssnn.progress import ConsoleProgress

    folder = arguments.results / arguments.name
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        table = run_majority(folder, MajorityConfig(n_seeds=arguments.seeds), seed=arguments.seed, progress=progress.counter("networks"))
    say(arguments, " " * 48 + "".join(f"{name.upper():>12}" for name in table))
    for row, of in (
        ("accuracy, fitted", "accuracy_fitted"), ("accuracy, pruned", "accuracy_pruned"), ("block score, pruned", "block_score"),
        ("seeds with accuracy 1 before and after pruning", "perfect_before_and_after"), ("seeds at [9, 3, 1, 1] with 13 edges", "minimal_kan"),
        ("seeds whose blocks clustering finds, fitted", "blocks_by_clustering_fitted"), ("… and pruned", "blocks_by_clustering"),
        ("seeds whose blocks are proven", "blocks_proven"), ("seeds whose program is right", "programs_right"),
    ):  # fmt: skip
        told = [_of_seeds(kind[of], kind["seeds"]) for kind in table.values()]
        say(arguments, f"{row:<48}" + "".join(f"{text:>12}" for text in told))
    say(arguments, f"Numbers: {folder / 'table.json'}, {folder / 'steps'}; figures: {folder / 'figures'}; networks: {folder / 'networks'}")
    return 0


def _of_seeds(value: int | list[float], n_seeds: int) -> str:
    """A count as "8 of 10", a range as "0.98–1.00"."""
    return f"{value[0]:.2f}–{value[1]:.2f}" if isinstance(value, list) else f"{value} of {n_seeds}"


def _kan_fit(arguments: argparse.Namespace) -> int:
    from pyssnn.kan.tables import describe, fit_table, read_table, write_fit

    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", arguments.hidden):
        raise InputError("--hidden", repr(arguments.hidden), "numbers of nodes with commas between them, such as 5 or 10,10")
    if arguments.out is not None:
        if arguments.out.exists():
            raise InputError(arguments.out, "a file or folder", "a name that is free", "choose another with --out")
        above = next(folder for folder in arguments.out.absolute().parents if folder.exists())
        if not above.is_dir():
            raise InputError(arguments.out, f"{above} is a file", "a name in a folder", "choose another with --out")
    hidden = [int(nodes) for nodes in arguments.hidden.split(",")]
    table = read_table(arguments.table, arguments.target)
    fitted = fit_table(
        table, task=arguments.task, hidden=hidden, test_share=arguments.test_share, smallest=not arguments.whole, seed=arguments.seed
    )
    for line in describe(fitted, table, arguments.target):
        say(arguments, line)
    if arguments.out is not None:
        for file in write_fit(fitted, table, arguments.target, arguments.out):
            say(arguments, str(file))
    return 0
