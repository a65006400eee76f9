"""A small experiment on real puzzles: networks of a few thousand weights, populations of a few members."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pyssnn.evolution import CompressionConfig, ExperimentConfig, ExplorationConfig, Part, RacingConfig
from pyssnn.experiments import run_experiment
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
RACED = replace(WARM, training=TrainingConfig(epochs=4), racing=RacingConfig((1, 2)))
"""An experiment in which members stop after one epoch and after two."""
STACKED = replace(WARM, stack=2)
"""An experiment whose networks are trained two at a time as one model."""
STACKED_RACE = replace(RACED, stack=2, iterations=1)
CROSS_VALIDATED = replace(SMALL, selection="cross-validation", folds=3)
"""An experiment whose networks are ranked by the mean of three others."""

EXECUTABLE = Path(__file__).resolve().parents[2] / "_build" / "default" / "synth" / "bin" / "explore.exe"
needs_core = pytest.mark.skipif(not EXECUTABLE.exists(), reason="needs the OCaml core: make")


def contents(folder: Path) -> dict[str, bytes]:
    """What two equal runs agree on: every file, the times of the events left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "events.jsonl")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def read(folder: Path, name: str):
    return json.loads((folder / name).read_text())


def start(folder: Path, data: Path, config: str = "SMALL") -> subprocess.Popen:
    """A process that runs the experiment of a name in this module."""
    program = f"""
import sys
from pyssnn.experiments import run_experiment
from tests.evolution.conftest import {config}
try:
    run_experiment({config}, {str(folder)!r}, data={str(data)!r})
except KeyboardInterrupt:
    sys.exit(130)
"""
    return subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])


def kill_at(folder: Path, data: Path, config: str, pattern: str) -> None:
    """Run an experiment in a process that is killed when a step is recorded; it is somewhere in what follows."""
    process = start(folder, data, config)
    wait_for(folder, f"steps/{pattern}.json")
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (folder / "steps" / "finished.json").exists()


def wait_for(folder: Path, pattern: str) -> None:
    deadline = time.monotonic() + 60
    while not any(folder.glob(pattern)):
        assert time.monotonic() < deadline, f"no {pattern} within a minute"
        time.sleep(0.001)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_data(32, tmp_path_factory.mktemp("raven") / "puzzles", seed=5, workers=1)


@pytest.fixture(scope="session")
def whole(data, tmp_path_factory) -> Path:
    """The folder of an experiment that nothing disturbed."""
    return run_experiment(SMALL, tmp_path_factory.mktemp("runs") / "whole", data=data).folder


@pytest.fixture
def noise() -> Part:
    """Images without meaning, for what is not about puzzles."""
    random = np.random.default_rng(0)
    inputs = random.integers(0, 256, (8, 1, 128, 128), dtype=np.uint8)
    return Part(inputs, random.integers(0, 2, (8, 1)).astype(np.float32))


class Crash(BaseException):
    pass


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], bool]:
    """Does something that crashes after some number of files that Python has written or removed; whether it came to that."""

    def crashed(moment: int, do: Callable[[], object]) -> bool:
        changes = 0

        def crashing(change):
            def changed(*arguments, **options):
                nonlocal changes
                result = change(*arguments, **options)
                changes += 1
                if changes > moment:
                    raise Crash
                return result

            return changed

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", crashing(os.replace))
            patched.setattr(Path, "unlink", crashing(Path.unlink))
            try:
                do()
            except Crash:
                return True
        return False

    return crashed
