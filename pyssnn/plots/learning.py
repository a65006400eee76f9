"""The learning curve: evaluation accuracy of each kind of network by the number of puzzles that it was trained on."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from pyssnn.errors import InputError
from pyssnn.files import read_json
from pyssnn.plots.style import A4_WIDTH, BASELINE, BEST, MEAN, accuracy_axis

FILE = "learning_curve.json"
KINDS = {  # label, colour, marker, dashes, and a factor that keeps intervals apart
    "baseline": ("baseline", BASELINE, "x", "--", 0.96),
    "random": ("programs of the first population, unselected", MEAN, "o", "-", 1.0),
    "evolved": ("best programs kept", BEST, "*", "-", 1.04),
}
_NUMBERS = ("size", "n", "mean", "low", "high", "train")


def read_learning_curve(folder: Path) -> dict | None:
    """The contents of `learning_curve.json` in a run folder, None if there is none; InputError if it is malformed."""
    path = Path(folder) / FILE
    if not path.exists():
        return None
    curve = read_json(path)
    rows = curve.get("summary") if isinstance(curve, dict) else None
    networks = curve.get("networks") if isinstance(curve, dict) else None
    if (
        not (isinstance(rows, list) and rows and all(_is_row(row) for row in rows))
        or not (isinstance(networks, list) and networks and all(isinstance(each, dict) and {"group", "size", "eval", "failed"} <= each.keys() for each in networks))
        or not isinstance(curve.get("seeds"), int)
    ):
        raise InputError(path, "something else", f"seeds, networks, and a summary of rows of group, {', '.join(_NUMBERS)}")
    return curve


def learning_curve_figure(curve: dict) -> Figure:
    """A learning curve with its intervals, and a dot for each network; to be made and saved in `style()`.

    The axis spans what the networks reached: intervals of two or three may go beyond it.
    """
    figure = Figure(figsize=(A4_WIDTH * 0.6, 3.3), layout="constrained")
    axes = figure.subplots()
    sizes = sorted({row["size"] for row in curve["summary"]})
    for kind, (label, colour, marker, dashes, nudge) in KINDS.items():
        rows = sorted((row for row in curve["summary"] if row["group"] == kind), key=lambda row: row["size"])
        means = [row["mean"] for row in rows]
        reach = [[row["mean"] - row["low"] for row in rows], [row["high"] - row["mean"] for row in rows]]
        axes.errorbar([row["size"] * nudge for row in rows], means, yerr=reach, color=colour, marker=marker, linestyle=dashes,
                      markersize=5, capsize=3, elinewidth=0.9, label=label)  # fmt: skip
        networks = [each for each in curve["networks"] if each["group"] == kind and each["failed"] is None]
        axes.scatter([each["size"] * nudge for each in networks], [each["eval"] for each in networks], s=6, color=colour, alpha=0.5)
    reached = [each["eval"] for each in curve["networks"] if each["failed"] is None]
    axes.set_ylim(max(0.0, min(reached) - 0.05), min(1.0, max(reached) + 0.05))
    axes.set_xscale("log")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("training puzzles")
    accuracy_axis(axes, "evaluation accuracy (%)")
    axes.set_title(f"Mean of {curve['seeds']} networks, Student's 95 % intervals", loc="left")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and row.get("group") in KINDS and all(isinstance(row.get(name), (int, float)) for name in _NUMBERS)
