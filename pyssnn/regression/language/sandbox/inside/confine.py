"""Taking things away from this process for good, before it runs what it was given. Part of the confined process.

Each layer is tried, and those that the system granted are named. They overlap: the filter of system calls alone stops files, network
and processes; the namespace stops the network where there is no filter; the hook of the interpreter refuses the same in Python where
the system grants neither.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys

_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 4, 38, 22, 2
_NOBODY = 65534
_REFUSED = ("ctypes.", "fcntl.", "mmap.", "os.", "pty.", "shutil.", "signal.", "socket.", "subprocess.", "tempfile.")
_REFUSED_ALONE = {"open", "import"}


def confine(limits: dict[str, int], layers: list[str]) -> list[str]:
    """Confine this process to `limits` (seconds of processor time, bytes of memory) and return which of the `layers` hold."""
    held = [name for name in layers if name in _SYSTEM_LAYERS and _SYSTEM_LAYERS[name]()]
    _limit(limits)
    if "filter" in layers and _filter():
        held.append("filter")
    if "hook" in layers:
        sys.addaudithook(_refuse)
        held.append("hook")
    return held


def _namespace() -> bool:
    """A network of its own, which reaches nothing."""
    libc = _libc()
    if libc is None:
        return False
    return libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0


def _nobody() -> bool:
    """Root's rights are given up: the number of processes is no limit to root."""
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError:
        return False
    return True


_SYSTEM_LAYERS = {"namespace": _namespace, "nobody": _nobody}


def _limit(limits: dict[str, int]) -> None:
    seconds, memory = limits["cpu_seconds"], limits["memory"]
    wanted = [("CPU", seconds, seconds + 1), ("AS", memory, memory), ("FSIZE", 0, 0), ("NPROC", 0, 0), ("CORE", 0, 0)]
    for name, soft, hard in wanted:
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            with contextlib.suppress(OSError, ValueError):  # macOS grants no limit of memory
                resource.setrlimit(number, (soft, hard))


def _filter() -> bool:
    import ctypes

    from syscalls import filter_program

    libc, program = _libc(), filter_program(os.uname().machine)
    if libc is None or program is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False

    class Instruction(ctypes.Structure):
        _fields_ = [("code", ctypes.c_uint16), ("true", ctypes.c_uint8), ("false", ctypes.c_uint8), ("constant", ctypes.c_uint32)]

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_uint16), ("first", ctypes.POINTER(Instruction))]

    instructions = (Instruction * len(program))(*(Instruction(*each) for each in program))
    words = [ctypes.c_ulong(word) for word in (1, 0, 0, 0)]
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, *words) != 0:
        return False
    libc.prctl(_PR_SET_DUMPABLE, *[ctypes.c_ulong(0)] * 4)
    whole = Program(len(program), instructions)
    return libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(whole), *words[1:3]) == 0


def _libc():
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _refuse(event: str, arguments: tuple) -> None:
    if event in _REFUSED_ALONE or event.startswith(_REFUSED):
        raise PermissionError(f"refused: {event} {arguments[0] if arguments else ''}".rstrip())
