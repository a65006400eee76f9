"""Many recurrent networks of one architecture as one stack of tensors, with exact derivatives forward in time.

A stack of R networks has parameters (R, P): the layers of f in order, then those of g; of each layer the weights (n_in, n_out) row by row, then the biases.
Derivatives are carried along with the hidden state (real-time recurrent learning, Williams & Zipser, 1989): dh_t/dθ = ∂f/∂h · dh_{t−1}/dθ + ∂f/∂θ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.training.types import Architecture


@dataclass(frozen=True)
class Shape:
    """The layers of an architecture for inputs of k components."""

    architecture: Architecture
    components: int

    @property
    def update(self) -> list[tuple[int, int]]:
        """(n_in, n_out) of each layer of f."""
        a = self.architecture
        sizes = [a.hidden + self.components, *[a.update_width] * (a.update_depth - 1), a.hidden]
        return list(zip(sizes, sizes[1:], strict=False))

    @property
    def output(self) -> list[tuple[int, int]]:
        """(n_in, n_out) of each layer of g."""
        a = self.architecture
        sizes = [a.hidden, *[a.output_width] * (a.output_depth - 1), 1]
        return list(zip(sizes, sizes[1:], strict=False))

    @property
    def n_update(self) -> int:
        """How many parameters f has."""
        return sum((m + 1) * n for m, n in self.update)

    @property
    def n_parameters(self) -> int:
        """P, how many parameters f and g have."""
        return self.n_update + sum((m + 1) * n for m, n in self.output)

    def layers(self, parameters: Tensor) -> tuple[list[tuple[Tensor, Tensor]], list[tuple[Tensor, Tensor]]]:
        """Views of parameters (R, P): the weights (R, n_in, n_out) and biases (R, 1, n_out) of the layers of f and of g."""
        found = list(self._views(parameters))
        return found[: len(self.update)], found[len(self.update) :]

    def _views(self, parameters: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        place = 0
        for m, n in (*self.update, *self.output):
            yield parameters[:, place : place + m * n].unflatten(1, (m, n)), parameters[:, None, place + m * n : place + (m + 1) * n]
            place += (m + 1) * n


def outputs(shape: Shape, parameters: Tensor, xs: Tensor) -> Tensor:
    """The outputs (R, N, T) of a stack (R, P) on inputs xs (N, T, k)."""
    _, after = visited(shape, parameters, xs)
    return _forward(shape.layers(parameters)[1], after.flatten(1, 2))[..., 0].unflatten(1, after.shape[1:3])


def visited(shape: Shape, parameters: Tensor, xs: Tensor) -> tuple[Tensor, Tensor]:
    """The hidden states of a stack before and after each step of inputs (N, T, k), both (R, N, T, d)."""
    update, many = shape.layers(parameters)[0], len(parameters)
    states = [parameters.new_zeros(many, len(xs), shape.architecture.hidden)]
    for t in range(xs.shape[1]):
        states.append(_forward(update, torch.cat([states[-1], xs[:, t].expand(many, -1, -1)], 2)))
    return torch.stack(states[:-1], 2), torch.stack(states[1:], 2)


def derivatives(shape: Shape, parameters: Tensor, xs: Tensor) -> tuple[Tensor, Tensor]:
    """The outputs (R, N, T) of a stack on inputs (N, T, k), and their derivatives by the parameters, (R, N, T, P)."""
    update, output = shape.layers(parameters)
    many, n, steps, d, p = len(parameters), xs.shape[0], xs.shape[1], shape.architecture.hidden, shape.n_update
    h = parameters.new_zeros(many, n, d)
    carried = parameters.new_zeros(many, n, d, p)
    ys, jacobian = parameters.new_empty(many, n, steps), parameters.new_empty(many, n, steps, shape.n_parameters)
    for t in range(steps):
        h, by_h, by_parameters = _derive(update, torch.cat([h, xs[:, t].expand(many, -1, -1)], 2), d)
        if t:
            by_parameters += by_h.mT @ carried if d > 3 else _mixed(by_h, carried)
        carried = by_parameters
        y, by_h, by_own = _derive(output, h, d)
        ys[:, :, t] = y[..., 0]
        torch.sum(by_h * carried, 2, out=jacobian[:, :, t, :p]) if d > 1 else torch.mul(by_h[:, :, 0], carried[:, :, 0], out=jacobian[:, :, t, :p])
        jacobian[:, :, t, p:] = by_own[:, :, 0]
    return ys, jacobian


def _mixed(by_h: Tensor, carried: Tensor) -> Tensor:
    """Σᵢ by_h[…, i, j] carried[…, i, p] as (…, j, p), quicker than a product of many tiny matrices."""
    total = by_h[:, :, 0, :, None] * carried[:, :, 0, None]
    for i in range(1, carried.shape[2]):
        total.addcmul_(by_h[:, :, i, :, None], carried[:, :, i, None])
    return total


def _forward(layers: list[tuple[Tensor, Tensor]], z: Tensor) -> Tensor:
    for weights, biases in layers[:-1]:
        z = torch.baddbmm(biases, z, weights).relu_()
    weights, biases = layers[-1]
    return torch.baddbmm(biases, z, weights)


def _derive(layers: list[tuple[Tensor, Tensor]], z: Tensor, d: int) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (R, N, m), derivatives by the first d inputs (R, N, d, m), and by the parameters (R, N, m, p)."""
    inputs, active = [z], []
    for weights, biases in layers[:-1]:
        z = torch.baddbmm(biases, z, weights).relu_()
        inputs.append(z)
        active.append((z > 0).to(z.dtype))
    weights, biases = layers[-1]
    out = torch.baddbmm(biases, z, weights)
    many, n, m = out.shape
    by_parameters = out.new_zeros(many, n, m, sum(w.shape[1] * w.shape[2] + w.shape[2] for w, _ in layers))
    end = by_parameters.shape[3]
    # by_values: of the outputs by this layer's values, (R, N, m, n_out); None stands for the identity of the last layer.
    by_values: Tensor | None = None
    for i in range(len(layers) - 1, -1, -1):
        weights, _ = layers[i]
        fan_in, fan_out = weights.shape[1:]
        own = by_parameters[..., end - (fan_in + 1) * fan_out : end]
        block, tail = own[..., : fan_in * fan_out].unflatten(3, (fan_in, fan_out)), own[..., fan_in * fan_out :]
        if by_values is None:
            for j in range(m):
                block[:, :, j, :, j] = inputs[i]
                tail[:, :, j, j] = 1.0
        else:
            torch.mul(inputs[i][:, :, None, :, None], by_values[:, :, :, None, :], out=block)
            tail.copy_(by_values)
        end -= (fan_in + 1) * fan_out
        if i:
            back = weights.mT[:, None] if by_values is None else by_values @ weights.mT[:, None]
            by_values = back * active[i - 1][:, :, None]
    head = layers[0][0][:, None, :d]
    by_h = head.expand(many, n, d, m) if by_values is None else head @ by_values.mT
    return out, by_h, by_parameters


