"""Modules: groups of inputs that go together, in whatever order the inputs stand.

Two inputs are alike when they feed the same nodes: the similarity is the cosine of the squares of their attributions to the nodes of the
first hidden level (squares, as for variances, so that many weak edges do not outweigh a strong one).
Groups come from spectral clustering (Ng, Jordan and Weiss, *On Spectral Clustering*, 2001), and their number from the largest gap between
eigenvalues if it is not given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.kan.network import Network
from pyssnn.kan.scores import between_nodes, score

Module = tuple[int, ...]
_LLOYD_STEPS = 20


def find_modules(network: Network, x: Tensor, n_modules: int | None = None) -> tuple[Module, ...]:
    """Groups of the columns that a network reads, each sorted, the group with the smallest column first.

    Args:
        network: fitted.
        x: (N, n_columns).
        n_modules: how many groups; by the largest gap between eigenvalues if not given.

    Raises:
        InputError: more groups than inputs, or fewer than one.
    """
    columns = network.inputs.tolist()
    groups = cluster(_mass(network, x), n_modules)
    return tuple(sorted(tuple(sorted(columns[i] for i in group)) for group in groups))


def block_score(network: Network, x: Tensor, modules: Sequence[Module]) -> float:
    """The share of the attribution between inputs and first hidden nodes that is inside the modules, each node counting for its own module.

    A node's own module is the one that it has most from. Between the share of the largest module and 1; 0 if there are no modules.
    """
    if not modules:
        return 0.0
    total = _mass(network, x).sum()
    return min(1.0, float(_inside(network, x, modules).max(0).sum() / total)) if total else 0.0


def outside_modules(network: Network, x: Tensor, modules: Sequence[Module]) -> list[Tensor]:
    """Masks (out, in), one a layer, of the edges from inputs to first hidden nodes of another module: what pruning may try to drop at once.

    A node's own module is as in `block_score`. Columns that are in no module lead wherever they like.
    """
    inside, columns = _inside(network, x, modules), network.inputs.tolist()
    of_column = {column: label for label, module in enumerate(modules) for column in module}
    of_input = np.array([of_column.get(column, -1) for column in columns])
    foreign = torch.from_numpy((inside.argmax(0)[:, None] != of_input) & (of_input >= 0))[network.owners(1)]
    first, *others = network.layers
    return [foreign.to(first.mask.device) & first.edges(), *(torch.zeros_like(layer.mask) for layer in others)]


def cluster(mass: np.ndarray, n_groups: int | None = None) -> list[list[int]]:
    """Groups of columns of a matrix (nodes, inputs) of scores of at least 0, by spectral clustering of their cosines. Raises as `find_modules`."""
    n = mass.shape[1]
    if n_groups is not None:
        check_integer("n_modules", n_groups, 1)
        if n_groups > n:
            raise InputError("n_modules", n_groups, f"no more than the {n} inputs")
    if n == 1:
        return [[0]]
    shares = (mass / max(mass.max(), 1e-300)) ** 2
    lengths = np.linalg.norm(shares, axis=0)
    unit = shares / np.where(lengths > 0, lengths, 1)
    likeness = np.clip(unit.T @ unit, 0, 1)
    np.fill_diagonal(likeness, 0)
    degrees = likeness.sum(0)
    scale = 1 / np.sqrt(np.where(degrees > 0, degrees, 1))
    values, vectors = np.linalg.eigh(np.eye(n) - likeness * scale * scale[:, None])
    if n_groups is None:
        n_groups = int(np.argmax(np.diff(values))) + 1
    points = vectors[:, :n_groups]
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    return _kmeans(points, n_groups)


def _kmeans(points: np.ndarray, n_groups: int) -> list[list[int]]:
    """Lloyd's algorithm from each point in turn and those farthest from all taken before; the tightest groups. Nothing is drawn at random."""
    best, best_spread = np.arange(len(points)) % n_groups, np.inf
    for first in range(len(points)):
        taken = [first]
        while len(taken) < n_groups:
            taken.append(int(np.argmax(((points[:, None] - points[taken]) ** 2).sum(-1).min(1))))
        centres = points[taken]
        for _ in range(_LLOYD_STEPS):
            labels = ((points[:, None] - centres) ** 2).sum(-1).argmin(1)
            centres = np.stack([points[labels == k].mean(0) if (labels == k).any() else centres[k] for k in range(n_groups)])
        spread = float(((points - centres[labels]) ** 2).sum())
        if spread < best_spread:
            best, best_spread = labels, spread
    return [np.flatnonzero(best == label).tolist() for label in range(n_groups) if (best == label).any()]


def _mass(network: Network, x: Tensor) -> np.ndarray:
    """(first hidden nodes, inputs): the attributions of the first layer."""
    return between_nodes(network, score(network, x).edges)[0].cpu().double().numpy()


def _inside(network: Network, x: Tensor, modules: Sequence[Module]) -> np.ndarray:
    """(modules, first hidden nodes): what each node has from each module."""
    mass, columns = _mass(network, x), network.inputs.tolist()
    return np.stack([mass[:, [columns.index(column) for column in module if column in columns]].sum(1) for module in modules])
