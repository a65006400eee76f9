"""Training and evaluating networks, with every random decision taken from an explicit seed.

The global random state is left as it was found. On the CPU, the same seed and the same number of threads give the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyssnn.networks.building import seeded
from pyssnn.networks.config import TrainingConfig
from pyssnn.networks.course import Course, EpochMetrics, TrainingHistory
from pyssnn.networks.metrics import Metrics, count


def train(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    config: TrainingConfig,
    *,
    seed: int,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[EpochMetrics], None] | None = None,
    checkpoint: bytes | None = None,
    until: int | None = None,
) -> TrainingHistory:
    """Trains the model in place; it is moved to `device` and left there.

    Args:
        model: images to logits (batch, target_dim). Its state is its parameters.
        inputs: (N, channels, size, size), uint8 in 0..255 or float in [0, 1]; moved to `device` whole.
        targets: (N, target_dim) of 0 and 1. The loss is float64 if they are, and float32 otherwise.
        config: how.
        seed: fixes the order of the samples and the dropout.
        device: where.
        on_epoch: called after every epoch, under the caller's random state.
        checkpoint: `TrainingHistory.checkpoint()` of a training with the same configuration and seed that stopped earlier. Going on
            from it ends with the same bits as not stopping.
        until: the epoch to stop after; the last, `config.epochs`, by default.

    Raises:
        ValueError: if inputs and targets do not fit together, or the checkpoint is not before `until` or of another training.
        FloatingPointError: at the end of an epoch in which the loss was not finite.
    """
    inputs, targets = to_device(inputs, targets, device)
    model.to(device).train()
    course = Course(dict(model.named_parameters()), config, seed, checkpoint)
    for _ in epochs_left(course, config, until):
        order, dropout_seed = course.begin_epoch(len(inputs))
        with seeded(dropout_seed, device):
            for batch in order.to(device).split(config.batch_size):
                wanted = targets[batch]
                with autocast(device, config.precision):
                    logits = model(as_float(inputs[batch]))
                loss = F.binary_cross_entropy_with_logits(logits.to(wanted.dtype), wanted)
                model.zero_grad(set_to_none=True)
                loss.backward()
                course.step(logits, wanted, loss)
        result = course.end_epoch()
        if on_epoch is not None:
            on_epoch(result)
    return course.history()


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    batch_size: int = 64,
    device: torch.device | str = "cpu",
    precision: str = "float32",
) -> Metrics:
    """The model's metrics without dropout; shapes, precision and errors as for `train`.

    The model keeps its mode and stays on `device`.
    """
    inputs, targets = to_device(inputs, targets, device)
    was_training = model.training
    model.to(device).eval()
    try:
        with autocast(device, precision):
            logits = torch.cat([model(as_float(images)) for images in inputs.split(batch_size)]).to(targets.dtype)
    finally:
        model.train(was_training)
    metrics = count(logits, targets, F.binary_cross_entropy_with_logits(logits, targets, reduction="none")).metrics()
    if not math.isfinite(metrics.loss):
        raise FloatingPointError(f"evaluation loss is {metrics.loss}: the model's parameters or the inputs are not finite")
    return metrics


def as_float(images: Tensor) -> Tensor:
    """uint8 images in 0..255 as float32 in [0, 1]; float images as they are."""
    return images.float() / 255 if images.dtype == torch.uint8 else images


def autocast(device: torch.device | str, precision: str) -> torch.autocast:
    """Inside, matrix products and convolutions on the device take numbers of this precision."""
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=precision == "bfloat16")


def epochs_left(course: Course, config: TrainingConfig, until: int | None) -> range:
    """The epochs from the course's next to `until`; `ValueError` if there is none, or `until` is beyond the last."""
    last = config.epochs if until is None else until
    if not course.epochs < last <= config.epochs:
        raise ValueError(f"until is {last} after {course.epochs} epochs, expected {course.epochs + 1} to {config.epochs}")
    return range(course.epochs + 1, last + 1)


def to_device(inputs: Tensor, targets: Tensor, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Samples on the device, the targets as float32 unless they are float64; `ValueError` if they do not fit together."""
    if inputs.ndim != 4 or targets.ndim != 2 or len(inputs) != len(targets) or len(inputs) == 0:
        raise ValueError(
            f"inputs have shape {tuple(inputs.shape)} and targets {tuple(targets.shape)}, "
            "expected (N, channels, size, size) and (N, target_dim) with the same N > 0"
        )
    return inputs.to(device), targets.to(device, torch.promote_types(targets.dtype, torch.float32))
