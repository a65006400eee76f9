"""Fitting: both methods, both networks, and what never ends in NaN."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.kan import KAN, MLP, FitConfig, ShrinkConfig, fit, measure, shrink
from tests.kan.conftest import data


def wave(n: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    x = data(n, 2, 0)
    return x, torch.sin(2 * x[:, :1]) + x[:, 1:] ** 2


@pytest.mark.parametrize(
    ("kind", "config"),
    [(KAN, FitConfig(steps=40)), (KAN, FitConfig(method="adam", steps=300, learning_rate=0.05)), (MLP, FitConfig(steps=150))],
)
def test_a_function_is_learned(kind, config):
    x, y = wave()
    network = kind([2, 5, 1], seed=0)
    before = measure(network, x, y, "regression")
    history = fit(network, x, y, config)
    assert measure(network, x, y, "regression") > max(0.97, before)
    assert history.steps == config.steps and history.final_loss < history.losses[0]


def test_the_same_seed_gives_the_same_bits():
    x, y = wave()
    networks = [KAN([2, 3, 1], seed=4), KAN([2, 3, 1], seed=4)]
    for network in networks:
        fit(network, x, y, FitConfig(steps=15))
    assert torch.equal(networks[0](x), networks[1](x))


def test_float32_stays_float32():
    x, y = wave()
    network = KAN([2, 3, 1], seed=0, dtype=torch.float32)
    fit(network, x, y, FitConfig(steps=20))
    assert network(x.float()).dtype == torch.float32 and measure(network, x.float(), y.float(), "regression") > 0.8


def test_classes_are_learned_with_cross_entropies():
    x = data(120, 2, 1)
    three = (x[:, 0] > 0.3).long() + (x[:, 0] > -0.5).long()
    network = KAN([2, 3], seed=0)
    fit(network, x, three, FitConfig("softmax", steps=40))
    assert measure(network, x, three, "softmax") > 0.97
    network, two = KAN([2, 1], seed=0), (x.sum(1, keepdim=True) > 0).double()
    fit(network, x, two, FitConfig("logistic", steps=40))
    assert measure(network, x, two, "logistic") > 0.97


@pytest.mark.parametrize("method", ["lbfgs", "adam"])
def test_steps_that_are_too_long_end_in_a_fit_or_an_error_but_never_in_nan(method):
    x, y = wave()
    network = KAN([2, 3, 1], seed=0)
    try:
        history = fit(network, x, 1e150 * y, FitConfig(method=method, steps=30, learning_rate=1e300))
        assert all(torch.tensor(loss).isfinite() for loss in history.losses)
    except FloatingPointError as error:
        assert "loss" in str(error)
    assert all(parameter.isfinite().all() for parameter in network.parameters())
    assert network(x).isfinite().all()


@pytest.mark.parametrize("what", ["inputs", "targets"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused_before_anything_changes(what, value):
    x, y = wave()
    (x if what == "inputs" else y)[3, 0] = value
    network = KAN([2, 3, 1], seed=0)
    before = [parameter.clone() for parameter in network.parameters()]
    with pytest.raises(InputError, match=f"{what}.*not finite"):
        fit(network, x, y)
    assert all(torch.equal(parameter, old) for parameter, old in zip(network.parameters(), before))


def test_a_constant_target_is_met():
    x, _ = wave()
    network = KAN([2, 3, 1], seed=0)
    fit(network, x, torch.full((len(x), 1), 3.0), FitConfig(steps=100))
    assert torch.allclose(network(x), torch.tensor(3.0, dtype=torch.float64), atol=1e-2)


@pytest.mark.parametrize(
    "change", [{"objective": "x"}, {"method": "sgd"}, {"steps": -1}, {"learning_rate": 0}, {"sparsity": -1}, {"adaptive": 2}, {"tolerance": float("nan")}]
)
def test_impossible_settings_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        replace(FitConfig(), **change)


@pytest.mark.parametrize("change", [{"keep": 1.5}, {"max_loss": 0}, {"modules": ((0, 1), (1, 2))}, {"module_steps": -1}, {"max_trials": 0.5}])
def test_impossible_settings_of_shrinking_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        ShrinkConfig(**change)


def test_targets_of_another_shape_are_refused():
    x, y = wave()
    with pytest.raises(InputError, match="targets"):
        fit(KAN([2, 3, 1]), x, y[:, 0])


def test_shrinking_finds_the_network_that_the_function_has_and_keeps_the_score():
    x = data(150, 3, 0)
    y = torch.tanh(x[:, :1] + 0.5 * x[:, 1:2] ** 2)
    network = KAN([3, 4, 1], seed=0)
    fit(network, x, y, FitConfig(steps=60, sparsity=1e-3))
    asked = ShrinkConfig(keep=0.98, fit=FitConfig(sparsity=1e-3))
    shrunk = shrink(network, x, y, asked)
    assert shrunk.score == measure(shrunk.network, x, y, "regression") >= 0.98
    assert shrunk.network.inputs.tolist() == [0, 1] and shrunk.network.n_edges == 3
    assert any(r.kept for r in shrunk.rounds) and all(r.score >= 0.98 for r in shrunk.rounds if r.kept)
    assert network.n_edges == 16


def test_modules_that_are_known_are_told_apart_first():
    x = data(120, 4, 0)
    y = torch.tanh(x[:, :1] * x[:, 1:2]) + x[:, 2:3] * x[:, 3:]
    network = MLP([4, 12, 6, 1], seed=0)
    fit(network, x, y, FitConfig(steps=300))
    asked = ShrinkConfig(keep=0.95, modules=((0, 1), (2, 3)), max_trials=1)
    shrunk = shrink(network, x, y, asked)
    assert shrunk.rounds[0].dropped == "edges between known modules" and shrunk.rounds[0].kept
    edges = shrunk.network.layers[0].edges()
    assert not (edges[:, :2].any(1) & edges[:, 2:].any(1)).any() and shrunk.score >= 0.95


def test_a_network_below_the_score_is_left_whole():
    x, y = wave()
    shrunk = shrink(KAN([2, 3, 1], seed=0), x, y, ShrinkConfig(keep=0.999))
    assert shrunk.network.n_edges == 9 and not shrunk.rounds and shrunk.score < shrunk.asked
