"""A program's graph as inline SVG, placed by graphviz as in the figures."""

from __future__ import annotations

import numpy as np

from pyssnn.plots.population import node_positions, ports
from pyssnn.report.markup import Markup, element
from pyssnn.synthesis import Representation

WIDTH, HEIGHT, _MARGIN, _RADIUS = 240, 150, 14, 5


def picture(representation: Representation) -> Markup:
    """The graph: node 0, where every program starts, filled; on each edge the ports that it is joined at.

    Raises:
        InputError: graphviz or pygraphviz is missing.
    """
    places = _fitted(node_positions(representation))
    index = {node: i for i, node in enumerate(representation.nodes.tolist())}
    lines, labels = [], []
    for (u, v), numbers in ports(representation).items():
        (x1, y1), (x2, y2) = places[index[u]], places[index[v]]
        lines.append(element("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2)))
        middle = {"x": _n((x1 + x2) / 2), "y": _n((y1 + y2) / 2 + 3)}
        labels.append(element("text", ",".join(map(str, numbers)), **middle))
    circles = [
        element("circle", cx=_n(x), cy=_n(y), r=_RADIUS, class_="first" if node == 0 else None)
        for (x, y), node in zip(places, representation.nodes.tolist())
    ]
    n, m = representation.n_nodes, len(representation.edges)
    label = f"Graph of {n} node{'s' * (n != 1)} and {m} edge{'s' * (m != 1)}"
    return element("svg", *lines, *labels, *circles, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label, class_="graph")


def _fitted(positions: np.ndarray) -> np.ndarray:
    """The positions scaled into the picture, y downwards; small graphs are not blown up."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    room, extent = np.array([WIDTH, HEIGHT]) - 2 * _MARGIN, np.maximum(high - low, 1e-9)
    scale = min(float((room / extent).min()), 1.2)
    flipped = (positions - (low + high) / 2) * (scale, -scale)
    return flipped + np.array([WIDTH, HEIGHT]) / 2


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
