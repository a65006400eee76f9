"""Files written whole or not at all, and folders locked for one process."""

from __future__ import annotations

import fcntl
import json
import os
import re
from pathlib import Path
from typing import Any

from pyssnn.errors import InputError

TEMPORARY = ".tmp-"
# ".tmp-<pid>-<i>" is what the OCaml core calls its own. coupling: synth/wire/file.ml
_TEMPORARY_NAME = re.compile(rf".*{re.escape(TEMPORARY)}\d+(-\d+)?")


def atomic_write_bytes(path: str | os.PathLike, content: bytes) -> None:
    """Write a file so that a reader, or a crash at any moment, sees the old file or the whole new one.

    Parent folders are made. Raises `OSError` where the folder cannot be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}{TEMPORARY}{os.getpid()}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def atomic_write_text(path: str | os.PathLike, content: str) -> None:
    """`atomic_write_bytes` of the text as UTF-8."""
    atomic_write_bytes(path, content.encode())


def atomic_write_json(path: str | os.PathLike, value: Any) -> None:
    """`atomic_write_text` of the value as JSON. Raises `ValueError` for a number that is not finite."""
    atomic_write_text(path, to_json(value))


def to_json(value: Any) -> str:
    """The text that run folders hold for a value: indented, keys in the order given, a newline at the end."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def read_json(path: Path) -> Any:
    """The JSON value in the file `path`; InputError if it is absent, unreadable or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(path, "no such file", "a JSON file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, error, "a readable JSON file") from None
    except json.JSONDecodeError as error:
        raise InputError(path, f"text that is not JSON ({error})", "a complete JSON file") from None


def is_temporary(path: Path) -> bool:
    """Whether the name is one that a file has only while it is being written."""
    return _TEMPORARY_NAME.fullmatch(path.name) is not None


def flush_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock_folder(folder: Path) -> int | None:
    """Take a folder for this process: an open descriptor, or None where another process holds the folder.

    The lock ends when the descriptor is closed, and with the process, however it ends.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
