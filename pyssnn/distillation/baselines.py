"""What networks trained by gradient descent reach on a task: a multilayer perceptron and, for images, a convolutional network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.checks import check_integer, check_number
from pyssnn.distillation.tasks import Examples, Task


@dataclass(frozen=True)
class BaselineConfig:
    """How the baselines are trained.

    Attributes:
        epochs: passes over the examples.
        batch: examples a step.
        rate: Adam's learning rate.
        width: neurons of each of the perceptron's two hidden layers; the convolutional network has an eighth as many channels.
        seed: of the weights and the order of the examples.
    """

    epochs: int = 100
    batch: int = 32
    rate: float = 1e-3
    width: int = 128
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "width"):
            check_integer(name, getattr(self, name), 1)
        check_number("rate", self.rate, above=0)


def baselines(task: Task, config: BaselineConfig = BaselineConfig()) -> dict[str, dict[str, float]]:
    """The share of examples that each baseline gets wholly right: {"mlp": {test: share}, "cnn": …}, "cnn" for images only.

    Both are trained on what the task gives for its last size. The perceptron is tested at that size: by the task's tests of that size, or
    else by new examples ("trained size"); the convolutional network by all tests. An output is the nearest of the values that outputs had.
    """
    size = task.sizes[-1]
    rng = np.random.default_rng(config.seed)
    examples = task.examples(size, rng)
    tests = {test.name: test.make(np.random.default_rng(config.seed + 1)) for test in task.tests if task.image or test.size == size}
    fixed = {test.name: tests[test.name] for test in task.tests if test.size == size}
    fixed = fixed or {"trained size": task.examples(size, np.random.default_rng(config.seed + 1))}
    found = {"mlp": _trained(examples, fixed, config, image=False)}
    if task.image:
        found["cnn"] = _trained(examples, tests, config, image=True)
    return found


def _trained(examples: Examples, tests: dict[str, Examples], config: BaselineConfig, *, image: bool) -> dict[str, float]:
    import torch
    from torch import nn

    inputs, outputs = (np.asarray(part, dtype=np.float32) for part in examples)
    levels = np.unique(outputs)
    sole = outputs.shape[1] > 1 and bool((outputs.max(axis=1) == 1).all() and (outputs.sum(axis=1) == 1).all())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = _cnn(outputs.shape[1], config.width // 8) if image else _mlp(inputs[0].size, outputs.shape[1], config.width)
        optimizer = torch.optim.Adam(network.parameters(), lr=config.rate)
        x, y = torch.from_numpy(inputs), torch.from_numpy(outputs)
        for _ in range(config.epochs):
            for rows in torch.randperm(len(x)).split(config.batch):
                optimizer.zero_grad()
                nn.functional.mse_loss(network(x[rows]), y[rows]).backward()
                optimizer.step()
    shares = {}
    for name, (test_inputs, right) in tests.items():
        with torch.no_grad():
            found = network(torch.from_numpy(np.asarray(test_inputs, dtype=np.float32))).numpy()
        nearest = np.eye(found.shape[1])[found.argmax(axis=1)] if sole else levels[np.abs(found[..., None] - levels).argmin(axis=-1)]
        shares[name] = float((nearest == right).all(axis=1).mean())
    return shares


def _mlp(n_inputs: int, n_outputs: int, width: int):
    from torch import nn

    hidden = (nn.Linear(n_inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(width, n_outputs))


def _cnn(n_outputs: int, channels: int):
    from torch import nn

    layers = (nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.ReLU())
    return nn.Sequential(nn.Unflatten(1, (1, -1)), *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2 * channels, n_outputs))
