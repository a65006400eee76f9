"""Does a network trained on a hierarchical majority show its blocks? The tutorial, over many seeds, as a run folder.

y = maj(maj(x1, x2, x3), maj(x4, x5, x6), maj(x7, x8, x9)), with the nine inputs in a random order for each seed. A KAN and an MLP are fitted to four
fifths of the 512 inputs, swapped into place, pruned, and asked for their modules and their Boolean program. All accuracies are over
all 512. The question and the sizes are those of pykan's tutorial *Interpretability 10A: swap*.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from pyssnn.checks import check_integer, check_number
from pyssnn.kan.decomposition import bits, smallest_blocks, truth_table
from pyssnn.kan.fitting import FitConfig, fit
from pyssnn.kan.modules import Module, block_score, find_modules
from pyssnn.kan.network import KAN, MLP, Network
from pyssnn.kan.objectives import measure
from pyssnn.kan.pictures import picture, picture_bytes
from pyssnn.kan.programs import recover
from pyssnn.kan.pruning import prune
from pyssnn.kan.shrinking import ShrinkConfig, Shrunk, shrink
from pyssnn.kan.storage import save_network
from pyssnn.kan.swapping import swap
from pyssnn.runs import Run, atomic_write_bytes, atomic_write_json, seed_for

N_INPUTS, N_BLOCKS = 9, 3
NETWORKS = ("kan", "mlp")


@dataclass(frozen=True)
class MajorityConfig:
    """What the tutorial does.

    Args:
        n_seeds: how many times.
        mlp_starts: how many MLPs are fitted for each, of which the one of least loss on the training inputs is taken.
        train_share: the share of the 512 inputs that is trained on.
        kan_width, mlp_width: the hidden levels.
        max_loss: the largest loss that pruning may leave on the training inputs (a mean squared error). Without a limit it would go on to
            networks whose outputs are barely on the right side of ½.
        max_trials: refits of one network.

    Raises:
        InputError: a value is impossible.
    """

    n_seeds: int = 10
    mlp_starts: int = 3
    train_share: float = 0.8
    kan_width: tuple[int, ...] = (10, 10)
    mlp_width: tuple[int, ...] = (20, 20)
    max_loss: float = 0.003
    max_trials: int = 200

    def __post_init__(self) -> None:
        check_integer("n_seeds", self.n_seeds, 1)
        check_integer("mlp_starts", self.mlp_starts, 1)
        check_integer("max_trials", self.max_trials, 0)
        check_number("train_share", self.train_share, above=0, below=1 + 1e-12)
        check_number("max_loss", self.max_loss, above=0)


@dataclass(frozen=True)
class Task:
    """A hierarchical majority with its inputs in some order.

    Attributes:
        x: (512, 9) all inputs, in counting order. y: (512, 1).
        blocks: the columns of each inner majority, sorted.
        training: the rows to train on.
    """

    x: Tensor
    y: Tensor
    blocks: tuple[Module, ...]
    training: Tensor


def majority_task(seed: int, train_share: float = 0.8) -> Task:
    """The task of a seed."""
    random = torch.Generator().manual_seed(seed)
    order = torch.randperm(N_INPUTS, generator=random).tolist()
    blocks = tuple(sorted(tuple(sorted(order[3 * k : 3 * k + 3])) for k in range(N_BLOCKS)))
    x = torch.from_numpy(bits(N_INPUTS)).double()
    inner = torch.stack([x[:, list(block)].sum(1) >= 2 for block in blocks], 1)
    y = (inner.sum(1, keepdim=True) >= 2).double()
    rows = torch.randperm(len(x), generator=random)
    return Task(x, y, blocks, rows[: max(1, round(train_share * len(x)))].sort().values)


def fit_majority(kind: str, task: Task, seed: int, config: MajorityConfig = MajorityConfig()) -> tuple[Network, FitConfig]:
    """A fitted network of a kind, and how it is to be refitted.

    An MLP is fitted without regularisers first: with them it stays at a threshold of the sum. Even then single inputs stay wrong from some
    starts, so there are several.
    """
    x, y = task.x[task.training], task.y[task.training]
    if kind == "kan":
        network: Network = KAN([N_INPUTS, *config.kan_width, 1], seed=seed)
        fitting = FitConfig("bits", steps=100, sparsity=1e-3)
        fit(network, x, y, fitting)
        return network, fitting
    fitting = FitConfig("bits", steps=200, sparsity=3e-4)
    found = []
    for start in range(config.mlp_starts):
        network = MLP([N_INPUTS, *config.mlp_width, 1], seed=seed + start)
        fit(network, x, y, replace(fitting, steps=400, sparsity=0.0))
        found.append((fit(network, x, y, fitting).final_loss, network))
    return min(found, key=lambda one: one[0])[1], replace(fitting, sparsity=1e-4)


def shrink_majority(network: Network, task: Task, fitting: FitConfig, config: MajorityConfig = MajorityConfig()) -> Shrunk:
    """The smallest network found that is right on all training inputs, edges between the blocks that the network's outputs prove dropped first.

    Without that, nodes are sometimes dropped until one serves two blocks.
    """
    asked = ShrinkConfig(
        keep=1.0, max_loss=config.max_loss, fit=fitting, modules=smallest_blocks(truth_table(network)), max_trials=config.max_trials
    )
    return shrink(network, task.x[task.training], task.y[task.training], asked)


def run_majority(
    folder: Path | str, config: MajorityConfig = MajorityConfig(), *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> dict:
    """Run the tutorial in a run folder, resuming what is there, and return its table.

    The folder gets a record and a figure for each network and seed, the pruned networks, and `table.json`.

    Raises:
        InputError: the folder holds something else, or cannot be written.
    """
    jobs = [(kind, index) for kind in NETWORKS for index in range(config.n_seeds)]
    with Run.create_or_resume(folder, "kan majority9", asdict(config), seed) as run, _one_thread():
        rows: dict[str, list[dict]] = {kind: [] for kind in NETWORKS}
        for done, (kind, index) in enumerate(jobs):
            if progress is not None:
                progress(done, len(jobs))
            rows[kind].append(run.step(f"{kind}_{index}", lambda: _measured(run, kind, index, config)))  # noqa: B023: called at once
        if progress is not None:
            progress(len(jobs), len(jobs))
        table = {kind: summarise(rows[kind]) for kind in NETWORKS}
        if not run.path("table.json").exists():
            atomic_write_json(run.path("table.json"), table)
        run.step("finished", lambda: table)
        return table


def summarise(rows: list[dict]) -> dict:
    """What the records of a kind of network say together."""
    shapes = [str(row["pruned_width"]) + f", {row['pruned_edges']} edges" for row in rows]
    return {
        "seeds": len(rows),
        "accuracy_fitted": [min(row["accuracy_fitted"] for row in rows), max(row["accuracy_fitted"] for row in rows)],
        "accuracy_pruned": [min(row["accuracy_pruned"] for row in rows), max(row["accuracy_pruned"] for row in rows)],
        "perfect_before_and_after": sum(row["accuracy_fitted"] == row["accuracy_pruned"] == 1 for row in rows),
        "minimal_kan": sum((row["pruned_width"], row["pruned_edges"]) == ([9, 3, 1, 1], 13) for row in rows),
        "blocks_by_clustering_fitted": sum(row["modules_fitted"] == row["blocks"] for row in rows),
        "blocks_by_clustering": sum(row["modules"] == row["blocks"] for row in rows),
        "blocks_by_truth_table": sum(row["exact_modules"] == row["blocks"] for row in rows),
        "blocks_proven": sum(row["proven"] for row in rows),
        "block_score": [min(row["block_score"] for row in rows), max(row["block_score"] for row in rows)],
        "programs_right": sum(row["program_agrees"] for row in rows),
        "shapes": {shape: shapes.count(shape) for shape in sorted(set(shapes), key=lambda s: (-shapes.count(s), s))},
    }


def _measured(run: Run, kind: str, index: int, config: MajorityConfig) -> dict:
    start = time.perf_counter()
    seed = seed_for(run.seed, index, kind, "majority9")
    task = majority_task(seed_for(run.seed, index, "", "majority9 inputs"), config.train_share)
    fitted, fitting = fit_majority(kind, task, seed, config)
    fitted_in = time.perf_counter() - start
    swapped = swap(fitted, task.x, inputs=True)
    once = prune(fitted, task.x)
    shrunk = shrink_majority(fitted, task, fitting, config)
    pruned = swap(shrunk.network, task.x, inputs=True)
    table = truth_table(pruned.network)
    modules, exact = find_modules(pruned.network, task.x), smallest_blocks(table)
    program = recover(table, exact)
    figure = picture({"fitted": fitted, "swapped": swapped.network, "pruned and swapped": pruned.network}, task.x, modules=exact)
    atomic_write_bytes(run.path("figures", f"{kind}_{index}.pdf"), picture_bytes(figure))
    save_network(pruned.network, run.path("networks", f"{kind}_{index}.safetensors"))
    run.event("measured", network=kind, index=index, fit_seconds=round(fitted_in, 2), seconds=round(time.perf_counter() - start, 2))
    return {
        "blocks": task.blocks,
        "accuracy_fitted": measure(fitted, task.x, task.y, "bits"),
        "accuracy_pruned_once_without_refit": measure(once.network, task.x, task.y, "bits"),
        "accuracy_pruned": measure(pruned.network, task.x, task.y, "bits"),
        "pruned_width": pruned.network.width,
        "pruned_edges": pruned.network.n_edges,
        "refits": len(shrunk.rounds),
        "cost_fitted": swapped.cost_before,
        "cost_swapped": swapped.cost,
        "cost_pruned_and_swapped": pruned.cost,
        "modules_fitted": find_modules(fitted, task.x),
        "modules": modules,
        "exact_modules": exact,
        "proven": all(recover(table, task.blocks).proofs[k].says_something for k in range(N_BLOCKS)),
        "multiplicities": [proof.multiplicity for proof in recover(table, modules).proofs],
        "block_score_fitted": block_score(fitted, task.x, task.blocks),
        "block_score": block_score(pruned.network, task.x, exact),
        "program": program.text,
        "program_agrees": program.agrees,
    }


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch's matrix products of this size are quickest on one thread, and the same everywhere; afterwards as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
