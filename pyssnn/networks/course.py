"""The course of one model's training, from epoch to epoch: the order of its samples, Adam, the learning rate, the metrics.

Whoever trains runs the model; the course is told of every step and keeps everything else, so a model trained alone and a member of
a stack take the same course. Between two epochs all of it fits a checkpoint.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, field

import safetensors.torch
import torch
from torch import Tensor

from pyssnn.networks.config import TrainingConfig
from pyssnn.networks.metrics import Counts, Metrics, count

_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


@dataclass(frozen=True)
class EpochMetrics:
    """One epoch as it went, dropout on: its number from 1, the metrics over its samples, the smoothed loss at its end, its rate."""

    epoch: int
    metrics: Metrics
    smoothed_loss: float
    learning_rate: float


@dataclass(frozen=True)
class TrainingHistory:
    """A training run: its epochs, and the metrics over all samples of all epochs, also of those before the checkpoint it began from."""

    config: TrainingConfig
    epochs: tuple[EpochMetrics, ...]
    overall: Metrics
    _save: Callable[[], bytes] = field(repr=False, compare=False)

    def summary(self) -> dict[str, bool | float]:
        """`log.json`'s `training` block: `perf` over all epochs, `final_loss` the smoothed loss at the end."""
        return summarise(self.overall.perf(self.config.perf_metric), self.epochs[-1].smoothed_loss, self.config)

    def checkpoint(self) -> bytes:
        """What training goes on from, as a safetensors file: parameters, Adam, learning rate, random state and metrics.

        Made when asked for, of the model as it is then: ask before the model is changed.
        """
        return self._save()


def summarise(perf: float, loss: float, config: TrainingConfig) -> dict[str, bool | float]:
    """A `training`, `train` or `eval` block of `log.json`."""
    return {"use_scheduler": config.use_scheduler, "perf": perf, "final_loss": loss}


class Course:
    """One model's training.

    Args:
        parameters: the model's, by name, where they are trained; changed in place by `step`, and by the checkpoint.
        config: how it is trained.
        seed: fixes the order of the samples, and the seeds of dropout.
        checkpoint: of a course with the same configuration and seed, to go on from.

    Raises:
        ValueError: the checkpoint is of another course.
    """

    def __init__(self, parameters: Mapping[str, Tensor], config: TrainingConfig, seed: int, checkpoint: bytes | None = None) -> None:
        self._parameters, self._config, self._seed = dict(parameters), config, seed
        self._optimiser = torch.optim.Adam(self._parameters.values(), lr=config.learning_rate, fused=True)
        self._scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self._optimiser, factor=config.plateau_factor, patience=config.plateau_patience
        )
        self._random = torch.Generator().manual_seed(seed)
        self._epochs: list[EpochMetrics] = []
        self._overall = Counts()
        self._smoothed, self._weight = 0.0, 0.0
        self._seen: list[tuple[Tensor, Tensor, Tensor]] = []
        if checkpoint is not None:
            self._load(checkpoint)

    @property
    def epochs(self) -> int:
        """How many epochs are over."""
        return len(self._epochs)

    def begin_epoch(self, n_samples: int) -> tuple[Tensor, int]:
        """The order of the samples in the next epoch, (n_samples,) int64 on the CPU, and the seed of its dropout."""
        return torch.randperm(n_samples, generator=self._random), int(torch.randint(2**62, (), generator=self._random))

    def step(self, logits: Tensor, wanted: Tensor, loss: Tensor) -> None:
        """Adam's step, once the gradients of a batch's mean loss are there; waits for nothing."""
        self._optimiser.step()
        self._seen.append((logits.detach(), wanted, loss.detach()))

    def end_epoch(self) -> EpochMetrics:
        """Counts what was seen, and lowers the learning rate on a plateau.

        Raises:
            FloatingPointError: the loss was not finite.
        """
        logits, wanted, losses = zip(*self._seen)
        self._seen = []
        rate = self._optimiser.param_groups[0]["lr"]
        means = torch.stack(losses)
        sizes = torch.tensor([batch.numel() for batch in wanted], dtype=torch.float64, device=means.device)
        counts = count(torch.cat(logits), torch.cat(wanted), means.double() * sizes)
        for loss in means.tolist():
            self._smoothed += (1 - self._config.smoothing) * (loss - self._smoothed)
            self._weight = 1 - (1 - self._weight) * self._config.smoothing
        self._overall += counts
        result = EpochMetrics(self.epochs + 1, counts.metrics(), self._smoothed / self._weight, rate)
        if not math.isfinite(result.metrics.loss):
            raise FloatingPointError(
                f"training loss is {result.metrics.loss} in epoch {result.epoch} (learning rate {rate}): lower the learning rate, "
                "or look for values that are not finite in the inputs and targets"
            )
        if self._config.use_scheduler:
            self._scheduler.step(result.smoothed_loss)
        self._epochs.append(result)
        return result

    def history(self) -> TrainingHistory:
        """What happened; at least one epoch must be over."""
        return TrainingHistory(self._config, tuple(self._epochs), self._overall.metrics(), self._save)

    def _save(self) -> bytes:
        tensors = {"random": self._random.get_state()}
        for name, parameter in self._parameters.items():
            tensors[f"parameter.{name}"] = parameter.detach()
            for moment in _MOMENTS:
                tensors[f"{moment}.{name}"] = self._optimiser.state[parameter][moment]
        numbers = {
            **self._identity(),
            "learning_rate": self._optimiser.param_groups[0]["lr"],
            "scheduler": self._scheduler.state_dict(),
            "epochs": [asdict(epoch) for epoch in self._epochs],
            "overall": astuple(self._overall),
            "smoothed": [self._smoothed, self._weight],
        }
        tensors["numbers"] = torch.frombuffer(bytearray(json.dumps(numbers).encode()), dtype=torch.uint8)
        return safetensors.torch.save({name: tensor.cpu().contiguous() for name, tensor in tensors.items()})

    def _load(self, checkpoint: bytes) -> None:
        tensors = safetensors.torch.load(checkpoint)
        numbers = json.loads(bytes(tensors["numbers"].tolist()))
        for key, value in self._identity().items():
            if numbers[key] != value:
                raise ValueError(f"the checkpoint is of another course: its {key} is {numbers[key]}, expected {value}")
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(tensors[f"parameter.{name}"])
                moments = {moment: tensors[f"{moment}.{name}"].to(parameter.device) for moment in _MOMENTS}
                self._optimiser.state[parameter] = moments
        self._random.set_state(tensors["random"])
        self._optimiser.param_groups[0]["lr"] = numbers["learning_rate"]
        self._scheduler.load_state_dict(numbers["scheduler"])
        self._epochs = [EpochMetrics(**{**epoch, "metrics": Metrics(**epoch["metrics"])}) for epoch in numbers["epochs"]]
        self._overall = Counts(*numbers["overall"])
        self._smoothed, self._weight = numbers["smoothed"]

    def _identity(self) -> dict:
        shapes = {name: list(parameter.shape) for name, parameter in self._parameters.items()}
        return {"training": asdict(self._config), "seed": self._seed, "parameters": shapes}
