"""Figures from run folders, archives and baseline logs. This room reads files and trains nothing.

Every function takes a folder and an output folder, writes `<figure>.pdf` and `<figure>.png` there and returns their paths.
The same data gives the same bytes (no dates in the files), so a run's figures can be compared like the rest of its folder.
"""

from __future__ import annotations

from pyssnn.plots.curves import (
    expected_best_of,
    moving_average,
    plot_accuracy_over_iterations,
    plot_experimental_results,
    plot_single_iter_baseline_results,
)
from pyssnn.plots.everything import plot_all
from pyssnn.plots.learning import plot_learning_curve
from pyssnn.plots.population import draw_population

__all__ = [
    "draw_population",
    "expected_best_of",
    "moving_average",
    "plot_accuracy_over_iterations",
    "plot_all",
    "plot_experimental_results",
    "plot_learning_curve",
    "plot_single_iter_baseline_results",
]
