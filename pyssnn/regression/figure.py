"""The figure of a run: how long the programs are and how long each task took, by how it was solved."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

_COLOURS = {"paper": "tab:blue", "behaviour": "tab:orange", None: "0.8"}


def figure(rows: Sequence[Mapping]) -> bytes:
    """A PNG with a bar for each task: bits of its program on the left, seconds of training and of reading on the right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    drawn = Figure(figsize=(9, 1.4 + 0.17 * len(rows)), layout="constrained")
    FigureCanvasAgg(drawn)
    left, right = drawn.subplots(1, 2, sharey=True)
    places, names = range(len(rows)), [each["task"] + ("" if each["solved"] else " (unsolved)") for each in rows]
    bars = left.barh(places, [each["length"] or 0 for each in rows], color=[_COLOURS[each["path"] if each["solved"] else None] for each in rows])
    for bar, each in zip(bars, rows, strict=True):
        bar.set_hatch("//" if each["table"] else "")
    left.set_yticks(places, names, fontsize=7)
    left.invert_yaxis()
    left.set_xlabel("bits of the program")
    legend = [Patch(color=_COLOURS["paper"], label="the paper's path"), Patch(color=_COLOURS["behaviour"], label="by behaviour")]
    left.legend(handles=[*legend, Patch(color=_COLOURS[None], label="unsolved"), Patch(facecolor="w", edgecolor="k", hatch="//", label="a table")], fontsize=7)
    training, reading = ([each[name] for each in rows] for name in ("seconds_training", "seconds_reading"))
    right.barh(places, training, color="0.6", label="training")
    right.barh(places, reading, left=training, color="tab:green", label="reading")
    right.set_xlabel("seconds")
    right.legend(fontsize=7)
    content = io.BytesIO()
    drawn.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()
