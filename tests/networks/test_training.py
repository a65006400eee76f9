"""Training: seeded, measured, and loud about losses that are not numbers."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_examples import PAIR, SMALL, bright_or_dark, weights

from pyssnn.errors import InputError
from pyssnn.networks import PRECISIONS, TrainingConfig, build_baseline, build_graph_structured, evaluate, seeded, train
from pyssnn.networks.metrics import Counts, count


def trained(seed: int, **config: object) -> tuple[torch.nn.Module, list]:
    model = build_graph_structured(SMALL, PAIR, seed=7)
    history = train(model, *bright_or_dark(), TrainingConfig(**{"epochs": 3, **config}), seed=seed)
    return model, list(history.epochs)


def test_the_seed_alone_decides() -> None:
    """Order and dropout depend on the seed, not on the global random state, which stays as it was."""
    torch.manual_seed(1)
    first, history = trained(seed=3)
    torch.manual_seed(2)
    before = torch.get_rng_state()
    second, again = trained(seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(weights(first), weights(second)) and history == again
    assert not torch.equal(weights(first), weights(trained(seed=4)[0]))


def test_a_callback_cannot_disturb_the_run() -> None:
    plain, history = trained(seed=3)
    seen = []
    model = build_graph_structured(SMALL, PAIR, seed=7)
    train(
        model, *bright_or_dark(), TrainingConfig(epochs=3), seed=3, on_epoch=lambda metrics: (seen.append(metrics), torch.rand(5))
    )
    assert seen == history and torch.equal(weights(plain), weights(model))


def test_building_is_seeded() -> None:
    state = torch.get_rng_state()
    assert torch.equal(weights(build_baseline(SMALL, 1)), weights(build_baseline(SMALL, 1)))
    assert not torch.equal(weights(build_baseline(SMALL, 1)), weights(build_baseline(SMALL, 2)))
    assert torch.equal(torch.get_rng_state(), state)


def test_seeded_gives_the_state_back_after_an_error() -> None:
    state = torch.get_rng_state()
    with pytest.raises(KeyError), seeded(1):
        raise KeyError
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("build", [lambda: build_baseline(SMALL, 0), lambda: build_graph_structured(SMALL, PAIR, 0)])
def test_an_easy_question_is_learned(build, precision: str) -> None:
    model, (images, targets) = build(), bright_or_dark()
    before = evaluate(model, images, targets, precision=precision)
    history = train(model, images, targets, TrainingConfig(epochs=20, learning_rate=1e-3, precision=precision), seed=0)
    after = evaluate(model, images, targets, precision=precision)
    assert after.accuracy == after.f1 == 1 and after.loss < before.loss / 2
    assert history.epochs[-1].smoothed_loss < history.epochs[0].smoothed_loss


def test_bfloat16_follows_float32() -> None:
    """The losses of an epoch differ by what 8 bits of a number leave open; parameters and sums are float32."""
    (exact, expected), (rounded, found) = (trained(3, learning_rate=1e-3, precision=precision) for precision in PRECISIONS)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.metrics.loss == pytest.approx(theirs.metrics.loss, abs=0.02) and ours.metrics.loss != theirs.metrics.loss
    assert all(parameter.dtype == torch.float32 for parameter in rounded.parameters())
    losses = [evaluate(exact, *bright_or_dark(), precision=precision).loss for precision in PRECISIONS]
    assert losses[0] != losses[1] == pytest.approx(losses[0], abs=0.02)


def test_the_summary_is_the_archive_s() -> None:
    """`perf` counts every sample of every epoch; the loss is the smoothed one, corrected for its start at 0."""
    images, targets = bright_or_dark()
    config = TrainingConfig(epochs=2, batch_size=20, smoothing=0.5, perf_metric="f1")
    history = train(build_baseline(SMALL, 0), images, targets, config, seed=0)
    first, second = (epoch.metrics.loss for epoch in history.epochs)
    summary = history.summary()
    assert list(summary) == ["use_scheduler", "perf", "final_loss"]
    assert summary["use_scheduler"] is True and summary["perf"] == history.overall.f1
    assert summary["final_loss"] == pytest.approx((first + 2 * second) / 3, rel=1e-5)
    assert history.overall.loss == pytest.approx((first + second) / 2)
    assert history.overall.accuracy * 40 == pytest.approx(sum(epoch.metrics.accuracy for epoch in history.epochs) * 20)


def test_a_plateau_lowers_the_rate() -> None:
    images = torch.zeros(8, 1, 16, 16)
    noise = torch.tensor([0.0, 1.0] * 4)[:, None]
    config = {"epochs": 6, "learning_rate": 1e-7, "plateau_patience": 1, "plateau_factor": 0.1}
    runs = [train(build_baseline(SMALL, 0), images, noise, TrainingConfig(**config, use_scheduler=on), seed=0) for on in (True, False)]
    rates = [[epoch.learning_rate for epoch in run.epochs] for run in runs]
    assert rates[0][0] == 1e-7 and rates[0][-1] < 1e-7
    assert rates[1] == [1e-7] * 6


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30), st.integers(1, 7))
def test_metrics_agree_with_counting(pairs: list[tuple[bool, bool]], batch: int) -> None:
    logits = torch.tensor([[1.5 if said else -0.5] for said, _ in pairs])
    targets = torch.tensor([[float(true)] for _, true in pairs])
    counts = Counts()
    for part, wanted in zip(logits.split(batch), targets.split(batch)):
        counts += count(part, wanted, torch.nn.functional.binary_cross_entropy_with_logits(part, wanted, reduction="none"))
    hits, false_alarms, misses = (pairs.count(pair) for pair in ((True, True), (True, False), (False, True)))
    metrics = counts.metrics()
    assert metrics.accuracy == sum(said == true for said, true in pairs) / len(pairs)
    assert metrics.f1 == (2 * hits / (2 * hits + false_alarms + misses) if hits else 0)
    expected = sum(math.log1p(math.exp(-(1.5 if said else -0.5) * (1 if true else -1))) for said, true in pairs) / len(pairs)
    assert metrics.loss == pytest.approx(expected, rel=1e-5)


def test_evaluating_ignores_dropout_batches_and_the_scale_of_the_images() -> None:
    model, (images, targets) = build_graph_structured(SMALL, PAIR, 0), bright_or_dark()
    state = copy.deepcopy(model.state_dict())
    results = [
        evaluate(model, images, targets),
        evaluate(model, images, targets, batch_size=7),
        evaluate(model, images.float() / 255, targets),
    ]
    assert model.training and all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    for result in results[1:]:
        assert result.accuracy == results[0].accuracy and result.loss == pytest.approx(results[0].loss, rel=1e-5)


def test_a_loss_that_is_no_number_is_an_error() -> None:
    images, targets = bright_or_dark()
    poisoned = images.float()
    poisoned[3, 0, 0, 0] = math.nan
    with pytest.raises(FloatingPointError, match="training loss is nan in epoch 1"):
        train(build_baseline(SMALL, 0), poisoned, targets, TrainingConfig(epochs=2), seed=0)
    with pytest.raises(FloatingPointError, match="evaluation loss is nan"):
        evaluate(build_baseline(SMALL, 0), poisoned, targets)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"epochs": wrong} for wrong in (0, 1.5, "16", True)),
        *({"batch_size": wrong} for wrong in (0, 8.0, None)),
        *({"learning_rate": wrong} for wrong in (0.0, math.inf, math.nan, "1e-4", None)),
        *({"plateau_patience": wrong} for wrong in (-1, 2.0)),
        {"smoothing": 1.0}, {"smoothing": "0.9"}, {"plateau_factor": 1.0}, {"perf_metric": "auc"}, {"use_scheduler": "no"},
    ],
)
def test_impossible_settings_are_refused_by_name(wrong: dict) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        TrainingConfig(**wrong)


def test_inputs_and_targets_must_fit() -> None:
    images, targets = bright_or_dark()
    for wrong in ((images, targets[:-1]), (images[0], targets), (images, targets[:, 0]), (images[:0], targets[:0])):
        with pytest.raises(ValueError, match="with the same N > 0"):
            evaluate(build_baseline(SMALL, 0), *wrong)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_training_and_evaluating_run_on_cuda() -> None:
    model, (images, targets) = build_graph_structured(SMALL, PAIR, 0), bright_or_dark()
    train(model, images, targets, TrainingConfig(epochs=20, learning_rate=1e-3), seed=0, device="cuda")
    assert evaluate(model, images, targets, device="cuda").accuracy == 1
