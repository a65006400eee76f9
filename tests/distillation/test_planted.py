"""Random programs, expanded to weights and shuffled, are found again; with noise the answer is certified or refused, never wrong."""

from __future__ import annotations

import numpy as np
import pytest
from planting import planted

from pyssnn.distillation import distill

SEEDS = [seed for seed in range(48) if planted(seed) is not None]
MORE = [seed for seed in range(48, 700) if planted(seed) is not None]


def found_groups(program) -> tuple:
    """For each layer the sets of neurons that the program's groups stand for."""
    layers = []
    for layer in range(program.program.last + 1):
        ids = [program.placements[0][group.name] for group in program.program.groups if group.layer == layer]
        layers.append(frozenset(frozenset(one[one >= 0].ravel().tolist()) for one in ids))
    return tuple(layers)


def check_found(seed: int) -> None:
    plant = planted(seed)
    program = distill(plant.network)
    assert program.verdict == "proven", program.report()
    assert program.proof.differing == 0
    assert found_groups(program) == plant.groups


def check_noisy(seed: int, noise: float) -> str:
    plant = planted(seed, noise)
    program = distill(plant.network)
    if program.verdict != "none":
        x = np.random.default_rng(seed).choice(plant.network.input_encoding, size=(300, *plant.network.input_shape))
        right = program.run(x).reshape(300, -1) == plant.network(x)
        assert right.all(), program.report()
    return program.verdict


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planted_groups_come_back(seed):
    check_found(seed)


@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_noise_is_certified_or_refused(noise):
    verdicts = {check_noisy(seed, noise) for seed in SEEDS[:24]}
    assert {"proven", "none"} <= verdicts


@pytest.mark.slow
def test_many_more_planted_groups_come_back():
    for seed in MORE:
        check_found(seed)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_much_more_noise_is_certified_or_refused(noise):
    for seed in MORE:
        check_noisy(seed, noise)
