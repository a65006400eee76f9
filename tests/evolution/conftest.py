"""A small experiment on real puzzles: networks of a few thousand weights, populations of a few members."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pyssnn.evolution import CompressionConfig, ExperimentConfig, ExplorationConfig, Part
from pyssnn.networks import NetworkConfig, TrainingConfig
from pyssnn.raven import generate_data

SMALL = ExperimentConfig(
    iterations=2,
    population_size=5,
    n_preserved=2,
    n_baseline=2,
    n_train=8,
    n_evaluation=8,
    n_test=8,
    network=NetworkConfig(
        vit_dim=8, vit_depth=1, vit_heads=1, vit_head_dim=8, vit_mlp_dim=8, conv_depth=0, gnn_depth=1, graph_dim=64
    ),
    training=TrainingConfig(epochs=1),
    exploration=ExplorationConfig(max_programs=200_000),
)
WARM = replace(
    SMALL,
    iterations=2,
    population_size=9,
    n_preserved=4,
    n_baseline=1,
    compression=CompressionConfig(weighting="accuracy", prune_after=9),
    exploration=ExplorationConfig(max_programs=500_000, warmup_rounds=5),
)
"""An experiment that fills its first population in warm-up rounds."""

EXECUTABLE = Path(__file__).resolve().parents[2] / "_build" / "default" / "synth" / "bin" / "explore.exe"
needs_core = pytest.mark.skipif(not EXECUTABLE.exists(), reason="needs the OCaml core: make")


def contents(folder: Path) -> dict[str, bytes]:
    """What two equal runs agree on: every file, the times of the events left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "events.jsonl")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_data(32, tmp_path_factory.mktemp("raven") / "puzzles", seed=5, workers=1)


@pytest.fixture
def noise() -> Part:
    """Images without meaning, for what is not about puzzles."""
    random = np.random.default_rng(0)
    inputs = random.integers(0, 256, (8, 1, 128, 128), dtype=np.uint8)
    return Part(inputs, random.integers(0, 2, (8, 1)).astype(np.float32))
