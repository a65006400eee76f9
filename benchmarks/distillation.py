"""How long condensing takes beside training the same network.

    python benchmarks/distillation.py [--repeats 5] [--tasks orientation maxsat]

For each task: training the network of its last size (scikit-learn's SVMs, the peer), condensing it alone, and condensing it with the
networks of its other sizes to a program for any size, in turn; every check is part of it. Medians of seconds of
the processor, one thread, and their ratios to training. The original
took 11 to 18 s for orientation at 28×28 and 2 to 4 s for MAXSAT (the figures of the issue, on the authors' machine).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from pyssnn.distillation import DistilledProgram, distill  # noqa: E402
from pyssnn.distillation.tasks import find_task  # noqa: E402


def seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tasks", nargs="+", default=["orientation", "maxsat"])
    options = parser.parse_args()
    print(f"{'task':14} {'parameters':>12} {'training':>10} {'condensing':>12} {'ratio':>7} {'any size':>10} {'ratio':>7}  verdicts")
    for name in options.tasks:
        task = find_task(name)
        task.train(task.sizes[-1])  # imports, and what is kept between sizes
        networks, held_out = [task.train(size) for size in task.sizes], [task.train(size) for size in task.held_out]
        verdicts = set()

        def condense(also: list, check: list, network=networks[-1], verdicts=verdicts) -> DistilledProgram:
            program = distill(network, also=also, check=check or None)
            verdicts.add(program.verdict)
            return program

        rounds = [
            (
                seconds(lambda: task.train(task.sizes[-1])),
                seconds(lambda: condense([], [])),
                seconds(lambda: condense(networks[:-1], held_out)),
            )
            for _ in range(options.repeats)
        ]
        training, alone, any_size = (statistics.median(times) for times in zip(*rounds, strict=True))
        times = f"{training:9.3f}s {alone:11.3f}s {alone / training:7.2f} {any_size:9.3f}s {any_size / training:7.2f}"
        print(f"{name:14} {networks[-1].n_parameters:12,} {times}  {', '.join(sorted(verdicts))}")


if __name__ == "__main__":
    main()
