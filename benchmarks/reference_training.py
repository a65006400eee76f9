"""Networks a minute: this project's training beside the straightforward one, on the same work.

    python benchmarks/reference_training.py [--data graph/dataset] [--seeds 10] [--epochs 16] [--workers 2] [--precision bfloat16]

The work is a network of the paper's: a graph of 15 elements (the archive's median), 16 epochs on 128 puzzles, evaluation on these
and on 1,200 others. The reference is what one writes first, with care but without tricks: modules over (batch, channels, height, width)
images, DGL's `GINEConv` on a `dgl.batch` of one graph a sample, a `DataLoader`, `.item()` for the metrics of each step, float32, one
process with torch's default threads. Ours are worker processes of one thread each. Both take turns, one network of the
reference after one of each worker; starting the processes is counted. Needs dgl (Python 3.10 or 3.11).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("DGLBACKEND", "pytorch")

import dgl
import torch
import torch.nn.functional as F
from dgl.nn.pytorch import GINEConv
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from training_step import path_graph

from pyssnn.evolution import Part
from pyssnn.evolution.training import NetworkJob, train_network
from pyssnn.jobs import LocalWorkers
from pyssnn.networks import GraphStructure, NetworkConfig, TrainingConfig
from pyssnn.networks.positions import grid_positions, sincos_positions_2d
from pyssnn.raven import RavenDataset


class ConvBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.LayerNorm(width)
        self.pointwise = nn.Sequential(nn.Conv2d(width, width, 1), nn.GELU(), nn.Conv2d(width, width, 1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return x + self.pointwise(y)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, head_width: int) -> None:
        super().__init__()
        self.heads, self.scale = heads, head_width**-0.5
        self.norm = nn.LayerNorm(width)
        self.to_qkv = nn.Linear(width, 3 * heads * head_width, bias=False)
        self.to_out = nn.Linear(heads * head_width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, _ = x.shape
        q, k, v = (part.view(batch, tokens, self.heads, -1).transpose(1, 2) for part in self.to_qkv(self.norm(x)).chunk(3, dim=-1))
        weights = (q @ k.transpose(-1, -2) * self.scale).softmax(dim=-1)
        return self.to_out((weights @ v).transpose(1, 2).reshape(batch, tokens, -1))


class Reference(nn.Module):
    """The network of `GraphStructured`, with a DGL graph a sample."""

    def __init__(self, config: NetworkConfig, structure: GraphStructure) -> None:
        super().__init__()
        width, patch = config.vit_dim, config.input_size // config.downsampled_size
        self.embed = nn.Sequential(nn.PixelUnshuffle(patch), nn.Conv2d(config.input_channels * patch**2, width, 1))
        self.convs = nn.Sequential(*(ConvBlock(width) for _ in range(config.conv_depth)))
        self.attentions = nn.ModuleList(
            Attention(width, config.vit_heads, config.vit_head_dim) for _ in range(config.vit_depth)
        )
        self.mlps = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, config.vit_mlp_dim), nn.GELU(), nn.Linear(config.vit_mlp_dim, width)
            )
            for _ in range(config.vit_depth)
        )
        self.project = nn.Linear(width, config.graph_dim)
        self.message_passing = nn.ModuleList(
            GINEConv(nn.Linear(config.graph_dim, config.graph_dim), learn_eps=True) for _ in range(config.gnn_depth)
        )
        self.dropout = nn.Dropout(config.dropout_rate)
        self.head = nn.Linear(config.graph_dim, config.target_dim)
        source, target, edge = torch.from_numpy(structure.arcs())
        self.graph = dgl.graph((source, target), num_nodes=structure.n_nodes)
        self.n_nodes = structure.n_nodes
        slices = torch.from_numpy(structure.slice_indices(config.graph_dim))
        positions = sincos_positions_2d(*torch.from_numpy(structure.positions()).unbind(1), config.graph_dim)
        self.register_buffer("rows", torch.cat([torch.arange(self.n_nodes), self.n_nodes + edge]))
        self.register_buffer("slices", slices)
        self.register_buffer("positions", positions)
        self.register_buffer("grid", grid_positions(config.downsampled_size, width))

    def forward(self, images: Tensor) -> Tensor:
        x = self.convs(self.embed(2 * images - 1)).flatten(2).transpose(1, 2) + self.grid
        for attention, mlp in zip(self.attentions, self.mlps):
            x = x + attention(x)
            x = x + mlp(x)
        vectors = self.project(x.mean(dim=1))
        features = (vectors[:, self.slices] + self.positions)[:, self.rows]
        graphs = dgl.batch([self.graph] * len(images))
        nodes, edges = features[:, : self.n_nodes].flatten(0, 1), features[:, self.n_nodes :].flatten(0, 1)
        for layer in self.message_passing:
            nodes = layer(graphs, self.dropout(nodes), self.dropout(edges))
        with graphs.local_scope():
            graphs.ndata["h"] = nodes
            return self.head(dgl.mean_nodes(graphs, "h"))


def train_reference(
    train: TensorDataset,
    measured: dict[str, TensorDataset],
    network: NetworkConfig,
    config: TrainingConfig,
    structure: GraphStructure,
    seed: int,
) -> dict[str, float]:
    """Accuracy on each measured part after training as `train_network` does it, written as one would first."""
    torch.manual_seed(seed)
    model = Reference(network, structure)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=config.plateau_factor, patience=config.plateau_patience
    )
    loader = DataLoader(train, batch_size=config.batch_size, shuffle=True)
    smoothed, weight = 0.0, 0.0
    for _ in range(config.epochs):
        model.train()
        correct = 0
        for images, targets in loader:
            logits = model(images.float() / 255)
            loss = F.binary_cross_entropy_with_logits(logits, targets)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            correct += ((logits > 0) == (targets > 0.5)).sum().item()
            smoothed += (1 - config.smoothing) * (loss.item() - smoothed)
            weight = 1 - (1 - weight) * config.smoothing
        scheduler.step(smoothed / weight)
    return {name: accuracy(model, part) for name, part in measured.items()}


@torch.no_grad()
def accuracy(model: nn.Module, part: TensorDataset) -> float:
    model.eval()
    correct, seen = 0, 0
    for images, targets in DataLoader(part, batch_size=64):
        correct += ((model(images.float() / 255) > 0) == (targets > 0.5)).sum().item()
        seen += targets.numel()
    return correct / seen


def rounds(options: argparse.Namespace) -> Iterator[tuple[tuple[float, list[dict]], tuple[float, list[dict]]]]:
    """For each seed: seconds and accuracies of ours, one network a worker, then of the reference, one network."""
    data = RavenDataset(options.data, options.target)
    cuts = {"train": range(options.n_train), "eval": range(options.n_train, options.n_train + options.n_evaluation)}
    tensors = {name: data.tensors(indices) for name, indices in cuts.items()}
    parts = {name: Part(images.numpy(), targets.numpy()) for name, (images, targets) in tensors.items()}
    datasets = {name: TensorDataset(*part) for name, part in tensors.items()}
    network, config, structure = NetworkConfig(), TrainingConfig(epochs=options.epochs), path_graph(8)
    precise = replace(config, precision=options.precision)
    with LocalWorkers(options.workers, torch_threads=1) as workers:
        for seed in range(options.seeds):
            start = time.perf_counter()
            jobs = {
                str(i): NetworkJob(network, precise, structure, initialisation_seed=i, training_seed=i)
                for i in range(seed * options.workers, (seed + 1) * options.workers)
            }
            ours = [trained.result for _, trained in workers.run(train_network, parts, jobs)]
            middle = time.perf_counter()
            theirs = train_reference(datasets["train"], datasets, network, config, structure, seed)
            end = time.perf_counter()
            yield (middle - start, [{part: result[part]["perf"] for part in parts} for result in ours]), (end - middle, [theirs])


def spread(found: list[dict], part: str) -> str:
    values = [100 * accuracies[part] for accuracies in found]
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{part} {statistics.mean(values):.1f} ± {deviation:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("graph/dataset"), help="puzzles made by `pyssnn raven`")
    parser.add_argument("--target", default="constant_color")
    parser.add_argument("--seeds", type=int, default=10, help="networks of the reference; of ours, as many for each worker")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--n-train", type=int, default=128)
    parser.add_argument("--n-evaluation", type=int, default=1200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--precision", default="bfloat16", choices=("float32", "bfloat16"))
    options = parser.parse_args()
    threads = torch.get_num_threads()
    print(f"torch {torch.__version__}, {threads} threads for the reference, {options.workers} workers, {options.precision}")
    seconds: tuple[list[float], list[float]] = ([], [])
    accuracies: tuple[list[dict], list[dict]] = ([], [])
    for number, both in enumerate(rounds(options), 1):
        for side, (taken, found) in enumerate(both):
            seconds[side].append(taken / len(found))
            accuracies[side].extend(found)
        ours, theirs = (60 / side[-1] for side in seconds)
        print(f"{number:3d}: ours {ours:5.2f} networks a minute, reference {theirs:5.2f}, ratio {ours / theirs:.2f}", flush=True)
    for name, side, found in zip(("ours", "reference"), seconds, accuracies):
        print(f"{name}: {60 / statistics.mean(side):.2f} networks a minute; {spread(found, 'train')}, {spread(found, 'eval')}")
    ratios = [theirs / ours for ours, theirs in zip(*seconds)]
    print(f"ratio {statistics.mean(seconds[1]) / statistics.mean(seconds[0]):.2f}; of the rounds, median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
