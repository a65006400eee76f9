"""Training an essence neural network: differentiae, then subconcepts, then concepts, each neuron by an SVM of its own.

After Blazek and Lin, "Explainable neural networks that simulate reasoning" (2021), and Blazek, Venkatesh and Lin, "Automated discovery
of algorithms from data" (2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from pyssnn.checks import check_choice, check_flag, check_integer, check_number
from pyssnn.distillation.enn.subconcepts import METHODS, alike, clusters, merged
from pyssnn.distillation.enn.svm import Neuron, separable, separate
from pyssnn.distillation.enn.symbolic import Symbolic, divided, rounded
from pyssnn.distillation.network import ACTIVATIONS, THRESHOLDS, Layer, Network, default_encoding
from pyssnn.errors import InputError

DIVISIONS = ("merged", "single", *METHODS)


@dataclass(frozen=True)
class EnnConfig:
    """How a network is trained.

    Attributes:
        division: subconcepts; "merged" (as few as planes can tell apart), "single" (one point each), "hierarchical" or "kmeans".
        counts: subconcepts of each class, in the order of the sorted labels, for the latter two.
        distinct: differentiae that equal another, or another's negative, are left out.
        depth: 3 layers; with 2 each class has one subconcept, whose neuron is the concept's; with 1 the one differentia of two such classes
            is the concept's neuron.
        symbolic: how weights are rounded; None keeps them.
        plain: concepts get weights −1, 0, 1 where that decides the same about all examples.
        hidden: activation of differentiae and subconcepts, "sign" or "step".
        last: activation of the concepts.
        costs: the SVMs' C for differentiae, subconcepts and concepts.
        seed: where k-means starts.
    """

    division: str = "merged"
    counts: tuple[int, ...] = ()
    distinct: bool = True
    depth: int = 3
    symbolic: Symbolic | None = Symbolic()
    plain: bool = True
    hidden: str = "sign"
    last: str = "max"
    costs: tuple[float, float, float] = (15.0, 1e4, 1e3)
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice("division", self.division, DIVISIONS)
        check_flag("distinct", self.distinct)
        if self.depth not in (1, 2, 3):
            raise InputError("depth", repr(self.depth), "1, 2 or 3 layers")
        check_flag("plain", self.plain)
        check_choice("hidden", self.hidden, THRESHOLDS)
        check_choice("last", self.last, ACTIVATIONS)
        check_integer("seed", self.seed, 0)
        if len(self.costs) != 3:
            raise InputError("costs", f"{len(self.costs)} of them", "three: of differentiae, subconcepts and concepts")
        for cost in self.costs:
            check_number("costs", cost, above=0)


def train_enn(points: np.ndarray, labels: np.ndarray, config: EnnConfig = EnnConfig()) -> Network:
    """A network with the layers differentia, subconcept, concept.

    With `last` "sign" or "step" there must be two classes, and one neuron that is above 0 for the larger label; else there is a neuron a
    class, in the order of the labels.

    Args:
        points: (m, n) examples, each once.
        labels: (m,) the class of each; numbers.

    Raises:
        InputError: examples that are no arrays of that kind, one class only, or one point in two classes.
    """
    points, labels = _examples(points, labels)
    points, labels = _examples(points, labels)
    values, shape = tuple(np.unique(points)), points.shape[1:]
    if config.depth == 1:
        return Network((concepts(points, labels, config),), shape, values)
    first, second = hidden_layers(points, labels, config)
    if config.depth == 2:
        if second.n_outputs > len(np.unique(labels)):
            raise InputError("depth", f"2 with {second.n_outputs} subconcepts", "one in each class")
        return Network((first, replace(second, activation=config.last, encoding=default_encoding(config.last))), shape, values)
    found = second.activate(second.sums(first.activate(first.sums(points))))
    return Network((first, second, concepts(found, labels, config)), shape, values)


def hidden_layers(points: np.ndarray, labels: np.ndarray, config: EnnConfig) -> tuple[Layer, Layer]:
    """The differentiae and the subconcepts' neurons of `train_enn`."""
    points, labels = _examples(points, labels)
    parts = subconcepts(points, labels, config)
    classes = [labels[part[0]] for part in parts]
    first = differentiae(points, parts, classes, config)
    return first, detectors(first.activate(first.sums(points)), parts, classes, config)


def subconcepts(points: np.ndarray, labels: np.ndarray, config: EnnConfig) -> list[np.ndarray]:
    """The points of each subconcept, as index arrays; those of a class stand together, classes in the order of their labels."""
    kinds = np.unique(labels)
    if config.division == "single":
        parts = [np.array([index]) for index in range(len(points))]
    elif config.division == "merged":
        parts = merged(points, labels, alike(points, labels))
    else:
        if len(config.counts) != len(kinds):
            raise InputError("counts", f"{len(config.counts)} of them", f"{len(kinds)}, one a class")
        parts = []
        for kind, count in zip(kinds, config.counts, strict=True):
            inside = np.flatnonzero(labels == kind)
            parts += [inside[part] for part in clusters(points[inside], count, config.division, config.seed)]
    return sorted(parts, key=lambda part: labels[part[0]])


