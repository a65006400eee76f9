"""What a request costs by the service, by the embedded core, and by starting a process for it, all in one run.

    python benchmarks/service.py [--requests 5000] [--starts 200]

Each is asked for next to nothing: the service to ping, the embedded core to describe a program of one primitive, the executable
for a message that it refuses at once. The three take turns (a tenth of each at a time), medians and their ratios are printed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pyssnn.synthesis import Dsl, core
from pyssnn.synthesis.build import EXECUTABLES
from pyssnn.synthesis.service import Service

REPOSITORY = Path(__file__).resolve().parents[1]
ROUNDS = 10


def microseconds(ask: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append(1e6 * (time.perf_counter() - begun))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=5000, help="of the service and of the embedded core")
    parser.add_argument("--starts", type=int, default=200, help="of the executable")
    options = parser.parse_args()
    dsl = Dsl.load(REPOSITORY / "graph" / "dsls" / "dsl_0.json")
    with Service() as service:
        asked: dict[str, tuple[Callable[[], object], int]] = {
            "service": (lambda: service.call("ping", None), options.requests),
            "embedded core": (lambda: core.call("describe", dsl=dsl.handle, program="identity"), options.requests),
            "process": (lambda: subprocess.run([EXECUTABLES["explore"]], input=b"{}", capture_output=True), options.starts),
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for ask, _ in asked.values():
            ask()
        for _ in range(ROUNDS):
            for name, (ask, times) in asked.items():
                taken[name] += microseconds(ask, max(times // ROUNDS, 1))
    of_service = statistics.median(taken["service"])
    for name, each in taken.items():
        median = statistics.median(each)
        print(f"{name:<14} {median:8.1f} us a request (median of {len(each)}), {median / of_service:7.2f} times the service's")


if __name__ == "__main__":
    main()
