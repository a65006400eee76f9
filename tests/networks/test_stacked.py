"""Networks trained as one model come out as if each had been trained alone."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_examples import LONELY, PAIR, SMALL, TRIANGLE, bright_or_dark, weights
from test_graph_structured import structures

from pyssnn.networks import (
    NetworkConfig,
    TrainingConfig,
    TrainingHistory,
    build_baseline,
    build_graph_structured,
    evaluate,
    train,
    train_stacked,
)

CONFIG = TrainingConfig(epochs=3, learning_rate=3e-4, plateau_patience=0)


def assert_alike(stacked: TrainingHistory, alone: TrainingHistory, error: float = 1e-5) -> None:
    for ours, theirs in zip(stacked.epochs, alone.epochs, strict=True):
        assert ours.metrics.loss == pytest.approx(theirs.metrics.loss, abs=error)
        assert ours.smoothed_loss == pytest.approx(theirs.smoothed_loss, abs=error)
        assert ours.learning_rate == theirs.learning_rate


@settings(max_examples=8, deadline=None)
@given(st.lists(structures(), min_size=1, max_size=4), st.sampled_from([0.0, 0.3]))
def test_equals_training_alone_on_any_graphs(graphs: list, rate: float) -> None:
    """With the same order of samples and the same dropout, whatever the sizes of the graphs beside it.

    In float64: Adam's first steps are as long for a gradient of 1e-8 as for any other, so that float32's rounding can grow a thousandfold.
    """
    sizes = NetworkConfig(**{**vars(SMALL), "dropout_rate": rate})
    config = TrainingConfig(epochs=2, learning_rate=3e-4)
    samples = [tensor.double() for tensor in bright_or_dark()]
    samples[0] /= 255
    alone, together = ([build_graph_structured(sizes, graph, seed).double() for seed, graph in enumerate(graphs)] for _ in range(2))
    seeds = range(10, 10 + len(graphs))
    histories = train_stacked(together, *samples, config, seeds=seeds)
    for model, member, seed, history in zip(alone, together, seeds, histories, strict=True):
        assert_alike(history, train(model, *samples, config, seed=seed), error=1e-9)
        torch.testing.assert_close(weights(member), weights(model), atol=1e-6, rtol=0)
        before, after = (evaluate(network, *samples).loss for network in (model, member))
        assert after == pytest.approx(before, abs=1e-9)


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_equals_training_alone_in_float32(rate: float) -> None:
    sizes = NetworkConfig(**{**vars(SMALL), "dropout_rate": rate})
    graphs = (PAIR, TRIANGLE, LONELY)
    together = [build_graph_structured(sizes, graph, seed) for seed, graph in enumerate(graphs)]
    for seed, history in enumerate(train_stacked(together, *bright_or_dark(), CONFIG, seeds=[5, 6, 7])):
        assert_alike(history, train(build_graph_structured(sizes, graphs[seed], seed), *bright_or_dark(), CONFIG, seed=5 + seed))


def test_baselines_are_stacked_too() -> None:
    together = [build_baseline(SMALL, seed) for seed in (0, 1)]
    for seed, history in enumerate(train_stacked(together, *bright_or_dark(), CONFIG, seeds=[5, 6])):
        assert_alike(history, train(build_baseline(SMALL, seed), *bright_or_dark(), CONFIG, seed=5 + seed))


def test_a_member_that_fails_fails_alone() -> None:
    graphs = (PAIR, TRIANGLE, LONELY)
    models = [build_graph_structured(SMALL, graph, seed=0) for graph in graphs]
    torch.nn.init.constant_(models[1].head.weight, math.nan)
    first, failed, last = train_stacked(models, *bright_or_dark(), CONFIG, seeds=[1, 2, 3])
    assert isinstance(failed, FloatingPointError) and "nan in epoch 1" in str(failed)
    for history, graph, seed in ((first, PAIR, 1), (last, LONELY, 3)):
        assert_alike(history, train(build_graph_structured(SMALL, graph, seed=0), *bright_or_dark(), CONFIG, seed=seed))


def test_a_stack_goes_on_from_its_checkpoints() -> None:
    def models() -> list[torch.nn.Module]:
        return [build_graph_structured(SMALL, graph, seed=0) for graph in (PAIR, TRIANGLE)]

    whole, stopped, resumed = models(), models(), models()
    expected = train_stacked(whole, *bright_or_dark(), CONFIG, seeds=[1, 2])
    checkpoints = [history.checkpoint() for history in train_stacked(stopped, *bright_or_dark(), CONFIG, seeds=[1, 2], until=1)]
    assert train_stacked(resumed, *bright_or_dark(), CONFIG, seeds=[1, 2], checkpoints=checkpoints) == expected
    assert all(torch.equal(weights(ours), weights(theirs)) for ours, theirs in zip(resumed, whole))
    alone = build_graph_structured(SMALL, TRIANGLE, seed=0)
    assert_alike(train(alone, *bright_or_dark(), CONFIG, seed=2, checkpoint=checkpoints[1]), expected[1])


def test_networks_that_do_not_fit_together_are_refused() -> None:
    samples = bright_or_dark()
    wider = NetworkConfig(**{**vars(SMALL), "graph_dim": 68})
    for other in (build_baseline(SMALL, 0), build_graph_structured(wider, PAIR, 0), torch.nn.Linear(1, 1)):
        with pytest.raises(ValueError, match="expected one kind of network, of one size"):
            train_stacked([build_graph_structured(SMALL, PAIR, 0), other], *samples, CONFIG, seeds=[0, 1])
    with pytest.raises(ValueError, match="1 models, 2 seeds"):
        train_stacked([build_baseline(SMALL, 0)], *samples, CONFIG, seeds=[0, 1])
    early, late = (train(build_baseline(SMALL, 0), *samples, CONFIG, seed=0, until=until).checkpoint() for until in (1, 2))
    with pytest.raises(ValueError, match=r"after epochs \[1, 2\]"):
        train_stacked([build_baseline(SMALL, 0)] * 2, *samples, CONFIG, seeds=[0, 0], checkpoints=[early, late])