def differentiae(points: np.ndarray, parts: Sequence[np.ndarray], classes: Sequence[float], config: EnnConfig) -> Layer:
    """A neuron for each two subconcepts of different classes, above 0 on one of them: more like A, or more like B?

    It is above 0 on the first; distinct ones are turned so that their first weight is positive.
    """
    neurons, known = [], set()
    for a, b in combinations(range(len(parts)), 2):
        if classes[a] != classes[b]:
            neuron = _symbolic(_firmly(points[parts[a]], points[parts[b]], config.costs[0]), points, config)
            if config.distinct:
                told = neuron[0][np.abs(neuron[0]) > 1e-9]
                sign = np.sign(told[0]) if told.size else 1.0
                neuron = (sign * neuron[0] + 0.0, sign * neuron[1] + 0.0)
            if not config.distinct or _key(neuron) not in known:
                neurons.append(neuron)
                known.add(_key(neuron))
    return layer(neurons, config.hidden)


def detectors(values: np.ndarray, parts: Sequence[np.ndarray], classes: Sequence[float], config: EnnConfig) -> Layer:
    """A neuron for each subconcept, above 0 on its points and below on those of all other classes: is it A?

    Args:
        values: (m, D) what the differentiae give on the examples.
    """
    kinds = np.asarray(classes)
    neurons = []
    for a, part in enumerate(parts):
        others = np.concatenate([parts[b] for b in np.flatnonzero(kinds != kinds[a])])
        neuron = separate(np.unique(values[part], axis=0), np.unique(values[others], axis=0), config.costs[1])
        neurons.append(_symbolic(neuron, values, config))
    return layer(neurons, config.hidden)


def concepts(values: np.ndarray, labels: np.ndarray, config: EnnConfig) -> Layer:
    """One against the rest on what the subconcepts (m, S) give."""
    kinds = np.unique(labels)
    if config.last in ("sign", "step"):
        if len(kinds) != 2:
            raise InputError("labels", f"{len(kinds)} classes", f"two, for the activation {config.last!r}")
        kinds = kinds[1:]
    neurons = []
    for kind in kinds:
        one, rest = (np.unique(values[labels == kind], axis=0), np.unique(values[labels != kind], axis=0))
        neuron = _symbolic(separate(one, rest, config.costs[2]), values, config)
        neurons.append(_plain(neuron, values) if config.plain else neuron)
    return layer(neurons, config.last)


def layer(neurons: Sequence[Neuron], activation: str) -> Layer:
    """Neurons that read the same, as a layer with one axis."""
    weights = np.stack([weights for weights, _ in neurons], axis=1)
    return Layer(weights, np.array([bias for _, bias in neurons]), activation, default_encoding(activation), (len(neurons),))


def _firmly(positive: np.ndarray, negative: np.ndarray, cost: float) -> Neuron:
    """`separate`, with a greater cost where this one leaves points on the wrong side that a plane could part."""
    neuron = separate(positive, negative, cost)
    if _is_right(neuron, positive, negative) or not separable(positive, negative):
        return neuron
    return separate(positive, negative, 1e4 * cost)


def _is_right(neuron: Neuron, positive: np.ndarray, negative: np.ndarray) -> bool:
    return bool((positive @ neuron[0] + neuron[1] > 0).all() and (negative @ neuron[0] + neuron[1] < 0).all())


def _symbolic(neuron: Neuron, inputs: np.ndarray, config: EnnConfig) -> Neuron:
    """The neuron in integers, if those never decide against it where it is not in doubt (they may tie); else as it is."""
    if config.symbolic is None:
        return neuron
    found = rounded(*neuron, config.symbolic)
    if found is None:
        return neuron
    before, after = inputs @ neuron[0] + neuron[1], inputs @ found[0] + found[1]
    sure = np.abs(before) > 1e-3 * np.abs(before).max()
    return divided(*found) if (np.sign(before) * np.sign(after) >= 0)[sure].all() else neuron


def _key(neuron: Neuron) -> tuple:
    values = np.append(*neuron)
    return tuple(np.round(values / (np.abs(values).max() or 1.0), 6) + 0.0)


def _plain(neuron: Neuron, inputs: np.ndarray) -> Neuron:
    """The neuron with weights −1, 0, 1 and the bias halfway between the sums of its two sides, if that decides the same about all inputs."""
    above = inputs @ neuron[0] + neuron[1] > 0
    if above.all() or not above.any():
        return neuron
    weights = np.sign(neuron[0])
    sums = inputs @ weights
    low, high = sums[~above].max(), sums[above].min()
    return divided(2 * weights, -(low + high)) if low < high else neuron


def _examples(points: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points, labels = np.asarray(points, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if points.ndim != 2 or labels.shape != points.shape[:1] or not points.size:
        raise InputError("examples", f"points {points.shape} and labels {labels.shape}", "(m, n) and (m,), both of at least one")
    if not np.isfinite(points).all() or not np.isfinite(labels).all():
        raise InputError("examples", "a number that is not finite", "finite numbers")
    if len(np.unique(labels)) < 2:
        raise InputError("labels", "one class", "at least two")
    distinct = np.unique(points, axis=0)
    if len(np.unique(np.column_stack([points, labels]), axis=0)) != len(distinct):
        raise InputError("examples", "one point in two classes", "classes that do not overlap")
    if len(distinct) != len(points):
        raise InputError("examples", "a point twice", "each point once")
    return points, labels
