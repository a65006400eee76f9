"""Training the recurrent networks of the 62 tasks: seconds of the processor, architectures, and how many are perfect.

    python benchmarks/regression.py [TASK ...] [--workers 2] [--seed 0] [--keep FOLDER]

Seconds are of the processor, so that other work on the machine does not count; the total over the workers is the wall-clock time on idle cores.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from pyssnn.regression.tasks import all_tasks, find_task
from pyssnn.regression.training import Trained, train


def one(name: str, seed: int) -> tuple[str, Trained, float]:
    began = time.process_time()
    trained = train(find_task(name), seed=seed)
    return name, trained, time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the networks; one that is not perfect is called NAME_best.npz")
    arguments = parser.parse_args()
    names = arguments.tasks or [task.name for task in all_tasks()]
    spent: list[float] = []
    perfect = 0
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as workers:
        for future in as_completed([workers.submit(one, name, arguments.seed) for name in names]):
            name, trained, seconds = future.result()
            spent.append(seconds)
            perfect += trained.perfect
            word = "perfect" if trained.perfect else f"errs on {trained.errors_of_20000}"
            print(f"{name:26} {trained.architecture!s:14} {word:16} {seconds:6.1f} s  {trained.residual:.0e}  {trained.method}", flush=True)
            if arguments.keep:
                trained.network.save(arguments.keep / f"{name}{'' if trained.perfect else '_best'}.npz")
    median = sorted(spent)[len(spent) // 2]
    print(f"perfect: {perfect} of {len(names)}; processor: {sum(spent):.0f} s in all, {median:.1f} s in the median")


if __name__ == "__main__":
    main()
