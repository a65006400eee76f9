"""Running a stranger's `solve(xs)` in a process that can do nothing but compute.

An isolated interpreter (no environment, no site, an empty folder), limits on processor time, memory, file size and processes, a
timeout on the clock, JSON in and JSON out. What else the system grants is taken, and told: see `LAYERS`.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyssnn.checks import check_integer, check_number

LAYERS = ("namespace", "nobody", "filter", "hook")
"""A network namespace that reaches nothing; root's rights given up; a filter (seccomp) of system calls that lets no file be opened, no socket
be made, no process be started; a hook of the interpreter that refuses the same in Python. coupling: inside/confine.py"""

_INSIDE = Path(__file__).parent / "inside"
Status = Literal["answered", "failed", "timed out", "killed", "too much"]


@dataclass(frozen=True)
class Limits:
    """What a run may use.

    Attributes:
        cpu_seconds: of processor time.
        wall_seconds: on the clock, starting the interpreter included.
        memory: bytes of address space, the interpreter's own 40 MB included.
        output: bytes of the reply.
    """

    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    memory: int = 512 << 20
    output: int = 32 << 20

    def __post_init__(self) -> None:
        check_integer("cpu_seconds", self.cpu_seconds, 1)
        check_number("wall_seconds", self.wall_seconds, above=0)
        check_integer("memory", self.memory, 64 << 20)
        check_integer("output", self.output, 1)


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        status: "answered" with outputs; "failed", the solution raised an error or returned something else; "timed out" on the clock;
            "killed" by a limit or by a crash; "too much" output.
        outputs: an integer a step for each sequence, if it answered.
        message: why not, in words.
        layers: which of `LAYERS` held; empty if the process did not live to tell.
    """

    status: Status
    outputs: list[list[int]] | None
    message: str
    layers: tuple[str, ...]


def run(
    source: str, inputs: Sequence[Sequence[Sequence[int]]], limits: Limits = Limits(), *, layers: Sequence[str] = LAYERS
) -> Outcome:
    """Run `solve` of a program's text on each sequence of tuples, all in one process; never raises for what the text does.

    Args:
        layers: which of `LAYERS` to ask for; the limits hold in any case.
    """
    given = {"cpu_seconds": limits.cpu_seconds, "memory": limits.memory}
    request = json.dumps({"source": source, "inputs": inputs, "limits": given, "layers": list(layers)}, default=int)
    with tempfile.TemporaryDirectory(prefix="pyssnn-") as folder, tempfile.TemporaryFile() as file:
        file.write(request.encode(errors="backslashreplace"))
        file.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_INSIDE)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=folder,
            start_new_session=True,
        )
        try:
            reply, ending = _read(process, limits)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
    if ending is not None:
        return Outcome(*ending, ())
    return _outcome(reply, process.returncode, inputs)


def _read(process: subprocess.Popen, limits: Limits) -> tuple[bytes, tuple[Status, None, str] | None]:
    """The reply, and how it ended if not by itself."""
    deadline, reply = time.monotonic() + limits.wall_seconds, bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            chunk = os.read(process.stdout.fileno(), 1 << 16)
            if not chunk:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                return bytes(reply), None
            reply += chunk
            if len(reply) > limits.output:
                return b"", ("too much", None, f"more than {limits.output} bytes of output")
    return b"", ("timed out", None, f"no answer within {limits.wall_seconds:g} s")


def _outcome(reply: bytes, code: int, inputs: Sequence[Sequence[Sequence[int]]]) -> Outcome:
    try:
        found = json.loads(reply)
        layers = tuple(str(layer) for layer in found["layers"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return Outcome("killed", None, f"ended by {_ending(code)} before it answered", ())
    if "error" in found:
        return Outcome("failed", None, " ".join(str(found["error"]).split()), layers)
    outputs = found.get("outputs")
    if not _fits(outputs, inputs):
        return Outcome("failed", None, "other than one output a step", layers)
    return Outcome("answered", outputs, "", layers)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if -code in {int(each) for each in signal.Signals} else f"exit code {code}"


def _fits(outputs: object, inputs: Sequence[Sequence[Sequence[int]]]) -> bool:
    """One integer a step. The reply is a stranger's, however it was made."""
    if not isinstance(outputs, list) or len(outputs) != len(inputs):
        return False
    return all(
        isinstance(ys, list) and len(ys) == len(xs) and all(type(y) is int for y in ys) for ys, xs in zip(outputs, inputs, strict=True)
    )
