"""Pictures: a network with all its edge functions, in one vector figure.

Inputs at the bottom, outputs at the top, nodes at (i + ½)/n of the width as in the connection cost. The functions of the edges into a node
stand below it, in as many rows as keep them readable. An edge is as dark as its attribution, relative to the largest of its layer. Where a
node takes few values on the data, dots mark them. Nothing is written, and no state of matplotlib is touched.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from torch import Tensor

from pyssnn.kan.network import Network
from pyssnn.kan.scores import score

INK, PALE, FORMULA = (0.13, 0.13, 0.13), "#C8C8C8", (0.48, 0.0, 0.47)
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
_SAMPLES = 21  # points of a curve
_FEW = 6  # values on the data, up to which they are marked
_LARGEST, _SMALLEST = 0.62, 0.2  # inches of an edge function's box
_ABREAST = 5  # boxes of a node in a row, of the smallest size, that there is room for
_MARGIN, _NODE, _GAP, _TITLE = 0.35, 0.075, 0.55, 0.35  # inches: around the picture; a node's radius; between nodes and boxes; a title
_FAINTEST = 0.06
_LETTER, _TURN = 0.085, 30  # inches that a letter takes at most; degrees that names are turned by where they would not fit side by side
_SETTINGS = {"font.family": "DejaVu Sans", "pdf.fonttype": 3, "svg.fonttype": "none", "svg.hashsalt": "pyssnn"}


def picture(
    networks: Network | Mapping[str, Network],
    x: Tensor,
    *,
    names: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    modules: Sequence[Sequence[int]] = (),
) -> Figure:
    """One figure of a network, or of several side by side under their titles.

    Args:
        networks: a network, or networks by title, all with the same columns.
        x: (N, n_columns) data, for the ranges of the curves and the darkness of the edges.
        names: of the columns; x1, x2, … by default.
        outputs: names of the outputs; y, or y1, y2, … by default.
        modules: groups of columns, each to be given a colour.
    """
    panels = networks if isinstance(networks, Mapping) else {"": networks}
    with matplotlib.rc_context(_SETTINGS):
        drawn = [_Panel(title, network, x, names, outputs, modules) for title, network in panels.items()]
        width, height = sum(panel.width for panel in drawn), max(panel.height for panel in drawn)
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        axes.set_axis_off()
        left = 0.0
        for panel in drawn:
            panel.draw(axes, left, height)
            left += panel.width
    return figure


def picture_bytes(figure: Figure, kind: str = "pdf") -> bytes:
    """The figure as a file of a kind that matplotlib knows ("pdf", "svg", "png"), without a date."""
    metadata = {"pdf": {"CreationDate": None, "Producer": None, "Creator": "pyssnn"}, "svg": {"Date": None, "Creator": "pyssnn"}}
    file = io.BytesIO()
    with matplotlib.rc_context(_SETTINGS):
        figure.savefig(file, format=kind, dpi=160, metadata=metadata.get(kind))
    return file.getvalue()


class _Panel:
    """One network, laid out in inches from its lower left corner."""

    @torch.no_grad()
    def __init__(
        self, title: str, network: Network, x: Tensor, names: Sequence[str] | None, outputs: Sequence[str] | None, modules: Sequence[Sequence[int]]
    ) -> None:
        self.title, self.network = title, network
        columns = network.inputs.tolist()
        self.names = [names[column] if names is not None else f"x{column + 1}" for column in columns]
        n_out = network.width[-1]
        self.outputs = list(outputs) if outputs is not None else ["y"] if n_out == 1 else [f"y{k + 1}" for k in range(n_out)]
        self.colours = [next((PALETTE[k % len(PALETTE)] for k, module in enumerate(modules) if column in module), INK) for column in columns]
        self.levels = network.levels(x)
        self.scores = score(network, x)
        self.edges = [layer.edges().cpu().numpy() for layer in network.layers]
        self.inner = self._width()
        self.left, foot = self._beyond(self.names)
        right, head = self._beyond(self.outputs[::-1])
        self.width = self.left + self.inner + right
        self.boxes = [self._boxes(edges) for edges in self.edges]
        self.y = [foot]
        for _, rows, size in self.boxes:
            self.y.append(self.y[-1] + 2 * _GAP + rows * size)
        self.height = self.y[-1] + head + (_TITLE if title else 0)

    @torch.no_grad()
    def draw(self, axes, left: float, top: float) -> None:
        """Draw from `left` on, with the title just below `top`."""
        left += self.left
        for number in range(self.network.depth):
            self._layer(axes, number, left)
        for level, y in enumerate(self.y):
            places = left + self._places(len(self.levels[level][0]))
            arities = [1] * len(places) if level == 0 else self.network.arities[level - 1]
            colours = self.colours if level == 0 else [INK] * len(places)
            axes.scatter(places, [y] * len(places), s=[30 if arity == 1 else 90 for arity in arities], c=colours, linewidths=0, zorder=5)
            for place, arity in zip(places, arities):
                if arity > 1:
                    axes.text(place, y, "×", color="white", fontsize=9, ha="center", va="center_baseline", zorder=6)
        below = {"ha": "right", "rotation": _TURN} if self._turned(self.names) else {"ha": "center"}
        for place, name, colour in zip(left + self._places(len(self.names)), self.names, self.colours):
            axes.text(place, self.y[0] - 0.12, name, color=colour, fontsize=9, va="top", **below)
        above = {"ha": "left", "rotation": _TURN} if self._turned(self.outputs) else {"ha": "center"}
        for place, name in zip(left + self._places(len(self.outputs)), self.outputs):
            axes.text(place, self.y[-1] + 0.12, name, color=INK, fontsize=9, va="bottom", **above)
        if self.title:
            axes.text(left + self.inner / 2, top - 0.05, self.title, color=INK, fontsize=11, ha="center", va="top")

    def _width(self) -> float:
        """Wide enough for five boxes of the smallest size under every node, or for as many as it has in two rows, and for the nodes."""
        wanted = [2.2, *(0.42 * n for n in self.network.width)]
        for edges in self.edges:
            wanted.append(len(edges) * min(_ABREAST, math.ceil(max(1, edges.sum(1).max()) / 2)) * _SMALLEST * 1.12)
        return max(wanted)

    def _turned(self, names: Sequence[str]) -> bool:
        return max(map(len, names)) * _LETTER > self.inner / len(names)

    def _beyond(self, names: Sequence[str]) -> tuple[float, float]:
        """What names need beyond the nodes: beside the first one's side of the picture, and below or above."""
        if not self._turned(names):
            return _MARGIN, _MARGIN
        turn, lengths = math.radians(_TURN), _LETTER * np.array([len(name) for name in names])
        aside = (lengths * math.cos(turn) - self._places(len(names))).max() + 0.1
        return max(_MARGIN, float(aside)), 0.3 + float(lengths.max()) * math.sin(turn)

    def _places(self, n: int) -> np.ndarray:
        return (np.arange(n) + 0.5) / n * self.inner

    def _boxes(self, edges: np.ndarray) -> tuple[list[tuple[int, int, float, float]], int, float]:
        """For each edge of a layer (j, i, middle, height of its box's middle above the lowest box's foot); how many rows; a box's size."""
        most, room = max(1, int(edges.sum(1).max())), self.inner / len(edges) * 0.92
        sizes = {rows: min(_LARGEST, room / math.ceil(most / rows)) for rows in range(1, max(4, math.ceil(most / _ABREAST)) + 1)}
        rows = next((rows for rows, size in sizes.items() if size >= _SMALLEST), max(sizes, key=lambda rows: sizes[rows]))
        size, found = sizes[rows], []
        for j, middle in enumerate(self._places(len(edges))):
            sources = np.flatnonzero(edges[j]).tolist()
            n_rows = min(rows, max(1, len(sources)))
            n_columns = math.ceil(len(sources) / n_rows)
            for k, i in enumerate(sources):
                across = k // n_rows - (n_columns - 1) / 2
                found.append((j, i, middle + across * size, (rows - 1 - k % n_rows + 0.5) * size))
        return found, rows, size

    def _layer(self, axes, number: int, left: float) -> None:
        boxes, rows, size = self.boxes[number]
        if not boxes:
            return
        foot = self.y[number] + _GAP
        sources = left + self._places(len(self.levels[number][0]))
        owners = self.network.owners(number + 1).tolist()
        targets = left + self._places(len(self.levels[number + 1][0]))
        attributions = self.scores.edges[number].cpu().numpy()
        strength = np.clip(attributions / max(attributions.max(), 1e-300), 0, 1)
        formulas = self.network.layers[number].formulas()
        curves, dots = self._curves(number)
        half = size * 0.44
        lines, line_colours, frames, drawn, drawn_colours, points, point_colours = [], [], [], [], [], [], []
        for j, i, x, above in boxes:
            x, y = left + x, foot + above
            dark = _FAINTEST + (1 - _FAINTEST) * float(strength[j, i])
            colour = matplotlib.colors.to_rgb(self.colours[i]) if number == 0 else INK
            if (j, i) in formulas:
                colour = FORMULA
            lines += [[(sources[i], self.y[number]), (x, y - half)], [(x, y + half), (targets[owners[j]], self.y[number + 1])]]
            line_colours += [(*colour, dark * 0.8)] * 2
            frames.append([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])
            drawn.append(np.array([x, y]) + curves[j, i] * (half * 0.82))
            drawn_colours.append((*colour, max(dark, 0.25)))
            if i in dots:
                points.append(np.array([x, y]) + dots[i][j] * (half * 0.82))
                point_colours += [(*colour, max(dark, 0.25))] * len(points[-1])
        axes.add_collection(LineCollection(lines, colors=line_colours, linewidths=0.9, zorder=1))
        axes.add_collection(PolyCollection(frames, facecolors="white", edgecolors=PALE, linewidths=0.5, zorder=2))
        axes.add_collection(LineCollection(drawn, colors=drawn_colours, linewidths=1.1, capstyle="round", zorder=3))
        if points:
            at = np.concatenate(points)
            axes.scatter(at[:, 0], at[:, 1], s=(72 * size / 9) ** 2, c=point_colours, linewidths=0, zorder=4)

    def _curves(self, number: int) -> tuple[np.ndarray, dict[int, np.ndarray]]:
        """(out, in, samples, 2) curves in the square from -1 to 1; and for inputs of few values, by input (out, values, 2) dots."""
        layer, nodes = self.network.layers[number], self.levels[number]
        low, high = nodes.amin(0), nodes.amax(0)
        span = torch.where(high > low, high - low, torch.ones_like(high))
        parts = torch.linspace(0, 1, _SAMPLES, dtype=nodes.dtype, device=nodes.device)[:, None]
        values = layer.edge_values(low + span * parts).permute(1, 2, 0)
        least, most = values.amin(-1, keepdim=True), values.amax(-1, keepdim=True)
        scale = torch.where(most - least > 1e-9, most - least, torch.full_like(most, torch.inf))
        across = (2 * parts[:, 0] - 1).expand_as(values)
        curves = torch.stack([across, 2 * (values - (most + least) / 2) / scale], -1).cpu().numpy()
        dots = {}
        for i in range(nodes.shape[1]):
            at = torch.unique((nodes[:, i] / span[i]).round(decimals=2))
            if len(at) <= _FEW:
                places = (at * span[i]).clamp(low[i], high[i])
                here = layer.edge_values(places[:, None].expand(-1, nodes.shape[1]))[:, :, i].T
                up = 2 * (here - (most + least)[:, i] / 2) / scale[:, i]
                dots[i] = torch.stack([(2 * (places - low[i]) / span[i] - 1).expand_as(up), up], -1).cpu().numpy()
        return curves, dots
