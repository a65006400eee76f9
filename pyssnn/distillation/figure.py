"""A figure of the grouped network: a column a layer, a box a group, an arrow where a group reads another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HALF_WIDTH, HALF_HEIGHT = 0.36, 0.3


def draw_groups(units: Sequence[dict], n_inputs: int, title: str, out: Path) -> list[Path]:
    """Write grouped.pdf and grouped.png into the folder `out`.

    Args:
        units: as `evaluation.units` gives them; at least one.
        n_inputs: of the network.
        title: stands above.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    from pyssnn.plots.style import BASELINE, EVALUATION, INK, PALE, TRAIN, save, style

    layers = max(unit["layer"] for unit in units) + 1
    columns = [["x"], *([unit["group"] for unit in units if unit["layer"] == layer] for layer in range(layers))]
    tallest = max(map(len, columns))
    known = {unit["group"]: unit for unit in units}
    places = {
        name: (column, (tallest + len(names)) / 2 - 1 - row) for column, names in enumerate(columns) for row, name in enumerate(names)
    }
    with style():
        height = 0.85 + 0.62 * tallest
        figure = Figure(figsize=(0.4 + 1.7 * len(columns), height))
        figure.text(0.5, 1 - 0.2 / height, title, ha="center", va="center", fontsize=9)
        told = "A box is a group: neurons and activation, and the domain of its indices. Blue is proven, orange approximate."
        figure.text(0.5, 0.14 / height, told, ha="center", va="center", fontsize=6, color=INK)
        axes = figure.add_axes((0, 0.28 / height, 1, 1 - 0.65 / height))
        axes.set_axis_off()
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(-0.5, tallest - 0.5)
        for name, (x, y) in places.items():
            unit = known.get(name)
            color = BASELINE if unit is None else TRAIN if unit["verdict"] == "proven" else EVALUATION
            corner = (x - HALF_WIDTH, y - HALF_HEIGHT)
            box = {"boxstyle": "round,pad=0,rounding_size=0.08", "facecolor": "white", "edgecolor": color, "linewidth": 1.2, "zorder": 3}
            axes.add_patch(FancyBboxPatch(corner, 2 * HALF_WIDTH, 2 * HALF_HEIGHT, **box))
            lines = f"{name}: {n_inputs} inputs" if unit is None else f"{name}: {unit['neurons']} {unit['activation']}"
            lines += f"\n{unit['domain']}" if unit is not None and unit["domain"] != "1" else ""
            axes.text(x, y, lines, ha="center", va="center", fontsize=6.5, zorder=4)
        for unit in units:
            end = places[unit["group"]]
            for source in unit["reads"]:
                ends = ((places[source][0] + HALF_WIDTH, places[source][1]), (end[0] - HALF_WIDTH, end[1]))
                line = {"arrowstyle": "-|>", "mutation_scale": 8, "color": PALE, "linewidth": 1, "shrinkA": 0, "shrinkB": 0, "zorder": 2}
                axes.add_patch(FancyArrowPatch(*ends, **line))
        return save({"grouped": [figure]}, out)
