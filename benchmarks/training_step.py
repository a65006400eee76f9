"""What a training step of a graph-structured network costs beside the baseline's.

    python benchmarks/training_step.py [--threads 1] [--batch 8] [--rounds 12] [--backend torch|dgl] [--device cpu]
                                        [--precision float32|bfloat16]

One step of each in turn (A B A B …), forward, backward and Adam, on random images; the medians and their ratio for graphs of
the sizes in the archived experiment: its smallest, its median (15 elements), its largest. Then evaluation.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

from pyssnn.networks import (
    PRECISIONS,
    GraphStructure,
    NetworkConfig,
    build_baseline,
    build_graph_structured,
    evaluate,
    keep_freed_memory,
)
from pyssnn.networks.training import autocast


def path_graph(n_nodes: int) -> GraphStructure:
    """A path with 2n - 1 elements, ids in the order in which a program would give them: most archived graphs are trees like it."""
    edges = [(2 * i + 2, max(2 * i - 1, 0), 2 * i + 1, i % 2) for i in range(n_nodes - 1)]
    return GraphStructure(np.array([0, *range(1, 2 * n_nodes - 2, 2)]), np.array(edges), 2 * n_nodes - 1)


def step_of(model: torch.nn.Module, images: torch.Tensor, targets: torch.Tensor, precision: str) -> Callable[[], None]:
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        with autocast(images.device, precision):
            logits = model(images)
        F.binary_cross_entropy_with_logits(logits.float(), targets).backward()
        optimiser.step()
        if images.is_cuda:
            torch.cuda.synchronize()

    return step


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=12, help="steps of each network")
    parser.add_argument("--backend", default="torch", choices=("torch", "dgl"))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="float32", choices=PRECISIONS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    keep_freed_memory()
    config = NetworkConfig()
    images = torch.rand(options.batch, 1, 128, 128, device=options.device)
    targets = (torch.arange(options.batch, device=options.device) % 2).float()[:, None]
    for n_nodes in (2, 8, 16):
        structure = path_graph(n_nodes)
        networks = (build_baseline(config, 0), build_graph_structured(config, structure, 0, options.backend))
        steps = [step_of(network.to(options.device), images, targets, options.precision) for network in networks]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(3):
            for step in steps:
                step()
        for _ in range(options.rounds):
            for step, taken in zip(steps, times):
                taken.append(seconds(step))
        baseline, structured = map(statistics.median, times)
        print(
            f"{structure.n_elements:3d} elements: baseline {1e3 * baseline:6.1f} ms, graph-structured {1e3 * structured:6.1f} ms, "
            f"ratio {structured / baseline:.3f}"
        )
        if n_nodes == 8:
            how = {"device": options.device, "precision": options.precision}
            many, wanted = torch.randint(256, (128, 1, 128, 128), dtype=torch.uint8), torch.zeros(128, 1)
            for name, network, taken in zip(("baseline", "graph-structured"), networks, (baseline, structured)):
                rate = 128 / min(seconds(lambda: evaluate(network, many, wanted, **how)) for _ in range(3))
                print(f"     {name}: {options.batch / taken:.0f} samples/s in training, {rate:.0f} samples/s in evaluation")


if __name__ == "__main__":
    main()
