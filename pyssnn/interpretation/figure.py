"""The figure of an interpretation: level sets of the latent against those of the form, and the front."""

from __future__ import annotations

import io

import numpy as np

from .interpretation import Interpretation


def figure(found: Interpretation, title: str) -> bytes:
    """A PNG. Two inputs: both functions' level sets over the held-out points. More: the latent against the form."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(10, 4.2), layout="constrained")
    FigureCanvasAgg(drawn)
    left, right = drawn.subplots(1, 2)
    values = found.predict(found.points)
    if found.points.shape[1] == 2:
        x, y = found.points.T
        left.tricontour(x, y, _ranks(found.values), levels=8, colors="tab:blue", linewidths=1.5)
        left.tricontour(x, y, _ranks(values), levels=8, colors="tab:orange", linewidths=1.0, linestyles="dashed")
        left.set(xlabel=found.best.form.inputs[0], ylabel=found.best.form.inputs[1], title="level sets: z (blue), f (orange, dashed)")
    else:
        left.plot(values, found.values, ".", markersize=2)
        left.set(xlabel="f", ylabel="z", title=f"Spearman's |ρ| = {found.spearman:.5f}")
    right.semilogy([c.size for c in found.front], [max(c.error, 1e-12) for c in found.front], "o-", color="0.4")
    right.semilogy(found.best.size, max(found.best.error, 1e-12), "o", color="tab:orange", markersize=10, label=str(found.best.form)[:60])
    right.axhline(max(found.noise_floor, 1e-12), color="0.7", linestyle=":", label="noise floor")
    right.set(xlabel="size", ylabel="1 − cos², held-out points", title="front")
    right.legend(fontsize=8)
    drawn.suptitle(title)
    content = io.BytesIO()
    drawn.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values)) / len(values)
