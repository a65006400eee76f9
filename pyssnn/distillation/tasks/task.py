"""What a task of the table is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from pyssnn.distillation.network import Network

Size = tuple[int, ...]
Examples = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Test:
    """Examples that a program is tested on.

    Attributes:
        name: what is special about them.
        size: theirs.
        make: (random generator) to inputs (m, *input shape) and the right outputs (m, outputs).
    """

    __test__ = False  # not a pytest class

    name: str
    size: Size
    make: Callable[[np.random.Generator], Examples]


@dataclass(frozen=True)
class Task:
    """A function to be found from examples.

    Attributes:
        name: as on the command line.
        summary: what it is, in a line.
        train: (size) to an essence neural network, trained from examples of that size.
        sizes: the network of the last one is condensed; those of the others help it to any size. One size: the program is for it alone.
        held_out: sizes of networks that the program is checked with.
        tests: where the program is tested.
        trivial: inputs (m, *input shape) to the outputs of a rule that needs no learning.
        trivial_rule: that rule in words.
        examples: (size, random generator) to what a multilayer perceptron is trained on; by default the first test at the trained size.
        image: a convolutional network is tried, too.
    """

    name: str
    summary: str
    train: Callable[[Size], Network]
    sizes: tuple[Size, ...]
    tests: tuple[Test, ...]
    trivial: Callable[[np.ndarray], np.ndarray]
    trivial_rule: str
    examples: Callable[[Size, np.random.Generator], Examples]
    held_out: tuple[Size, ...] = field(default=())
    image: bool = False
