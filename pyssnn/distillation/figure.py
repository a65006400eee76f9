"""A figure of the grouped network: a column a layer, a box a group, an arrow where a group reads another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw_groups(units: Sequence[dict], n_inputs: int, title: str, out: Path) -> list[Path]:
    """Write grouped.pdf and grouped.png into the folder `out`.

    Args:
        units: as `evaluation.units` gives them; at least one.
        n_inputs: of the network.
        title: stands above.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch

    from pyssnn.plots.style import BASELINE, EVALUATION, PALE, TRAIN, save, style

    layers = max(unit["layer"] for unit in units) + 1
    columns = [["x"], *([unit["group"] for unit in units if unit["layer"] == layer] for layer in range(layers))]
    tallest = max(map(len, columns))
    known = {unit["group"]: unit for unit in units}
    with style():
        figure = Figure(figsize=(1.2 + 1.9 * len(columns), 0.9 + 0.62 * tallest))
        axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
        axes.set_axis_off()
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(-0.5, tallest + 0.2)
        axes.set_title(title, y=0.95)
        place = {
            name: (column, tallest / 2 - 0.5 + (len(names) - 1) / 2 - row) for column, names in enumerate(columns) for row, name in enumerate(names)
        }
        boxes = {}
        for name, (x, y) in place.items():
            unit = known.get(name)
            told = f"{name}: {n_inputs} inputs" if unit is None else f"{name}: {unit['neurons']} {unit['activation']}"
            color = BASELINE if unit is None else TRAIN if unit["verdict"] == "proven" else EVALUATION
            box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color, "linewidth": 1.2}
            boxes[name] = axes.text(x, y, told, ha="center", va="center", fontsize=7.5, bbox=box, zorder=3).get_bbox_patch()
        for unit in units:
            for source in unit["reads"]:
                ends = {"posA": place[source], "posB": place[unit["group"]], "patchA": boxes[source], "patchB": boxes[unit["group"]]}
                axes.add_patch(FancyArrowPatch(**ends, arrowstyle="-|>", mutation_scale=9, color=PALE, linewidth=1, zorder=2))
        return save({"grouped": [figure]}, out)
