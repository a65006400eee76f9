"""Programs a second from a library: named, evaluated, and beside the plain enumerator (synth/bench/plain.ml); and graphs found.

    python benchmarks/enumeration.py                    # the first library
    python benchmarks/enumeration.py dsl_0.json dsl_11.json

One core, one run, the same grammar for all columns, each measured in a process of its own: `plain/s` is best-first search over
whole terms in structural sets, evaluated the same way on a twentieth of the programs (it slows down with their number, so this
flatters it). `bytes` is memory a program, evaluation and frontier included. `nodes/s` is evaluated programs times their mean
size as written, `mass/s` times their mean mass. The second table is of distinct graphs against programs and seconds, from the whole
grammar and without what the domain's equations show to be redundant.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BENCH = REPOSITORY / "_build" / "default" / "synth" / "bench" / "enumeration.exe"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libraries", nargs="*", default=[str(REPOSITORY / "graph" / "dsls" / "dsl_0.json")])
    parser.add_argument("--programs", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    subprocess.run([BENCH, str(arguments.programs), str(arguments.repeats), *arguments.libraries], check=True)


if __name__ == "__main__":
    main()
