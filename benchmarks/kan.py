"""The KAN stage beside pykan 0.2.8, both in this process, on the same data, on one thread.

    pip install -e '.[benchmark]'   # and what pykan needs: it names none of it
    python benchmarks/kan.py [step] [swap] [picture] [tutorial]   # all by default

Times are of the processor, so that other work on the machine does not count: medians of runs in turn (A B A B …).

step: forward, backward and a step of Adam on 512 samples in float32; pykan in its `speed()` mode. swap: pykan's `auto_swap` and ours on the scores of
the same networks of pykan. picture: [9, 10, 10, 1], made and written as PDF in memory. tutorial: fitting, pruning, swapping and drawing
[9, 10, 10, 1] on the hierarchical majority; pykan with its tutorial's settings.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import torch

from pyssnn.kan import KAN, best_orders, connection_cost, measure, picture, picture_bytes, swap
from pyssnn.kan.majority import Task, fit_majority, majority_task, shrink_majority


def seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def in_turn(actions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each action, run in turn."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 2):
        for name, action in actions.items():
            spent = seconds(action)
            if number >= 2:
                taken[name].append(spent)
    return {name: statistics.median(times) for name, times in taken.items()}


def told(what: str, times: dict[str, float]) -> None:
    print(f"{what}: ours {1e3 * times['ours']:9.2f} ms, pykan {1e3 * times['pykan']:9.2f} ms, ratio {times['pykan'] / times['ours']:.1f}", flush=True)


def peer(**settings):
    """A network of pykan, which writes nothing and says nothing."""
    # This file's folder comes first in the path, and this file is called kan, too.
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).resolve().parent]
    import kan

    with contextlib.redirect_stdout(io.StringIO()):
        return kan.KAN(auto_save=False, **settings)


def step_of(network: torch.nn.Module, x: torch.Tensor, y: torch.Tensor) -> Callable[[], None]:
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-3, fused=True)

    def step() -> None:
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(network(x), y).backward()
        optimiser.step()

    return step


def compare_steps(rounds: int) -> None:
    for width in ([9, 10, 10, 1], [64, 64, 64, 10]):
        x, y = 2 * torch.rand(512, width[0]) - 1, torch.rand(512, width[-1])
        networks = {"ours": KAN(width, dtype=torch.float32), "pykan": peer(width=list(width), grid=3, k=3).speed()}
        told(f"step {width}", in_turn({name: step_of(network, x, y) for name, network in networks.items()}, rounds))


def compare_swaps(n: int) -> None:
    lower, spent = 0, {"ours": 0.0, "pykan": 0.0}
    for seed in range(n):
        network = peer(width=[9, 10, 10, 1], grid=3, k=3, seed=seed, noise_scale=1.0)
        x = torch.rand(128, 9, generator=torch.Generator().manual_seed(seed))
        network(x)
        network.attribute()
        scores = [layer.detach().double().numpy() for layer in network.edge_scores]
        spent["ours"] += seconds(lambda: best_orders(scores, free=[1, 2])) / n
        ours = connection_cost(scores, best_orders(scores, free=[1, 2]))
        network.log_history = lambda *_: None
        spent["pykan"] += seconds(network.auto_swap) / n
        network.get_act(x)
        network.attribute()
        theirs = float(network.connection_cost.detach())
        lower += ours < theirs
        print(f"swap, seed {seed}: cost {connection_cost(scores):.4f}, ours {ours:.4f}, pykan {theirs:.4f}", flush=True)
    print(f"swap: lower than pykan's in {lower} of {n}")
    told("swap [9, 10, 10, 1]", spent)
    network, x = KAN([9, 10, 10, 1]), torch.rand(512, 9, dtype=torch.float64)
    print(f"swap with scoring and the new network: {1e3 * min(seconds(lambda: swap(network, x)) for _ in range(5)):.2f} ms", flush=True)


def compare_pictures() -> None:
    network, x = KAN([9, 10, 10, 1]), torch.rand(512, 9, dtype=torch.float64)
    theirs = peer(width=[9, 10, 10, 1], grid=3, k=3)
    theirs(x.float())
    with tempfile.TemporaryDirectory() as folder:
        times = {
            "ours": min(seconds(lambda: picture_bytes(picture(network, x))) for _ in range(3)),
            "pykan": seconds(lambda: theirs.plot(folder=folder)),
        }
    told("picture [9, 10, 10, 1]", times)


def compare_tutorials(n: int) -> None:
    times: dict[str, list[float]] = {"ours": [], "pykan": []}
    for seed in range(n):
        task = majority_task(seed)
        with tempfile.TemporaryDirectory() as folder:
            for name, tutorial in (("ours", our_tutorial), ("pykan", their_tutorial)):
                said = io.StringIO()
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    times[name].append(seconds(lambda: said.write(tutorial(task, seed, folder))))  # noqa: B023: called at once
                print(f"tutorial, seed {seed}, {name}: {1e3 * times[name][-1]:.0f} ms, {said.getvalue()}", flush=True)
    told("tutorial [9, 10, 10, 1]", {name: statistics.median(spent) for name, spent in times.items()})


def our_tutorial(task: Task, seed: int, _folder: str) -> str:
    network, fitting = fit_majority("kan", task, seed)
    shrunk = swap(shrink_majority(network, task, fitting).network, task.x, inputs=True).network
    picture_bytes(picture({"fitted": network, "pruned and swapped": shrunk}, task.x))
    before, after = (measure(one, task.x, task.y, "bits") for one in (network, shrunk))
    return f"accuracy {before:.4f} fitted, {after:.4f} pruned to {shrunk.shape}"


def their_tutorial(task: Task, seed: int, folder: str) -> str:
    x, y = task.x.float(), task.y.float()
    rows = torch.ones(len(x), dtype=torch.bool).index_fill(0, task.training, False)
    data = {"train_input": x[task.training], "train_label": y[task.training], "test_input": x[rows], "test_label": y[rows]}
    # Its prune writes a checkpoint, whatever auto_save says.
    network = peer(width=[9, 10, 10, 1], seed=seed, noise_scale=1.0, ckpt_path=folder)
    network.fit(data, lamb=0.001, lamb_entropy=5.0, steps=20, stop_grid_update_step=1000)
    before = float(((network(x) > 0.5) == (y > 0.5)).float().mean())
    network.auto_swap()
    network.get_act(x)
    network.plot(folder=os.path.join(folder, "before"))
    pruned = network.prune()
    pruned.get_act(x)
    pruned.plot(folder=os.path.join(folder, "after"))
    after = float(((pruned(x) > 0.5) == (y > 0.5)).float().mean())
    return f"accuracy {before:.4f} fitted, {after:.4f} pruned to {pruned.n_edge} edges"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="what", help="step, swap, picture, tutorial")
    parser.add_argument("--rounds", type=int, default=30, help="steps of each network")
    parser.add_argument("--networks", type=int, default=5, help="networks that are swapped")
    parser.add_argument("--tutorials", type=int, default=3, help="seeds of the tutorial")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    parts = {
        "step": lambda: compare_steps(options.rounds),
        "swap": lambda: compare_swaps(options.networks),
        "picture": compare_pictures,
        "tutorial": lambda: compare_tutorials(options.tutorials),
    }
    for what in options.what or parts:
        if what not in parts:
            parser.error(f"{what}: expected one of {', '.join(parts)}")
        parts[what]()


if __name__ == "__main__":
    main()
