"""From the representation back to weights: a unit's weights on each array it reads, and whole layers."""

from __future__ import annotations

import numpy as np

from pyssnn.distillation.ir import INPUT, Group, Program, Term
from pyssnn.distillation.selectors import diagonal_places


def term_places(
    term: Term, sizes: tuple[int, ...], index: tuple[int, ...], shape: tuple[int, ...]
) -> tuple[np.ndarray, ...] | tuple[slice, ...]:
    """The entries of an array that a term adds up for one unit: something numpy takes as an index of that array."""
    bounds = [(int(span.lo.at(sizes, index)), int(span.hi.at(sizes, index))) for span in term.spans]
    if term.diagonal:
        return diagonal_places(bounds[0][0], shape, term.spans[0].cyclic)
    if not any(span.cyclic for span in term.spans):
        steps = (span.step for span in term.spans)
        return tuple(slice(max(lo, 0), max(min(hi, length), 0), step) for (lo, hi), length, step in zip(bounds, shape, steps, strict=True))
    places = []
    for span, (lo, hi), length in zip(term.spans, bounds, shape, strict=True):
        if not span.cyclic:
            lo, hi = max(lo, 0), min(hi, length)
        places.append(np.arange(lo, hi) % length)
    return np.ix_(*places)


def unit_weights(program: Program, group: Group, sizes: tuple[int, ...], index: tuple[int, ...]) -> dict[str, np.ndarray]:
    """A unit's weights on each array that its group reads, in the array's shape."""
    found: dict[str, np.ndarray] = {}
    for term in group.terms:
        if term.source not in found:
            found[term.source] = np.zeros(tuple(int(extent.at(sizes)) for extent in program.shape_of(term.source)))
        array = found[term.source]
        places = term_places(term, sizes, index, array.shape)
        value = float(term.coefficient.at(sizes, index))
        if term.diagonal or any(span.cyclic for span in term.spans):
            np.add.at(array, places, value)
        else:
            array[places] += value
    return found


def expand_layers(
    program: Program, sizes: tuple[int, ...], placements: dict[str, np.ndarray], widths: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The weights (n_in, n_out) and biases (n_out,) of every layer.

    Args:
        placements: for each group, which neuron of its layer the unit of an index is, −1 outside the domain.
        widths: the number of inputs, then of neurons in each layer.
    """
    inputs = np.arange(widths[0]).reshape(tuple(int(extent.at(sizes)) for extent in program.input_shape))
    layers = [(np.zeros((before, width)), np.full(width, np.nan)) for before, width in zip(widths, widths[1:], strict=False)]
    for group in program.groups:
        weights, biases = layers[group.layer]
        constant_weights = all(not term.coefficient.multiples for term in group.terms)
        values = [float(term.coefficient.at(sizes, (0,) * len(group.extents))) for term in group.terms] if constant_weights else None
        for index in group.domain(sizes):
            neuron = placements[group.name][index]
            biases[neuron] = float(group.bias.at(sizes, index))
            for number, term in enumerate(group.terms):
                ids = inputs if term.source == INPUT else placements[term.source]
                rows = ids[term_places(term, sizes, index, ids.shape)].ravel()
                value = values[number] if values is not None else float(term.coefficient.at(sizes, index))
                np.add.at(weights, (rows[rows >= 0], neuron), value)
    return layers
