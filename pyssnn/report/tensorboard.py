"""A run's curves as TensorBoard's event files. Needs the extra: pip install 'pyssnn[tensorboard]'."""

from __future__ import annotations

from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.report.numbers import numbers
from pyssnn.report.reading import Source

_BY_EPOCH = ("accuracy", "f1", "loss")
_BY_ITERATION = ("mean", "kept_mean", "best", "chosen", "training", "new", "replaced", "learned", "library_size", "library_mass", "population_mass")


def export_events(folder: Path | str, out: Path | str) -> int:
    """Write a run of TensorBoard's for each trained network, by epoch, and one called "population", by iteration, into the folder `out`.

    Returns:
        How many were written.

    Raises:
        InputError: the extra is not installed, `out` is there, the folder holds nothing to export, or a file that cannot be read.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise InputError("--tensorboard", "no tensorboard", "the extra", "pip install 'pyssnn[tensorboard]'") from None
    source, out = Source.read(folder), Path(out)
    if out.exists():
        raise InputError(out, "something that is there", "a new folder", "choose another, or remove it")
    groups = {"baseline": "baseline", **{f"iteration_{it.index + 1}": f"iteration_{it.index:03d}/train" for it in source.iterations}}
    curves = {f"{name}/{network}": epochs for name, step in groups.items() for network, epochs in source.histories(step)}
    scalars = {name: _by_epoch(epochs) for name, epochs in curves.items()}
    by_iteration = [(int(row.name.split()[1]), row) for row in numbers(source) if row.name.startswith("iteration")]
    scalars["population"] = [(key, i, getattr(row, key)) for i, row in by_iteration for key in _BY_ITERATION if getattr(row, key) is not None]
    if not any(scalars.values()):
        raise InputError(folder, "no curves", "a run with records of its trainings")
    for name, values in scalars.items():
        with SummaryWriter(str(out / name)) as writer:
            for key, step, value in values:
                writer.add_scalar(key, value, step)
    return len(scalars)


def _by_epoch(epochs: list[dict]) -> list[tuple[str, int, float]]:
    found = [(f"training/{key}", int(epoch["epoch"]), float(epoch["metrics"][key])) for epoch in epochs for key in _BY_EPOCH]
    return found + [("learning rate", int(epoch["epoch"]), float(epoch["learning_rate"])) for epoch in epochs]
