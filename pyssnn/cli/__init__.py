"""The command `pyssnn`: a thin face over the package. Results go to standard output, progress and errors to standard error.

Exit codes: 0 done, 1 something that is needed is missing (`doctor`) or a run broke, 2 an input that cannot be used or a file that
cannot be read or written, 130 interrupted; of `distill` also 3, the program is approximate, and 4, there is none. An error is one line;
with PYSSNN_DEBUG=1 in the environment it is a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pyssnn.cli import distillation, experiments, interpretation, kan, regression, runs, search
from pyssnn.errors import InputError

_STAGES = (experiments, search, distillation, regression, interpretation, kan, runs)


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

    def command(name: str, run: object, summary: str, after_interrupt: str = "nothing was changed", *, quiet: bool = True):
        added = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if quiet:
            added.add_argument("--quiet", action="store_true", help="say nothing but errors")
        added.set_defaults(run=run, parser=added, after_interrupt=after_interrupt)
        return added

    for stage in _STAGES:
        stage.add(command)
    command("doctor", _doctor, "tell what this machine has of what pyssnn needs")
    return parser


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
