"""What this machine has of what pyssnn needs, and the command that installs what is missing."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_INSTALL = "pip install -e ."
_OCAML = "apt-get install ocaml-nox ocaml-dune libyojson-ocaml-dev libcmdliner-ocaml-dev libalcotest-ocaml-dev libqcheck-ocaml-dev"
_REQUIRED = {  # distribution: module
    "torch": "torch",
    "numpy": "numpy",
    "cffi": "cffi",
    "stitch-core": "stitch_core",
    "raven-gen": "raven_gen",
    "safetensors": "safetensors",
    "matplotlib": "matplotlib",
    "pygraphviz": "pygraphviz",
    "rich": "rich",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
    "sympy": "sympy",
}
# The places are those of `pyssnn.synthesis.build`, which cannot be imported where a package is missing.
_EXECUTABLES = ("explore", "incorporate_stitch", "serve")


@dataclass(frozen=True)
class Check:
    """One thing that was looked for.

    Attributes:
        name: what.
        found: its version or place; why it cannot be used if `ok` is false.
        ok: whether it can be used.
        required: whether pyssnn can do nothing useful without it.
        todo: the command that mends it.
    """

    name: str
    found: str
    ok: bool = True
    required: bool = True
    todo: str = ""


def checks(root: Path = ROOT) -> list[Check]:
    """Everything looked for, in the order to install it. `root` is the repository (where `_build/` is)."""
    found = [_python(), *_packages()]
    built = _built(root)
    complete = all(check.ok for check in built)
    return [*found, *_tools(required=not complete), *built, *_devices()]


def missing(found: Iterable[Check]) -> list[Check]:
    """Those that are required and cannot be used."""
    return [check for check in found if check.required and not check.ok]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _python() -> Check:
    ok = sys.version_info >= (3, 10)
    return Check("python", platform.python_version(), ok, todo="" if ok else "install Python 3.10 or newer")


def _packages() -> list[Check]:
    found = [_package(name, module, required=True, todo=_INSTALL) for name, module in _REQUIRED.items()]
    if sys.version_info < (3, 12):
        os.environ.setdefault("DGLBACKEND", "pytorch")  # without it, dgl talks and writes a file in the home folder
        found.append(_package("dgl", "dgl", required=False, todo="pip install -e .[dgl]"))
    else:
        found.append(Check("dgl", "no wheels for this Python; only the reference backend needs it", ok=False, required=False))
    return [*found, *(_package(name, name, required=False, todo="pip install -e .[test]") for name in ("pytest", "hypothesis"))]


def _package(name: str, module: str, *, required: bool, todo: str) -> Check:
    """Whether `module` imports: a version alone does not tell."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, "not installed", False, required, todo)
    try:
        importlib.import_module(module)
    except Exception as error:  # a broken package may raise anything
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "libGL.so" in reason:  # OpenCV's, below raven-gen
            todo = "apt-get install libgl1"
        return Check(name, f"{version}, but it does not import: {reason}", False, required, todo)
    return Check(name, version, required=required)


def _tools(*, required: bool) -> list[Check]:
    """The OCaml compiler and dune: needed until the core is built."""
    found = []
    for name, arguments in (("ocaml", ["-vnum"]), ("dune", ["--version"])):
        if shutil.which(name) is None:
            found.append(Check(name, "not on the path", False, required, _OCAML))
            continue
        try:
            answer = subprocess.run([name, *arguments], capture_output=True, text=True, timeout=30, check=True)
            found.append(Check(name, answer.stdout.strip(), required=required))
        except (OSError, subprocess.SubprocessError) as error:
            found.append(Check(name, str(error), False, required, _OCAML))
    return found


def _built(root: Path) -> list[Check]:
    """The executables and the embedded library of the OCaml core."""
    build = root / "_build" / "default" / "synth"
    found = [_file(f"{name}.exe", [build / "bin" / f"{name}.exe"]) for name in _EXECUTABLES]
    return [*found, _file("embedded core", sorted((build / "embed").glob("*.so")))]


def _file(name: str, paths: list[Path]) -> Check:
    present = [path for path in paths if path.exists()]
    return Check(name, str(present[0])) if present else Check(name, "not built", False, todo="make")


def _devices() -> list[Check]:
    found = [Check("cpu", f"{cores()} cores, {platform.machine()}", required=False)]
    try:
        import torch

        if torch.cuda.is_available():
            names = ", ".join(torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()))
            return [*found, Check("cuda", f"{torch.version.cuda}, {names}", required=False)]
    except Exception:  # the check of torch says why
        pass
    return [*found, Check("cuda", "no device; networks train on the cpu", ok=False, required=False)]
