"""Looking at a network: its weights as a table and as a picture, and what each normalizer did to it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pyssnn.errors import InputError
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.normalizers import Metrics, Normalised, measure, normalise
from pyssnn.regression.tasks import find_task


def weights_table(network: RecurrentNetwork) -> str:
    """The network's numbers, a line for each thing that enters a layer and a column for each thing that leaves it."""
    parts = [f"h₀ = ({', '.join(_number(value) for value in network.initial)})"]
    for title, layer, rows, columns in _layers(network):
        values = [["", *columns], *([name, *map(_number, row)] for name, row in zip([*rows, "1"], [*layer.weights, layer.biases], strict=True))]
        parts.append(title + "\n" + columned(values))
    return "\n\n".join(parts)


def steps_table(normalised: Normalised) -> str:
    """A line for each normalizer that was tried: what it changed, and the metrics before and after."""
    lines = [["normalizer", "outputs changed by", "zeros", "integers", "largest", "bits a weight", ""]]
    for step in normalised.steps:
        lines.append([step.name, f"{step.error:.1e}", *_metrics(step.before, step.after), step.reason or "applied"])
    return columned(lines)


def _metrics(before: Metrics, after: Metrics) -> list[str]:
    return [
        *(f"{100 * getattr(before, name):.0f} → {100 * getattr(after, name):.0f} %" for name in ("sparsity", "integers")),
        *(f"{getattr(before, name):.3g} → {getattr(after, name):.3g}" for name in ("largest", "bits")),
    ]


def networks_table(paths: Sequence[Path], *, seed: int = 0) -> str:
    """A line for each network of a run: its size, and its weights before and after all normalizers. Files of no known task are left out."""
    lines = [["network", "numbers", "hidden", "zeros", "integers", "largest", "bits a weight", "undone"]]
    for path in paths:
        try:
            inputs = Inputs.of(find_task(path.stem))
        except InputError:
            continue
        network = RecurrentNetwork.load(path)
        normal = normalise(network, inputs.sample(256, inputs.length, seed))
        undone = ", ".join(step.name for step in normal.steps if not step.applied)
        cells = _metrics(measure(network), measure(normal.network))
        lines.append([path.stem, str(network.n_parameters), str(network.hidden_size), *cells, undone])
    return columned(lines)


def picture(before: RecurrentNetwork, after: RecurrentNetwork) -> bytes:
    """A PNG: the weights of each layer, above before the change of coordinates and below after it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    n = len(before.update) + len(before.output)
    drawn = Figure(figsize=(2.2 + 2.4 * n, 5.4), layout="constrained")
    FigureCanvasAgg(drawn)
    for axes, name, network in zip(drawn.subplots(2, n, squeeze=False), ("as trained", "normalised"), (before, after), strict=True):
        for axis, (title, layer, rows, _) in zip(axes, _layers(network), strict=True):
            values = np.vstack([layer.weights, layer.biases])
            most = max(float(np.abs(values).max()), 1e-12)
            image = axis.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
            axis.set_title(f"{title}, {name}", fontsize=8)
            axis.set_yticks(range(len(rows) + 1), [*rows, "1"], fontsize=6 if len(rows) < 20 else 3)
            axis.set_xticks([])
            drawn.colorbar(image, ax=axis, shrink=0.7).ax.tick_params(labelsize=6)
    content = io.BytesIO()
    drawn.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


def columned(lines: Sequence[Sequence[str]]) -> str:
    """Cells under one another, the first column to the left and the others to the right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))).rstrip() for line in lines)


def _layers(network: RecurrentNetwork) -> list[tuple[str, Affine, list[str], list[str]]]:
    """Each layer with its title and the names of what enters and what leaves it."""
    hidden = [f"h{i}" for i in range(network.hidden_size)]
    inputs = ["x"] if network.components == 1 else [f"x{i}" for i in range(network.components)]
    found = []
    for kind, layers, entering, leaving in (("update", network.update, hidden + inputs, [f"{name}'" for name in hidden]), ("output", network.output, hidden, ["y"])):
        for i, layer in enumerate(layers):
            last = i + 1 == len(layers)
            columns = leaving if last else [f"{kind[0]}{i}.{j}" for j in range(layer.weights.shape[1])]
            found.append((kind if len(layers) == 1 else f"{kind}, layer {i + 1}", layer, entering, columns))
            entering = columns
    return found


def _number(value: float) -> str:
    """Short, and an integer looks like one."""
    near = round(float(value))
    if abs(value - near) < 5e-7 and abs(near) < 10**9:
        return str(near)
    return f"{value:.4g}"