def to_network(shape: Shape, parameters: Tensor, scale: Scale) -> RecurrentNetwork:
    """The network of parameters (P,) that were trained on scaled inputs and answers, for the ones as they are."""
    update, output = shape.layers(parameters[None].detach().double())
    first, last = [[Affine(w[0].numpy(), b[0, 0].numpy()) for w, b in layers] for layers in (update, output)]
    head, d = first[0], shape.architecture.hidden
    weights = head.weights.copy()
    weights[d:] /= scale.x_unit
    first[0] = Affine(weights, head.biases - np.full(shape.components, scale.x_middle) @ weights[d:])
    last[-1] = Affine(last[-1].weights * scale.y_unit, last[-1].biases * scale.y_unit + scale.y_middle)
    return RecurrentNetwork(tuple(first), tuple(last), np.zeros(d))


@dataclass(frozen=True)
class Scale:
    """Units in which inputs and answers are of the order of 1: x = middle + unit · (what the network sees)."""

    x_middle: float
    x_unit: float
    y_middle: float
    y_unit: float

    def inputs(self, xs: np.ndarray) -> Tensor:
        """Inputs in these units, float64."""
        return torch.from_numpy((xs - self.x_middle) / self.x_unit)

    def answers(self, ys: np.ndarray) -> Tensor:
        """Answers in these units, float64."""
        return torch.from_numpy((ys - self.y_middle) / self.y_unit)
