"""The sizes of the networks, and how they are trained."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pyssnn.checks import check_choice, check_flag, check_integer, check_number
from pyssnn.errors import InputError

PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of the encoder and of the graph-structured network; names as in the `network` block of `log.json`.

    Args:
        input_size: side of the square input image, pixels; a multiple of `downsampled_size`.
        downsampled_size: side of the square of tokens.
        vit_dim: width of a token; a multiple of 4.
        vit_depth: transformer layers.
        vit_heads: attention heads.
        vit_head_dim: width of one head.
        vit_mlp_dim: hidden width of a transformer layer's MLP.
        input_channels: channels of the image.
        conv_depth: residual convolution blocks.
        gnn_depth: message-passing layers.
        graph_dim: width of the encoder's vector, of every element's feature and of message passing; a multiple of 4.
        max_conn: ports of a node.
        dropout_rate: dropout on the features of nodes and edges.
        target_dim: binary targets of a sample.

    Raises:
        InputError: if a size is impossible.
    """

    input_size: int = 128
    downsampled_size: int = 8
    vit_dim: int = 256
    vit_depth: int = 2
    vit_heads: int = 4
    vit_head_dim: int = 128
    vit_mlp_dim: int = 512
    input_channels: int = 1
    conv_depth: int = 3
    gnn_depth: int = 3
    graph_dim: int = 512
    max_conn: int = 10
    dropout_rate: float = 0.3
    target_dim: int = 1

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "dropout_rate":
                check_number("network.dropout_rate", value, least=0, below=1)
            else:
                check_integer(f"network.{field.name}", value, 0 if field.name.endswith("depth") else 1)
        if self.input_size % self.downsampled_size:
            raise InputError("network.input_size", self.input_size, f"a multiple of downsampled_size = {self.downsampled_size}")
        for name in ("vit_dim", "graph_dim"):
            if getattr(self, name) % 4:
                raise InputError(f"network.{name}", getattr(self, name), "a multiple of 4 (two sines and two cosines of positions)")


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained: Adam on the binary cross-entropy, the learning rate lowered when the smoothed loss stops falling.

    Args:
        epochs: passes over the training samples.
        batch_size: samples per step; the last batch of an epoch may be smaller.
        learning_rate: Adam's, at the start. Of 6e-4, 3e-4 and 1e-4 the last trained a graph-structured network best in 16 epochs of 128
            puzzles (constant_color, one seed: training accuracy 0.91, the baseline's 0.97).
        use_scheduler: whether the learning rate is lowered.
        smoothing: weight of the past in the exponentially smoothed loss, per step, in [0, 1).
        plateau_factor: what the learning rate is multiplied by on a plateau.
        plateau_patience: epochs without a relative fall of 1e-4 that are let pass first.
        perf_metric: "acc" or "f1"; what `summary` reports as `perf`.
        precision: "float32", or "bfloat16" for matrix products and convolutions of bfloat16 numbers, in training and evaluation;
            parameters, Adam, losses and metrics are float32 in any case.

    Raises:
        InputError: if a value is impossible.
    """

    epochs: int = 16
    batch_size: int = 8
    learning_rate: float = 1e-4
    use_scheduler: bool = True
    smoothing: float = 0.9
    plateau_factor: float = 0.5
    plateau_patience: int = 2
    perf_metric: str = "acc"
    precision: str = "float32"

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch_size", 1), ("plateau_patience", 0)):
            check_integer(f"training.{name}", getattr(self, name), least)
        check_number("training.learning_rate", self.learning_rate, above=0)
        check_flag("training.use_scheduler", self.use_scheduler)
        check_number("training.smoothing", self.smoothing, least=0, below=1)
        check_number("training.plateau_factor", self.plateau_factor, above=0, below=1)
        check_choice("training.perf_metric", self.perf_metric, ("acc", "f1"))
        check_choice("training.precision", self.precision, PRECISIONS)
