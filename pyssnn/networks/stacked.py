"""Several networks with the same encoder trained as one: parameters stacked along a first axis, graphs padded to a common size.

Each member keeps its own data order, dropout, Adam and learning rate, all from its own seed, and its parameters meet no other's: what
comes out is what training it alone gives, up to the rounding of sums taken in another order.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyssnn.networks.config import TrainingConfig
from pyssnn.networks.course import Course, TrainingHistory
from pyssnn.networks.encoder import Baseline
from pyssnn.networks.graph_structured import Arcs, GraphStructured
from pyssnn.networks.training import as_float, autocast, epochs_left, to_device


def train_stacked(
    models: Sequence[nn.Module],
    inputs: Tensor,
    targets: Tensor,
    config: TrainingConfig,
    *,
    seeds: Sequence[int],
    device: torch.device | str = "cpu",
    checkpoints: Sequence[bytes] | None = None,
    until: int | None = None,
) -> list[TrainingHistory | FloatingPointError]:
    """Trains the models in place, as `train` does each with its seed; they are moved to `device` and left there.

    Args:
        models: all `Baseline`, or all `GraphStructured` with the backend "torch" and any graphs; of one `NetworkConfig`.
        inputs, targets, config, device, until: as for `train`.
        seeds: one a model.
        checkpoints: one a model, all made after the same epoch.

    Returns:
        For each model its history, or the error with which it failed; a model that failed does not touch the others.

    Raises:
        ValueError: if models, seeds and checkpoints do not fit together, and as `train` does.
    """
    inputs, targets = to_device(inputs, targets, device)
    checkpoints = [None] * len(models) if checkpoints is None else checkpoints
    if not len(models) == len(seeds) == len(checkpoints) > 0:
        raise ValueError(f"{len(models)} models, {len(seeds)} seeds and {len(checkpoints)} checkpoints, expected one of each a model")
    stack = Stack([model.to(device).train() for model in models])
    courses = [Course(*of_member) for of_member in zip(stack.members, [config] * len(models), seeds, checkpoints)]
    if len({course.epochs for course in courses}) > 1:
        raise ValueError(f"the checkpoints were made after epochs {[course.epochs for course in courses]}, expected one epoch")
    failures: dict[int, FloatingPointError] = {}
    for _ in epochs_left(courses[0], config, until):
        _epoch(stack, courses, inputs, targets, config)
        for row, course in enumerate(courses):
            try:
                course.end_epoch()
            except FloatingPointError as error:
                failures.setdefault(row, error)
        if len(failures) == len(models):
            break
    stack.give_back(models)
    return [failures[row] if row in failures else course.history() for row, course in enumerate(courses)]


def _epoch(stack: Stack, courses: Sequence[Course], inputs: Tensor, targets: Tensor, config: TrainingConfig) -> None:
    orders, dropout_seeds = zip(*(course.begin_epoch(len(inputs)) for course in courses))
    generators = [torch.Generator(inputs.device).manual_seed(seed) for seed in dropout_seeds]
    for batch in torch.stack(orders).to(inputs.device).split(config.batch_size, dim=1):
        wanted = targets[batch]
        with autocast(inputs.device, config.precision):
            logits = stack(as_float(inputs[batch]), stack.noise(batch.shape[1], generators))
        losses = F.binary_cross_entropy_with_logits(logits.to(wanted.dtype), wanted, reduction="none").mean(dim=(1, 2))
        stack.backward(losses.sum())
        for row, course in enumerate(courses):
            course.step(logits[row], wanted[row], losses[row])


class Stack:
    """Models as one: (K, batch, channels, size, size) images to (K, batch, target_dim) logits.

    Attributes:
        members: each model's parameters by name, views of the stacked ones, with gradients after `backward`.

    Raises:
        ValueError: the models are not of one kind and size.
    """

    def __init__(self, models: Sequence[nn.Module]) -> None:
        self._models = list(models)
        kinds = {type(model) for model in models}
        shapes = [{name: parameter.shape for name, parameter in model.named_parameters()} for model in models]
        if len(kinds) > 1 or not kinds <= {Baseline, GraphStructured} or any(shape != shapes[0] for shape in shapes):
            raise ValueError(f"models of the kinds {sorted(kind.__name__ for kind in kinds)}, expected one kind of network, of one size")
        self._template, self._buffers = _padded(self._models)
        parameters = [dict(model.named_parameters()) for model in models]
        self._parameters = {
            name: torch.stack([of_member[name].detach() for of_member in parameters]).requires_grad_() for name in shapes[0]
        }
        self.members = [{name: stacked.detach()[row] for name, stacked in self._parameters.items()} for row in range(len(models))]

    def __call__(self, images: Tensor, noise: Tensor | None) -> Tensor:
        def of_member(parameters: dict, buffers: dict, *arguments: Tensor) -> Tensor:
            return torch.func.functional_call(self._template, (parameters, buffers), arguments)

        return torch.vmap(of_member)(self._parameters, self._buffers, images, *([] if noise is None else [noise]))

    def noise(self, batch: int, generators: Sequence[torch.Generator]) -> Tensor | None:
        """Each graph's dropout, drawn from its own generator as if it were alone, on the rows of its own nodes and edges."""
        if not isinstance(self._template, GraphStructured) or not self._template.dropout_rate:
            return None
        template = self._template
        rows = template.n_nodes + template.n_edges
        shape = (len(generators), len(template.layers), batch, rows, template.width)
        noise = self._buffers["shares"].new_zeros(shape)
        for padded, model, generator in zip(noise, self._models, generators):
            of_nodes, of_edges = model.noise(batch, generator).split([model.n_nodes, model.n_edges], dim=2)
            padded[:, :, : model.n_nodes] = of_nodes
            padded[:, :, template.n_nodes : template.n_nodes + model.n_edges] = of_edges
        return noise

    def backward(self, loss: Tensor) -> None:
        """Gives the members the gradients of the sum of their losses, which are those of each one's own."""
        for stacked in self._parameters.values():
            stacked.grad = None
        loss.backward()
        for name, stacked in self._parameters.items():
            for member, gradient in zip(self.members, stacked.grad.unbind()):
                member[name].grad = gradient

    def give_back(self, models: Sequence[nn.Module]) -> None:
        """Writes the members' parameters into models of their own."""
        with torch.no_grad():
            for model, member in zip(models, self.members):
                for name, parameter in model.named_parameters():
                    parameter.copy_(member[name])


