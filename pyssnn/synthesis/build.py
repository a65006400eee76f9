"""Where `make` leaves the OCaml core."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError

BUILD = Path(__file__).resolve().parents[2] / "_build" / "default" / "synth"
EXECUTABLES = {name: BUILD / "bin" / f"{name}.exe" for name in ("explore", "incorporate_stitch")}
SERVICE = BUILD / "bin" / "serve.exe"
SHARED_LIBRARY = BUILD / "embed" / "pyssnn_core.so"


def built(path: Path) -> Path:
    """The path itself.

    Raises:
        InputError: the file is not there, so the core was not built.
    """
    if not path.exists():
        raise InputError(path, "nothing", "a part of the OCaml core", "run `make` in the repository")
    return path
