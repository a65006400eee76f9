"""Training that stops and goes on ends as training that does not stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from networks_examples import PAIR, SMALL, bright_or_dark, weights

from pyssnn.networks import TrainingConfig, build_baseline, build_graph_structured, train

CONFIG = TrainingConfig(epochs=6, learning_rate=1e-6, plateau_patience=0)


@pytest.mark.parametrize("stops", [(1,), (4,), (1, 2, 4)])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_stopping_changes_no_bit(stops: tuple[int, ...], precision: str) -> None:
    config = replace(CONFIG, precision=precision)
    whole = build_graph_structured(SMALL, PAIR, seed=7)
    expected = train(whole, *bright_or_dark(), config, seed=3)
    checkpoint = None
    for until in (*stops, None):
        model = build_graph_structured(SMALL, PAIR, seed=100)
        if checkpoint is None:
            model.load_state_dict(build_graph_structured(SMALL, PAIR, seed=7).state_dict())
        history = train(model, *bright_or_dark(), config, seed=3, checkpoint=checkpoint, until=until)
        assert history.epochs == expected.epochs[:until]
        checkpoint = history.checkpoint()
    assert history == expected and torch.equal(weights(model), weights(whole))
    assert len({epoch.learning_rate for epoch in expected.epochs}) > 1


def test_a_checkpoint_of_another_training_is_refused() -> None:
    def go_on(model: torch.nn.Module, config: TrainingConfig = CONFIG, seed: int = 3, until: int | None = None) -> None:
        train(model, *bright_or_dark(), config, seed=seed, checkpoint=checkpoint, until=until)

    checkpoint = train(build_baseline(SMALL, 0), *bright_or_dark(), CONFIG, seed=3, until=2).checkpoint()
    with pytest.raises(ValueError, match="its seed is 3, expected 4"):
        go_on(build_baseline(SMALL, 0), seed=4)
    with pytest.raises(ValueError, match="its training is"):
        go_on(build_baseline(SMALL, 0), replace(CONFIG, learning_rate=1e-4))
    with pytest.raises(ValueError, match="its parameters is"):
        go_on(build_graph_structured(SMALL, PAIR, 0))
    for until in (2, 7):
        with pytest.raises(ValueError, match=f"until is {until} after 2 epochs, expected 3 to 6"):
            go_on(build_baseline(SMALL, 0), until=until)
