"""The neurons of one layer as groups of the representation, at one size.

Hidden neurons come in any order, so a unit's indices are recovered from what it reads: the places of its selectors. Classes of one forward
colour are tried first, as boxes and as windows on a torus; what stays single is tried again across colours, with the coefficients and the
bias as further columns and with selectors that are empty or cut off at an edge as wildcards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pyssnn.distillation.guided import follow
from pyssnn.distillation.ir import Group
from pyssnn.distillation.joining import across_colours
from pyssnn.distillation.network import Layer
from pyssnn.distillation.reader import Found, NotCompact, Reader, Source
from pyssnn.distillation.shapes import literals, structure

__all__ = ["NotCompact", "Source", "group_layer"]


def group_layer(
    layer: Layer, number: int, sources: list[Source], colours: np.ndarray, last: bool, prefix: str, guide: Sequence[Group] = ()
) -> list[tuple[Group, np.ndarray]]:
    """The groups of a layer and, for each, which neuron stands at which index (−1 outside the domain).

    Args:
        guide: the groups of that layer at another size. Where this layer can be read as the same ones, it is, under their names.

    Raises:
        NotCompact: a unit needs about as many selectors as it has weights.
    """
    reader = Reader(layer, sources, last)
    found: list[Found] = []
    for colour in np.unique(colours):
        found += reader.of_one_colour(np.flatnonzero(colours == colour))
    found = across_colours(reader, found)
    if guide:
        followed = follow(reader, found, number, guide)
        if followed is not None:
            return followed
    made = [reader.group(one, "", number) for one in found]
    made.sort(key=lambda pair: (-len(pair[0].extents), structure(pair[0], {}), literals(pair[0])))
    return [(replace(group, name=f"{prefix}{place}" if len(made) > 1 else prefix), ids) for place, (group, ids) in enumerate(made)]
