"""Settings out of their ranges, refused before anything is begun."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pyssnn.errors import InputError
from pyssnn.evolution import CompressionConfig, ExperimentConfig, ExplorationConfig, RacingConfig

COUNTS, SECONDS = ("max_programs", "program_size_limit", "eval_attempts"), ("timeout", "eval_timeout")
NO_COUNTS = (-1, 1.0, "1", True)


@pytest.mark.parametrize(
    "change",
    [
        {"iterations": 0},
        {"n_preserved": 50},
        {"selection": "test"},
        {"selection": "validation"},
        {"selection": "cross-validation", "folds": 1},
        {"selection": "cross-validation", "n_train": 7},
        {"selection": "cross-validation", "racing": RacingConfig((4,))},
        {"racing": RacingConfig((4, 16))},
        {"racing": (4,)},
        {"stack": 0},
        {"stack": "all"},
        {"backend": "jax"},
        {"seed": -1},
        {"seed": 0.0},
        {"seed": True},
        {"n_train": "128"},
        {"n_validation": 1.5},
        {"population_size": 50.0},
        {"torch_threads": None},
        {"device": 0},
        {"target": None},
        {"network": {}},
    ],
)
def test_impossible_configurations_are_refused(change):
    with pytest.raises(InputError):
        replace(ExperimentConfig(), **change)


@pytest.mark.parametrize(
    ("config", "change"),
    [
        *((ExplorationConfig, {name: wrong}) for name in COUNTS for wrong in (0, 1.0, "1")),
        *((ExplorationConfig, {name: wrong}) for name in SECONDS for wrong in (0, -1.0, math.inf, math.nan, "1", None)),
        *((ExplorationConfig, {"max_diff": wrong}) for wrong in (-0.1, math.inf, math.nan)),
        *((ExplorationConfig, {"contextual": wrong}) for wrong in (0, "no", None)),
        *((ExplorationConfig, {name: wrong}) for name in ("warmup_rounds", "max_alternatives") for wrong in NO_COUNTS),
        *((CompressionConfig, {name: wrong}) for name in ("iterations", "max_arity", "prune_after") for wrong in NO_COUNTS),
        *((RacingConfig, {"rungs": wrong}) for wrong in ([4], (0,), (4, 4), (8, 4), (1.5,), 4)),
        *((CompressionConfig, {"weighting": wrong}) for wrong in ("loss", "", None, 1)),
    ],
)
def test_impossible_settings_of_a_part_are_refused_by_name(config, change):
    with pytest.raises(InputError, match=next(iter(change))):
        config(**change)
