"""How many networks are best trained as one model on a device."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.training import NetworkJob, Part, train_networks
from pyssnn.runs import DESCRIPTION

ON_CUDA = 16
ON_PROCESSOR = 4
_WORTH_IT = 1.2  # how many times as fast a stack must be
_STEPS = 2  # of each training of the probe


def with_stack(config: ExperimentConfig, folder: Path) -> ExperimentConfig:
    """The configuration with a number in place of the stack "auto": that of the run in the folder, if there is one."""
    if config.stack != "auto":
        return config
    return replace(config, stack=_recorded(folder) or stack_for(config))


def stack_for(config: ExperimentConfig) -> int:
    """`ON_CUDA` on such a device. On a processor `ON_PROCESSOR` if a few steps show that it pays, else 1; takes seconds."""
    if torch.device(config.device).type == "cuda":
        return ON_CUDA
    if config.backend == "dgl":
        return 1
    before = torch.get_num_threads()
    torch.set_num_threads(config.torch_threads)
    try:
        alone, stacked = (min(_seconds(config, n) for _ in range(2)) for n in (1, ON_PROCESSOR))
    finally:
        torch.set_num_threads(before)
    return ON_PROCESSOR if alone > _WORTH_IT * stacked else 1


def _recorded(folder: Path) -> int | None:
    try:
        stack = json.loads((folder / DESCRIPTION).read_text())["config"]["stack"]
    except (OSError, ValueError, KeyError, TypeError):  # no run, or none that can be resumed: opening it says so
        return None
    return stack if type(stack) is int and stack > 0 else None


def _seconds(config: ExperimentConfig, n: int) -> float:
    """What a few steps of one of `n` networks take that are trained as one model, without a graph."""
    training = replace(config.training, epochs=1)
    side, channels = config.network.input_size, config.network.input_channels
    noise = np.random.default_rng(0).integers(0, 256, (_STEPS * training.batch_size, channels, side, side), dtype=np.uint8)
    part = Part(noise, np.zeros((len(noise), config.network.target_dim), dtype=np.float32))
    jobs = [NetworkJob(config.network, training, None, seed, seed, device=config.device) for seed in range(n)]
    begun = time.perf_counter()
    train_networks({"train": part}, jobs)
    return (time.perf_counter() - begun) / n
