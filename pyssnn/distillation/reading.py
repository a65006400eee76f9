"""One network as a program of its own size: exact numbers, copies merged, every layer grouped."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pyssnn.distillation.exact import Exact, exactify
from pyssnn.distillation.grouping import NotCompact, Source, group_layer
from pyssnn.distillation.ir import INPUT, Poly, Program
from pyssnn.distillation.network import LAST, Network
from pyssnn.distillation.symmetry import forward_colours, merge_copies

LAYER_NAMES = ("u", "v", "w", "y", "z")
SMALL = 160
"""A program of at most this many numbers is worth having whatever the network's size."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A network and the program that it is.

    Attributes:
        original: the network.
        exact: it in exact numbers.
        merged: that without second copies of hidden neurons.
        became: for each layer, which neuron of `merged` each of the network's became.
        program: its polynomials are constants.
        placements: for each group, which neuron of `merged` stands at an index, −1 outside the domain.
    """

    original: Network
    exact: Exact
    merged: Network
    became: tuple[np.ndarray, ...]
    program: Program
    placements: dict[str, np.ndarray]


def read(network: Network, tolerance: float = 0.0, guide: Program | None = None) -> Reading:
    """The network as a program of its size.

    Args:
        tolerance: how far weights of the last layer may be rounded, as a share of the largest (see `exactify`).
        guide: the program of another size, whose groups and names are kept where they are possible.

    Raises:
        NotCompact: the program would be about as long as the weights.
    """
    exact = exactify(network, tolerance)
    merged, became = merge_copies(exact.network)
    colours = forward_colours(merged)
    sources = [Source(INPUT, np.arange(network.n_inputs).reshape(network.input_shape))]
    groups, placements = [], {}
    nonzero = sum(int(np.count_nonzero(layer.weights)) for layer in merged.layers)
    for number, layer in enumerate(merged.layers):
        last = number == len(merged.layers) - 1
        prefix = LAYER_NAMES[number] if number < len(LAYER_NAMES) else f"z{number}_"
        like = [group for group in guide.groups if group.layer == number] if guide is not None else []
        made = group_layer(layer, number, sources, colours[number], last, prefix, like)
        sources = [Source(group.name, ids) for group, ids in made]
        groups += [group for group, _ in made]
        placements.update({group.name: ids for group, ids in made})
        count = sum(1 + len(group.terms) for group in groups)
        if count > max(SMALL, nonzero // 2):
            raise NotCompact(f"layer {number}: {count} numbers so far, for {nonzero} weights that are not 0")
    output = merged.layers[-1]
    program = Program(
        (),
        tuple(Poly.const(length) for length in network.input_shape),
        tuple(Fraction(value).limit_denominator(10**6) for value in network.input_encoding),
        tuple(groups),
        output.activation if output.activation in LAST else "values",
        tuple(Fraction(value).limit_denominator(10**6) for value in output.encoding),  # type: ignore[arg-type]
        tuple(Poly.const(length) for length in output.shape),
    )
    return Reading(network, exact, merged, became, program, placements)
