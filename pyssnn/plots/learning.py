"""The learning curve: evaluation accuracy of each kind of network by the number of puzzles that it was trained on."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from pyssnn.errors import InputError
from pyssnn.files import read_json
from pyssnn.plots.style import A4_WIDTH, BASELINE, BEST, MEAN, accuracy_axis, save, style

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
    if not isinstance(rows, list) or not rows or not all(_is_row(row) for row in rows) or not isinstance(curve.get("seeds"), int):
        raise InputError(path, "something else", f"seeds, and a summary of rows of group, {', '.join(_NUMBERS)}")
    return curve


def plot_learning_curve(folder: Path | str, out: Path | str) -> list[Path]:
    """Draw the learning curve of a run with its intervals. Writes `learning_curve.pdf` and `learning_curve.png` into `out`.

    Raises:
        InputError: no learning curve, one that cannot be read, or a folder that cannot be written.
    """
    curve = read_learning_curve(Path(folder))
    if curve is None:
        raise InputError(Path(folder) / FILE, "no such file", "a learning curve", "make it with: pyssnn learning-curve")
    with style():
        return save({"learning_curve": [learning_curve_figure(curve)]}, Path(out))


def learning_curve_figure(curve: dict) -> Figure:
    """The figure of `plot_learning_curve`; to be made and saved in `style()`."""
    figure = Figure(figsize=(A4_WIDTH * 0.6, 3.3), layout="constrained")
    axes = figure.subplots()
    sizes = sorted({row["size"] for row in curve["summary"]})
    for kind, (label, colour, marker, dashes, nudge) in KINDS.items():
        rows = sorted((row for row in curve["summary"] if row["group"] == kind), key=lambda row: row["size"])
        means = [row["mean"] for row in rows]
        reach = [[row["mean"] - row["low"] for row in rows], [row["high"] - row["mean"] for row in rows]]
        axes.errorbar([row["size"] * nudge for row in rows], means, yerr=reach, color=colour, marker=marker, linestyle=dashes,
                      markersize=5, capsize=3, elinewidth=0.9, label=label)  # fmt: skip
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
