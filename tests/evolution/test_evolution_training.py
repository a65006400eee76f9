"""One network as a job: numbers and weights, the same anywhere, and a failure that is a result."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch

from pyssnn.evolution import Part
from pyssnn.evolution.training import NetworkJob, measure_network, structure_of, train_network
from pyssnn.jobs import LocalWorkers
from pyssnn.networks import GraphStructure

from .conftest import SMALL

TRIANGLE = GraphStructure(np.array([0, 1, 3]), np.array([[2, 0, 1, 0], [4, 1, 3, 1], [5, 0, 3, 2]]), 6)
JOB = NetworkJob(SMALL.network, SMALL.training, TRIANGLE, initialisation_seed=1, training_seed=2)


def test_a_result_has_the_archives_keys(noise):
    result = train_network({"train": noise, "eval": noise}, JOB).result
    for part in ("training", "train", "eval"):
        assert set(result[part]) == {"use_scheduler", "perf", "final_loss"}
    assert result["failed"] is None and len(result["history"]) == SMALL.training.epochs and "validation" not in result


@pytest.mark.parametrize("structure", [TRIANGLE, None], ids=["graph", "baseline"])
def test_weights_measure_as_the_network_did(noise, structure):
    trained = train_network({"train": noise, "eval": noise}, replace(JOB, structure=structure))
    untrained = replace(JOB, structure=structure_of(trained.result["graph"]), initialisation_seed=99)
    measured = measure_network(noise, (untrained, trained.weights))
    assert (measured["accuracy"], measured["loss"]) == (trained.result["eval"]["perf"], trained.result["eval"]["final_loss"])


def test_two_processes_train_the_same_networks_as_one(noise):
    jobs = {str(seed): replace(JOB, training_seed=seed) for seed in range(2)}
    with LocalWorkers(1) as one, LocalWorkers(2) as two:
        alone = dict(one.run(train_network, {"train": noise, "eval": noise}, jobs))
        assert alone == dict(two.run(train_network, {"train": noise, "eval": noise}, jobs))
    assert alone["0"] != alone["1"]


def test_each_seed_matters(noise):
    losses = {
        train_network({"train": noise, "eval": noise}, job).result["eval"]["final_loss"]
        for job in (JOB, replace(JOB, training_seed=3), replace(JOB, initialisation_seed=3))
    }
    assert len(losses) == 3


def test_a_loss_that_is_not_finite_is_a_failure(noise):
    broken = Part(noise.inputs, np.full_like(noise.targets, np.nan))
    for parts in ({"train": broken, "eval": noise}, {"train": noise, "eval": broken}):
        trained = train_network(parts, JOB)
        assert trained.weights is None and "nan" in trained.result["failed"]
        assert trained.result["train"] == {"use_scheduler": True, "perf": 0.0, "final_loss": None}


def test_a_graph_too_large_for_the_vector_is_a_failure(noise):
    large = GraphStructure(np.arange(65), np.zeros((0, 4)), 65)
    assert "65 elements" in train_network({"train": noise, "eval": noise}, replace(JOB, structure=large)).result["failed"]


def test_a_structure_survives_its_record(noise):
    recorded = json.loads(json.dumps(train_network({"train": noise, "eval": noise}, JOB).result))
    back = structure_of(recorded["graph"])
    assert (back.nodes == TRIANGLE.nodes).all() and (back.edges == TRIANGLE.edges).all() and back.n_elements == 6


def test_weights_are_plain_safetensors(noise):
    weights = safetensors.torch.load(train_network({"train": noise, "eval": noise}, JOB).weights)
    assert weights.keys() == JOB.build().state_dict().keys()
