"""Latent networks: trained, folded, reproducible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.interpretation import EXPERIMENTS, Form, TrainingConfig, train
from pyssnn.interpretation.gradients import misalignment, value_and_gradient

SHORT = TrainingConfig(width=32, steps=250, n_train=2048, n_validation=256, batch=64, learning_rate=5e-3)


def test_a_short_training_already_turns_the_gradient_towards_the_energy():
    experiment = EXPERIMENTS["harmonic"]
    points = experiment.points(np.random.default_rng(9), 500)
    _, gradient = value_and_gradient(train(experiment, SHORT, seed=0).module, points)
    assert misalignment(gradient, points).mean() < 0.1  # the energy's gradient is along (x, v) itself; at random it would be 1/2


def test_a_classifier_takes_raw_inputs_and_separates():
    experiment = EXPERIMENTS["quadratic"]
    module = train(experiment, SHORT, seed=0).module
    points = experiment.points(np.random.default_rng(9), 1000)
    above = Form.of(experiment.truth[0], experiment.inputs).values(points) > experiment.threshold
    with torch.no_grad():
        said = module(torch.as_tensor(points, dtype=torch.float32))[:, 0].numpy() > 0
    assert np.mean(said == above) > 0.9


def test_the_seed_alone_decides():
    experiment, config = EXPERIMENTS["trace2"], replace(SHORT, steps=5)
    a, b, c = (train(experiment, config, seed).module(torch.ones(1, 4)) for seed in (0, 0, 1))
    assert torch.equal(a, b) and not torch.equal(a, c)


def test_training_leaves_the_global_generator_alone():
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    train(EXPERIMENTS["trace2"], replace(SHORT, steps=2), seed=0)
    assert torch.equal(torch.rand(3), wanted)


def test_training_stops_early_when_nothing_gets_better():
    trained = train(EXPERIMENTS["trace2"], replace(SHORT, steps=2000, patience=1, learning_rate=1.0), seed=0)
    assert trained.stopped == "early" and trained.steps < 2000


@pytest.mark.parametrize("change", [{"width": 0}, {"activation": "step"}, {"learning_rate": 0.0}, {"steps": 2.5}])
def test_settings_out_of_range_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        replace(SHORT, **change)