def _padded(models: Sequence[nn.Module]) -> tuple[nn.Module, dict[str, Tensor]]:
    """A model to run all of them by, and their buffers, stacked.

    One node more than the largest graph has is where the arcs that fill up begin and end; its share of the average is 0.
    """
    template = copy.deepcopy(models[0])
    buffers = [dict(model.named_buffers()) for model in models]
    if isinstance(template, GraphStructured):
        if not all(isinstance(model.graph, Arcs) for model in models):
            raise ValueError("a GraphStructured of the backend 'dgl', expected 'torch'")
        template.n_nodes = 1 + max(model.n_nodes for model in models)
        template.n_edges = max(model.n_edges for model in models)
        for model, of_model in zip(models, buffers):
            of_model |= _padded_graph(model, template.n_nodes, template.n_edges)
    return template, {name: torch.stack([of_model[name] for of_model in buffers]) for name in buffers[0]}


def _padded_graph(model: GraphStructured, n_nodes: int, n_edges: int) -> dict[str, Tensor]:
    def elements(rows: Tensor) -> Tensor:
        of_nodes, of_edges = rows.split([model.n_nodes, model.n_edges])
        return torch.cat([F.pad(of_nodes, (0, 0, 0, n_nodes - model.n_nodes)), F.pad(of_edges, (0, 0, 0, n_edges - model.n_edges))])

    missing = 2 * (n_edges - model.n_edges)
    arcs = {"source": n_nodes - 1, "target": n_nodes - 1, "edge": max(n_edges - 1, 0)}
    return {
        "slices": elements(model.slices.unflatten(0, model.positions.shape)).flatten(),
        "positions": elements(model.positions),
        "shares": F.pad(model.shares, (0, 0, 0, n_nodes - model.n_nodes)),
        **{f"graph.{name}": F.pad(getattr(model.graph, name), (0, missing), value=value) for name, value in arcs.items()},
    }
