"""The OCaml core in a process of its own that answers many requests, so that a call costs microseconds and can be cancelled."""
# coupling: synth/commands/service.mli tells what is said, synth/wire/frame.mli how it is framed.

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import threading
import time
import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..interrupts import interrupts_deferred
from .build import SERVICE, built
from .core import CoreError

_HEADER = struct.Struct(">i")
_LIMIT = 64 * 1024 * 1024  # bytes of a frame's content
_PATIENCE = 5.0  # seconds that a search has to stop in, or the process to end in, before it is killed


class _Lost(Exception):
    """The process at the other end is gone, or says what cannot be understood."""


def _frame(message: dict[str, Any]) -> bytes:
    content = json.dumps(message).encode()
    if len(content) > _LIMIT:
        raise InputError("message", f"{len(content)} bytes", f"{_LIMIT} bytes at most")
    return _HEADER.pack(len(content)) + content


class _Process:
    """A running service: frames out and in, and its end."""

    def __init__(self, executable: Path) -> None:
        self._read = bytearray()
        self.in_step = True  # only whole frames were written
        # Deaf to Ctrl-C from its first moment. Nothing is buffered: what a fork would copy is not there.
        with interrupts_deferred():
            self.popen = subprocess.Popen(
                [executable], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            self._finalizer = weakref.finalize(self, _end, self.popen, os.getpid())
        self._into, self._out_of = self.popen.stdin.fileno(), self.popen.stdout.fileno()
        self._readable = select.poll()
        self._readable.register(self._out_of, select.POLLIN)

    def send(self, frame: bytes) -> None:
        left = memoryview(frame)
        self.in_step = False
        try:
            while left:
                left = left[os.write(self._into, left) :]
        except OSError as error:
            raise _Lost from error
        self.in_step = True

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next reply. After the `deadline`, in seconds of `time.monotonic`, `_Lost` is raised."""
        self._fill(_HEADER.size, deadline)
        (length,) = _HEADER.unpack_from(self._read)
        if not 0 <= length <= _LIMIT:
            raise _Lost
        self._fill(_HEADER.size + length, deadline)
        content = self._read[_HEADER.size : _HEADER.size + length]
        del self._read[: _HEADER.size + length]
        try:
            reply = json.loads(content.decode(errors="replace"))
        except ValueError as error:
            raise _Lost from error
        if not isinstance(reply, dict):
            raise _Lost
        return reply

    def _fill(self, n: int, deadline: float | None) -> None:
        while len(self._read) < n:
            if deadline is not None:
                left = max(deadline - time.monotonic(), 0)
                if not self._readable.poll(1000 * left):
                    raise _Lost
            part = os.read(self._out_of, 65536)
            if not part:
                raise _Lost
            self._read += part

    @property
    def idle(self) -> bool:
        """Whether nothing is left of what was read."""
        return not self._read

    def end(self) -> None:
        self._finalizer()

    def last_words(self) -> str:
        """How the process ended, with its last line on standard error. It is made to end, if it has not."""
        try:
            code: object = self.popen.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            code = self.popen.wait()
        said = self.popen.stderr.read().decode(errors="replace").strip().splitlines()
        return f"exit code {code}" + (f": {said[-1]}" if said else "")

    def disown(self) -> None:
        """In a forked child: let go of the parent's pipes without a word to the parent's process."""
        self._finalizer.detach()
        self.popen.returncode = 0  # it is no child of this process
        _close_pipes(self.popen)


def _close_pipes(popen: subprocess.Popen) -> None:
    for pipe in (popen.stdin, popen.stdout, popen.stderr):
        try:
            pipe.close()
        except OSError:
            pass


def _end(popen: subprocess.Popen, owner: int) -> None:
    """The end of its input ends the process; one that goes on is killed."""
    if os.getpid() != owner:
        return
    try:
        popen.stdin.close()
        popen.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        pass
    finally:  # also after a second Ctrl-C: no process stays behind
        if popen.poll() is None:
            popen.kill()
            popen.wait()
        _close_pipes(popen)


class Service:
    """A process that answers requests one at a time; it starts with the first, and again with the first after its end.

    Threads may share one: they take turns. A forked child starts a process of its own. Left to itself, the process ends with
    this one, however this one ends.

    Args:
        executable: the program to start.
    """

    def __init__(self, executable: Path = SERVICE) -> None:
        self._executable = executable
        self._process: _Process | None = None
        self._n_requests = 0
        self._lock = threading.Lock()
        forget = weakref.WeakMethod(self._forget)
        os.register_at_fork(after_in_child=lambda: (method := forget()) and method())

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one. The next call starts another."""
        with self._lock:
            self._stop()

    def call(self, name: str, message: object, on_progress: Callable[[int, float], None] | None = None) -> Any:
        """The result of one request.

        Args:
            name: ``explore``, ``incorporate_stitch``, or ``ping``, whose result is its message.
            message: what that call reads, as JSON holds it.
            on_progress: told the programs enumerated and the seconds since the search began, ten times a second at most. It
                makes no call of this service. If it raises, the search is cancelled.

        Raises:
            InputError: the message, or a file that it names, cannot be used.
            CoreError: any other OCaml exception, or the process ended; the next call starts a new one.
            KeyboardInterrupt: Ctrl-C while waiting. A search was cancelled then; a process that did not obey was killed.
        """
        with self._lock:
            process = self._running()
            self._n_requests += 1
            request = self._n_requests
            frame = _frame({"id": request, "call": name, "message": message, "progress": on_progress is not None})
            try:
                process.send(frame)
                reply = process.receive()
                while "progress" in reply:
                    on_progress(reply["progress"]["n_enumerated"], reply["progress"]["seconds"])
                    reply = process.receive()
                if reply.get("id") not in (request, None):
                    raise _Lost
            except _Lost:
                self._process = None
                process.popen.stdin.close()
                words = process.last_words()
                process.end()
                raise CoreError(f"the core's service ended during {name} with {words}") from None
            except BaseException:
                self._cancel(process, request)
                raise
        if "error" in reply:
            raise InputError(reply["error"]["field"], reply["error"]["found"], reply["error"]["expected"])
        if "result" not in reply:
            raise CoreError(reply.get("exception", f"{name} was cancelled"))
        return reply["result"]

    def _running(self) -> _Process:
        if self._process is not None and self._process.popen.poll() is not None:
            self._stop()
        if self._process is None:
            self._process = _Process(built(self._executable))
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _cancel(self, process: _Process, request: int) -> None:
        """Wait until the request is off the process, for a while only; a process that may be out of step is not kept."""
        answered = False
        try:
            if process.in_step:
                self._n_requests += 1  # of a request that is answered last: the reply to the first may have been read already
                process.send(_frame({"cancel": request}) + _frame({"id": self._n_requests, "call": "ping", "message": None}))
                deadline = time.monotonic() + _PATIENCE
                while process.receive(deadline).get("id") != self._n_requests:
                    pass
                answered = process.idle
        except _Lost:
            pass
        finally:
            if not answered:
                self._process = None
                process.popen.kill()
                process.end()

    def _forget(self) -> None:
        self._lock = threading.Lock()  # a thread that the child does not have may hold the old one
        if self._process is not None:
            self._process.disown()
            self._process = None


@cache
def default_service() -> Service:
    """The service that this process's calls share."""
    return Service()
