"""Archiving a run: what tells of it, without the weights, small enough for a repository."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.files import is_temporary, read_json
from pyssnn.status import status

KINDS = (".json", ".jsonl", ".pdf", ".png", ".html")
_WEIGHTS = "weights"


def archive_run(folder: Path | str, destination: Path | str) -> list[Path]:
    """Copy a finished run to a new folder, which appears whole or not at all: every file of `KINDS`, and no weights.

    Its figures, its report and its status are those of the run. Returns the files in it.

    Raises:
        InputError: the folder holds no run, the run is not finished, or is being written; the destination is there, or cannot be written.
    """
    folder, destination = Path(folder), Path(destination)
    found = status(folder)
    if found.remains:
        raise InputError(folder, "a run that is not finished", "a finished run", f"it remains: {'; '.join(found.remains)}")
    if found.running:
        raise InputError(folder, "a run that a process is writing", "a finished run", "wait for it, or end it")
    read_json(folder / ("log.json" if found.kind == "experiment" else "baseline_summary.json"))
    if destination.exists():
        raise InputError(destination, "something that is there", "a new folder", "choose another, or remove it")
    if destination.resolve().is_relative_to(folder.resolve()):
        raise InputError(destination, "a place in the run's folder", "a folder of its own")
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if _belongs(path) and path.relative_to(folder).parts[0] != _WEIGHTS]
    partial = destination.with_name(f".{destination.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        for name in names:
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, partial / name)
        partial.rename(destination)
    except OSError as error:
        raise InputError(destination, error.strerror or error, "a folder that can be written", "choose another") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return [destination / name for name in names]


def _belongs(path: Path) -> bool:
    return path.is_file() and path.suffix in KINDS and not is_temporary(path) and not path.name.startswith(".")
