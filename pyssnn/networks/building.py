"""Networks whose initialisation is fixed by a seed; the global random state is left as it was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from pyssnn.networks.config import NetworkConfig
from pyssnn.networks.encoder import Baseline
from pyssnn.networks.graph_structured import GraphStructured
from pyssnn.networks.structure import GraphStructure


@contextmanager
def seeded(seed: int, device: torch.device | str = "cpu") -> Iterator[None]:
    """Inside, torch's generators of the CPU and of `device` start from `seed`; afterwards they are as before."""
    device = torch.device(device)
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):
        torch.default_generator.manual_seed(seed)
        if cuda:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield


def build_baseline(config: NetworkConfig, seed: int) -> Baseline:
    """A `Baseline` whose initialisation is fixed by `seed`."""
    with seeded(seed):
        return Baseline(config)


def build_graph_structured(config: NetworkConfig, structure: GraphStructure, seed: int, backend: str = "torch") -> GraphStructured:
    """A `GraphStructured` whose initialisation is fixed by `seed`, alike for both backends. Raises as `GraphStructured` does."""
    with seeded(seed):
        return GraphStructured(config, structure, backend)
