"""Jobs trained together: what each gives alone, in the order of the jobs, also when they stop early or fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pyssnn.evolution.training import NetworkJob, train_network, train_networks
from pyssnn.networks import GraphStructure

from .conftest import SMALL

TRIANGLE = GraphStructure(np.array([0, 1, 3]), np.array([[2, 0, 1, 0], [4, 1, 3, 1], [5, 0, 3, 2]]), 6)
PAIR = GraphStructure(np.array([0, 1]), np.array([[2, 0, 1, 0]]), 3)
TOO_LARGE = GraphStructure(np.arange(10_000), np.empty((0, 4)), 10_000)
TRAINING = replace(SMALL.training, epochs=2)
JOB = NetworkJob(SMALL.network, TRAINING, TRIANGLE, initialisation_seed=1, training_seed=2)


def test_jobs_of_any_kind_come_back_in_order(noise):
    jobs = [JOB, replace(JOB, structure=None), replace(JOB, structure=TOO_LARGE), replace(JOB, structure=PAIR, training_seed=4)]
    parts = {"train": noise, "eval": noise}
    for job, trained in zip(jobs, train_networks(parts, jobs), strict=True):
        alone = train_network(parts, job)
        assert trained.result["graph"] == alone.result["graph"] and trained.result["failed"] == alone.result["failed"]
        for part in ("training", "train", "eval"):
            assert trained.result[part]["final_loss"] == pytest.approx(alone.result[part]["final_loss"], abs=1e-4)
        assert (trained.weights is None) == (alone.weights is None) and trained.checkpoint is None


@pytest.mark.parametrize("others", [[], [PAIR]], ids=["alone", "stacked"])
def test_jobs_go_on_where_they_stopped(noise, others):
    parts = {"train": noise, "eval": noise}
    jobs = [replace(JOB, structure=structure) for structure in (TRIANGLE, *others)]
    stopped = train_networks(parts, [replace(job, until=1) for job in jobs])
    assert all(len(trained.result["history"]) == 1 for trained in stopped)
    resumed = [replace(job, checkpoint=trained.checkpoint, initialisation_seed=99) for job, trained in zip(jobs, stopped)]
    assert train_networks(parts, resumed) == train_networks(parts, jobs)
