"""What the commands share: options that several have, and saying something."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Protocol

from pyssnn.doctor import cores
from pyssnn.errors import InputError

DATA = Path("graph") / "dataset"
RESUMES = "what is finished is kept; the same command goes on from there"


class Command(Protocol):
    """Makes the parser of a command: its name, what runs it (None if its parts do), what it does in words, what is left after Ctrl-C, and
    whether it has --quiet."""

    def __call__(
        self, name: str, run: object, summary: str, after_interrupt: str = "nothing was changed", *, quiet: bool = True
    ) -> argparse.ArgumentParser: ...


def add_results(parser: argparse.ArgumentParser, by_default: str, name: str | None = None) -> None:
    """The options --name, which is `name` by default, and --results."""
    parser.add_argument("--name", metavar="NAME", default=name, help=f"name of the run's folder ({by_default})")
    parser.add_argument("--results", type=Path, metavar="DIR", default=Path("results"), help="folder of the run's folder (%(default)s)")


def add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, metavar="INT", default=cores(), help="processes; the results do not depend on it (%(default)s)")


def check_name(name: str) -> None:
    if not re.fullmatch(r"[\w.-]*\w[\w.-]*", name):
        raise InputError("--name", repr(name), "letters, digits, dots, dashes and underscores", "the folder above it is --results")


def say(arguments: argparse.Namespace, text: str) -> None:
    if not arguments.quiet:
        print(text)
