"""One network trained or tested: pure functions from arrays to numbers and weights, to be run by `Workers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import safetensors.torch
import torch

from pyssnn.networks import (
    GraphStructure,
    Metrics,
    NetworkConfig,
    TrainingConfig,
    TrainingHistory,
    build_baseline,
    build_graph_structured,
    evaluate,
    keep_freed_memory,
    summarise,
    train,
    train_stacked,
)


@dataclass(frozen=True)
class Part:
    """Some puzzles: `inputs` uint8 (N, channels, 128, 128), `targets` float32 (N, target_dim)."""

    inputs: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.inputs)

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.from_numpy(self.inputs), torch.from_numpy(self.targets)


@dataclass(frozen=True)
class NetworkJob:
    """What determines a trained network beside the puzzles. `structure` is None for the baseline.

    `until` is the epoch to stop after, None for the last; `checkpoint` is that of the same job stopped earlier, to go on from.
    """

    network: NetworkConfig
    training: TrainingConfig
    structure: GraphStructure | None
    initialisation_seed: int
    training_seed: int
    backend: str = "torch"
    device: str = "cpu"
    checkpoint: bytes | None = None
    until: int | None = None

    def build(self) -> torch.nn.Module:
        if self.structure is None:
            return build_baseline(self.network, self.initialisation_seed)
        return build_graph_structured(self.network, self.structure, self.initialisation_seed, backend=self.backend)


@dataclass(frozen=True)
class Trained:
    """A trained network: its numbers, and its weights as a safetensors file; None if training failed.

    `checkpoint` is there if training stopped before the last epoch.
    """

    result: dict
    weights: bytes | None
    checkpoint: bytes | None = None


def train_network(parts: Mapping[str, Part], job: NetworkJob) -> Trained:
    """Train on the part "train", then measure on "train", "eval" and, if it is there, "validation".

    The result has the archives' keys: `training` (metrics while training), `train`, `eval`, each with `perf` and `final_loss`;
    and `history`, `graph` (see `structure_of`), `failed`. A network fails if a loss is not finite or its graph has more elements
    than its features have entries; its `perf` are 0 then, its losses None, and `failed` says why.
    """
    (trained,) = train_networks(parts, [job])
    return trained


def train_networks(parts: Mapping[str, Part], jobs: Sequence[NetworkJob]) -> list[Trained]:
    """Train jobs together, those that can be as one stacked model, and measure each as `train_network` does.

    Which jobs are trained together is seen in the last bits of the results. Jobs that cannot be (another configuration, another
    backend, the baseline beside a graph) are trained apart.
    """
    keep_freed_memory()
    trained: dict[int, Trained] = {}
    stacks: dict[tuple, list[int]] = {}
    for index, job in enumerate(jobs):
        if job.structure is not None and job.structure.n_elements > job.network.graph_dim:
            too_many = f"{job.structure.n_elements} elements, more than graph_dim = {job.network.graph_dim}"
            trained[index] = failed_network(parts, job, too_many)
        else:
            alone = index if job.backend == "dgl" else None
            kind = (job.network, job.training, job.structure is None, job.device, job.until, job.checkpoint is None, alone)
            stacks.setdefault(kind, []).append(index)
    for indices in stacks.values():
        trained |= zip(indices, _train(parts, [jobs[index] for index in indices]))
    return [trained[index] for index in range(len(jobs))]


def measure_network(part: Part, job_and_weights: tuple[NetworkJob, bytes]) -> dict:
    """Accuracy, F1 and loss of saved weights on a part."""
    job, weights = job_and_weights
    model = job.build()
    model.load_state_dict(safetensors.torch.load(weights))
    return asdict(_evaluate(model, part, job))


def structure_of(graph: dict | None) -> GraphStructure | None:
    """The structure that a training record holds under `graph`."""
    if graph is None:
        return None
    edges = np.array(graph["edges"], dtype=np.int64).reshape(-1, 4)
    return GraphStructure(np.array(graph["nodes"], dtype=np.int64), edges, graph["n_elements"])


def _graph(structure: GraphStructure | None) -> dict | None:
    if structure is None:
        return None
    nodes, edges = np.asarray(structure.nodes).tolist(), np.asarray(structure.edges).tolist()
    return {"nodes": nodes, "edges": edges, "n_elements": int(structure.n_elements)}


def _train(parts: Mapping[str, Part], jobs: Sequence[NetworkJob]) -> list[Trained]:
    models = [job.build() for job in jobs]
    return [_measure(parts, *of_job) for of_job in zip(jobs, models, _histories(parts["train"], jobs, models))]


def _histories(
    part: Part, jobs: Sequence[NetworkJob], models: Sequence[torch.nn.Module]
) -> Sequence[TrainingHistory | FloatingPointError]:
    job, seeds = jobs[0], [job.training_seed for job in jobs]
    how = {"device": job.device, "until": job.until}
    if len(jobs) > 1:
        checkpoints = None if job.checkpoint is None else [job.checkpoint for job in jobs]
        return train_stacked(models, *part.tensors(), job.training, seeds=seeds, checkpoints=checkpoints, **how)
    try:
        return [train(models[0], *part.tensors(), job.training, seed=seeds[0], checkpoint=job.checkpoint, **how)]
    except FloatingPointError as error:
        return [error]


def _measure(
    parts: Mapping[str, Part], job: NetworkJob, model: torch.nn.Module, history: TrainingHistory | FloatingPointError
) -> Trained:
    try:
        if isinstance(history, FloatingPointError):
            raise history
        measured = {name: _evaluate(model, parts[name], job) for name in _measured(parts)}
    except FloatingPointError as error:
        return failed_network(parts, job, str(error))
    metric = job.training.perf_metric
    result = {"training": history.summary()}
    result |= {name: summarise(metrics.perf(metric), metrics.loss, job.training) for name, metrics in measured.items()}
    result |= {"history": [asdict(epoch) for epoch in history.epochs], "failed": None, "graph": _graph(job.structure)}
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    stopped_early = job.until is not None and job.until < job.training.epochs
    return Trained(result, safetensors.torch.save(weights), history.checkpoint() if stopped_early else None)


def failed_network(parts: Mapping[str, Part], job: NetworkJob, reason: str) -> Trained:
    """What stands for a network that failed, as `train_network` says."""
    nothing = {"use_scheduler": job.training.use_scheduler, "perf": 0.0, "final_loss": None}
    result = {name: dict(nothing) for name in ("training", *_measured(parts))}
    return Trained({**result, "history": [], "failed": reason, "graph": _graph(job.structure)}, None)


def _measured(parts: Mapping[str, Part]) -> list[str]:
    return [name for name in ("train", "validation", "eval") if name in parts]


def _evaluate(model: torch.nn.Module, part: Part, job: NetworkJob) -> Metrics:
    return evaluate(model, *part.tensors(), device=job.device, precision=job.training.precision)
