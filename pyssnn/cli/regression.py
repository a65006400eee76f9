"""`regress`: recurrent networks read back as integer programs; `regress inspect`, `regress summary`: what networks look like."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pyssnn.cli.common import RESUMES, Command, add_results, add_workers, check_name, say
from pyssnn.errors import InputError

if TYPE_CHECKING:
    from pyssnn.regression import Chat, Inputs


def add(command: Command) -> None:
    regress = command("regress", _regress, "train recurrent networks on tasks and read them back as integer programs", RESUMES)
    regress.add_argument(
        "target", nargs="*", metavar="TASK", help="tasks, by name or as Python files; or `inspect NETWORK...`: weights; or `summary RUN`: results"
    )
    regress.add_argument("--all", action="store_true", help="the 62 tasks")
    regress.add_argument("--network", type=Path, metavar="FILE", help="read your own network (.npz), with --low, --high and --length")
    regress.add_argument("--low", type=int, metavar="INT", help="its least input")
    regress.add_argument("--high", type=int, metavar="INT", help="one more than its greatest")
    regress.add_argument("--length", type=int, metavar="INT", help="steps of the sequences that it was trained on (10)")
    regress.add_argument("--no-controls", action="store_true", help="do not search without a network, on untrained ones, on shuffled labels")
    regress.add_argument("--samples", type=int, metavar="INT", default=0, help="answers of a language model for each task (%(default)s)")
    regress.add_argument("--transcript", type=Path, metavar="FILE", help="its answers on record; what is missing is asked of PYSSNN_CHAT_URL and recorded")
    regress.add_argument("--out", type=Path, metavar="FILE", help="of `inspect`: the picture (beside the network)")
    add_results(regress, "by default regress_ and what is read")
    regress.add_argument("--seed", type=int, metavar="INT", default=0)
    add_workers(regress)


def _regress(arguments: argparse.Namespace) -> int:
    first, *rest = arguments.target or [None]
    if first in ("inspect", "summary"):
        if arguments.all or arguments.network or not rest or (first == "summary" and len(rest) > 1):
            raise InputError(f"regress {first}", " ".join(rest) or "nothing", "a run folder" if first == "summary" else "networks (.npz)")
        return _summary(arguments, Path(rest[0])) if first == "summary" else _inspect(arguments, [Path(each) for each in rest])
    given = [bool(arguments.target), arguments.all, arguments.network is not None]
    if sum(given) != 1:
        raise InputError("regress", f"{sum(given)} of TASK, --all and --network", "one of them", "see pyssnn regress --help")
    if arguments.network is None and not (arguments.low is arguments.high is arguments.length is None):
        raise InputError("--low, --high, --length", "tasks", "--network with them")
    what = "all" if arguments.all else arguments.network.stem if arguments.network else "_".join(Path(each).stem for each in arguments.target)
    name = arguments.name or f"regress_{what}"[:100]
    check_name(name)
    folder = arguments.results / name
    return _regress_network(arguments, folder) if arguments.network else _regress_tasks(arguments, folder)


def _regress_tasks(arguments: argparse.Namespace, folder: Path) -> int:
    from pyssnn.progress import ConsoleProgress
    from pyssnn.regression import RunConfig, everything, run_tasks

    chat = _chat(arguments)
    settings = {"controls": not arguments.no_controls, "samples": arguments.samples, "chat": chat.model if chat else ""}
    config = everything(**settings) if arguments.all else RunConfig(tuple(dict.fromkeys(arguments.target)), **settings)
    with ConsoleProgress(quiet=arguments.quiet) as progress:
        run = run_tasks(config, folder, seed=arguments.seed, workers=arguments.workers, chat=chat, progress=progress)
    say(arguments, run.path("summary.txt").read_text().rstrip("\n"))
    say(arguments, f"Networks, programs, results.csv: {folder}")
    return 0


def _chat(arguments: argparse.Namespace) -> Chat | None:
    import os

    from pyssnn.regression import Endpoint, Transcript

    if not arguments.samples:
        if arguments.transcript:
            raise InputError("--transcript", "no --samples", "the number of answers for each task")
        return None
    if arguments.samples < 0:
        raise InputError("--samples", arguments.samples, "0 or more")
    if arguments.transcript is None:
        return Endpoint.from_environment()
    return Transcript(arguments.transcript, Endpoint.from_environment() if os.environ.get("PYSSNN_CHAT_URL") else None)


def _regress_network(arguments: argparse.Namespace, folder: Path) -> int:
    from pyssnn.regression import RecurrentNetwork, run_network

    network = RecurrentNetwork.load(arguments.network)
    if arguments.low is None or arguments.high is None:
        raise InputError("regress --network", "no range of its inputs", "--low and --high")
    inputs = _inputs(arguments, network.components)
    run, record = run_network(network, inputs, folder, seed=arguments.seed)
    program = record["program"]
    if program is None:
        say(arguments, f"unsolved: {record['reason']}")
    else:
        share = f"{record['answers'] - program['different']} of {record['answers']} answers are the network's"
        say(arguments, f"read ({program['method']}{', a table' if program['table'] else ''}): {share}\n\n{program['source']}")
    say(arguments, f"Network, program: {folder}")
    return 0


def _inputs(arguments: argparse.Namespace, components: int) -> Inputs:
    from pyssnn.regression import Inputs

    return Inputs(arguments.low, arguments.high, components, 10 if arguments.length is None else arguments.length)


def _inputs_for(arguments: argparse.Namespace, path: Path, components: int) -> Inputs:
    """The inputs that were given, else those of the task that the file is named after."""
    from pyssnn.regression import Inputs, find_task

    if (arguments.low is None) != (arguments.high is None):
        raise InputError("regress inspect", "one of --low and --high", "both")
    if arguments.low is not None:
        return _inputs(arguments, components)
    try:
        return Inputs.of(find_task(path.stem))
    except InputError:
        raise InputError(path, "a name that is no task's", "--low and --high, the range of its inputs") from None


def _inspect(arguments: argparse.Namespace, paths: list[Path]) -> int:
    from pyssnn.files import atomic_write_bytes
    from pyssnn.regression import RecurrentNetwork, normalise, picture, steps_table, weights_table

    if arguments.out and len(paths) > 1:
        raise InputError("--out", f"{len(paths)} networks", "one with it")
    for path in paths:
        network = RecurrentNetwork.load(path)
        inputs = _inputs_for(arguments, path, network.components)
        inputs.check(network)
        normal = normalise(network, inputs.sample(256, inputs.length, arguments.seed))
        say(arguments, f"{path}: {network.n_parameters} numbers\n\n{weights_table(network)}\n\n{steps_table(normal)}\n\nnormalised\n\n{weights_table(normal.network)}\n")
        out = arguments.out or path.with_suffix(".png")
        atomic_write_bytes(out, picture(network, normal.network))
        say(arguments, f"Picture: {out}")
    return 0


def _summary(arguments: argparse.Namespace, folder: Path) -> int:
    from pyssnn.regression import networks_table

    if not (folder / "networks").is_dir() or not (folder / "summary.txt").is_file():
        raise InputError(folder, "no networks and summary.txt", "the folder of a finished `pyssnn regress`")
    say(arguments, (folder / "summary.txt").read_text())
    say(arguments, networks_table(sorted((folder / "networks").glob("*.npz")), seed=arguments.seed))
    return 0
