"""Every figure that a folder has the data for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from pyssnn.errors import InputError
from pyssnn.plots.curves import baseline_figure, experiment_figure, iterations_figure
from pyssnn.plots.learning import learning_curve_figure, read_learning_curve
from pyssnn.plots.population import population_pages
from pyssnn.plots.reading import baseline_files, names_members, read_baseline, read_iterations, read_population
from pyssnn.plots.style import save, style


def plot_all(folder: Path | str, out: Path | str | None = None) -> list[Path]:
    """Draw every figure that `folder` (run folder, archive, baseline logs or workspace) has the data for; return the files.

    Everything is read and drawn before anything is written.

    Args:
        folder: what to read; nothing in it changes, unless `out` lies in it.
        out: where the figures go; `folder/figures` by default.

    Raises:
        InputError: nothing there to draw, or a file that cannot be read or written.
    """
    folder = Path(folder)
    out = folder / "figures" if out is None else Path(out)
    if not folder.is_dir():
        raise InputError(folder, "no folder", "a run folder, an archive or a folder of baseline logs")
    iterations = read_iterations(folder) if (folder / "log.json").exists() else ()
    logs = baseline_files(folder)
    baseline = read_baseline(logs) if logs else ()
    has_population = names_members(iterations) or any((folder / "representations").glob("*.json"))
    pictures = read_population(folder, iterations) if has_population else ()
    curve = read_learning_curve(folder)
    figures: dict[str, Sequence[Figure]] = {}
    with style():
        if iterations:
            figures["experiment"] = [experiment_figure(iterations)]
            figures["iterations"] = [iterations_figure(iterations, baseline)]
        if baseline:
            figures["baseline"] = [baseline_figure(baseline)]
        if curve:
            figures["learning_curve"] = [learning_curve_figure(curve)]
        if pictures:
            figures["population"] = population_pages(pictures, folder.resolve().name)
        if not figures:
            raise InputError(folder, "nothing to draw", "log.json, logs <name>_<i>.json or representations/*.json")
        return save(figures, out)
