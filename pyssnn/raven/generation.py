"""Making a data set: puzzles drawn in parallel, written as one folder, complete or not at all.

The folder:

- `answers.npy`: uint8 (n, 128, 128), the finished puzzles;
- `alternative_panels.npy`: uint8 (n, 42, 42), the last panel of each puzzle's alternative (the rest equals the answer);
- `puzzles.jsonl`: a record per puzzle, see `generate_data`;
- `meta.json`: format, n, seed, versions, and the SHA-256 of each of the other files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from importlib import metadata
from multiprocessing import get_context, parent_process, resource_tracker
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import InputError
from ..files import flush_folder, lock_folder
from ..interrupts import ignore_interrupts, interrupts_deferred, stop_on_termination
from .dataset import ALTERNATIVES, ANSWERS, FORMAT, META, PUZZLES, check_files, read_meta
from .puzzles import IMAGE_SIZE, PANEL_SIZE, draw_puzzle, drawing

BLOCK = 32
"""Puzzles drawn at a time."""

BLOCKS_PER_WORKER = 4
"""Fewest blocks that are worth another process, which takes seconds to start."""

_Block = tuple[list[dict[str, Any]], np.ndarray, np.ndarray]


def generate_data(n: int, directory: str | os.PathLike[str], *, seed: int = 0, workers: int | None = None,
                  progress: Callable[[int, int], None] | None = None) -> Path:
    """Makes `n` puzzles in the folder `directory`, and returns its path.

    Puzzle i depends on (`seed`, i) alone, so the bytes are the same for any number of workers and a larger data set begins
    with the smaller one. The folder appears complete, by one renaming, or not at all. A data set of the same `n`, `seed`
    and raven-gen that is there already is returned as it is.

    A record of `puzzles.jsonl` holds `puzzle` (its index), `matrix_type`, `background` (grey level, 0 to 255), `components`
    (one or two; each with its `component` and `layout` and, for "configuration", "shape", "size" and "color", the rule's
    `attribute`, `rule` and `step`) and `rejected` (why earlier attempts at this puzzle were given up). Names are raven-gen's.

    Args:
        n: number of puzzles, at least 1. 20,000 take about 375 MB.
        directory: the data set's folder; made, with its parents. It must not hold anything else.
        seed: a non-negative integer.
        workers: processes at most; by default one for each core that this process may use. With 1, and for up to 128 puzzles,
            none is started. More are *spawned*, so a script must call this under `if __name__ == "__main__":`.
        progress: called with (puzzles done, `n`) after each block of puzzles.

    Raises:
        InputError: an argument is out of range, the folder holds something else or cannot be written, another process is
            making a data set there, or raven-gen cannot be imported. Nothing has been written then.
        KeyboardInterrupt: on Ctrl-C or SIGTERM. Nothing is left then.
    """
    for name, value, least in (("n", n, 1), ("seed", seed, 0), ("workers", 1 if workers is None else workers, 1)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InputError(name, repr(value), f"an integer of at least {least}")
    directory = Path(directory)
    with drawing():  # raven-gen is there and works, or nothing happens
        pass
    if _is_there(n, directory, seed):
        return directory
    with stop_on_termination() as stop_if_told, _temporary_folder(directory) as temporary:
        if _is_there(n, directory, seed):  # another process has made it in the meantime
            return directory
        with closing(_drawn(n, seed, workers or _n_cores())) as blocks:
            _write(n, seed, temporary, _each(blocks, stop_if_told), progress)
        with _file_errors(directory):
            os.rename(temporary, directory)
            flush_folder(directory.parent)
    return directory


def _is_there(n: int, directory: Path, seed: int) -> bool:
    """Whether this very data set is in `directory`; an error if anything else is."""
    with _file_errors(directory):
        if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
            return False
        if not directory.is_dir() or not (directory / META).exists():
            raise InputError(directory, "something that is not a data set", "a new or an empty folder", "name another folder")
    meta = read_meta(directory)
    found = meta["n"], meta["seed"], meta["versions"]["raven-gen"]
    wanted = n, seed, metadata.version("raven-gen")
    if found != wanted:
        told = "a data set of n={}, seed={}, raven-gen {}"
        raise InputError(directory, told.format(*found), told.format(*wanted), "name another folder, or remove this one")
    check_files(directory, meta)
    return True


def _n_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _drawn(n: int, seed: int, workers: int) -> Iterator[_Block]:
    ranges = [(start, min(n, start + BLOCK)) for start in range(0, n, BLOCK)]
    workers = min(workers, -(-len(ranges) // BLOCKS_PER_WORKER))
    if workers == 1:
        yield from (_draw_block(seed, *ends) for ends in ranges)
        return
    resource_tracker.ensure_running()  # starting it would let interrupts through where they are deferred
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        with interrupts_deferred():  # submitting starts the processes
            blocks = pool.map(_draw_block, [seed] * len(ranges), *zip(*ranges))
        yield from blocks


def _end_with_parent() -> None:
    """Ends this worker when its parent is killed; it would wait for work for ever otherwise. Ctrl-C is left to the parent."""
    ignore_interrupts()
    parent = parent_process()

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _each(blocks: Iterator[_Block], stop_if_told: Callable[[], None]) -> Iterator[_Block]:
    """The blocks, each of them drawn without an interruption that something on the way took for an error of its own."""
    for block in blocks:
        stop_if_told()
        yield block


def _draw_block(seed: int, start: int, stop: int) -> _Block:
    with drawing():
        records, answers, panels = zip(*(draw_puzzle(seed, index) for index in range(start, stop)))
    return list(records), np.stack(answers), np.stack(panels)


def _write(n: int, seed: int, folder: Path, blocks: Iterator[_Block], progress: Callable[[int, int], None] | None) -> None:
    """Writes the files of a data set into `folder`, block by block."""
    shapes = {ANSWERS: (n, IMAGE_SIZE, IMAGE_SIZE), ALTERNATIVES: (n, PANEL_SIZE, PANEL_SIZE), PUZZLES: None}
    with _file_errors(folder):
        files = {name: _HashedFile(folder / name) for name in shapes}
    try:
        with _file_errors(folder):
            for name, shape in shapes.items():
                if shape:
                    np.lib.format.write_array_header_1_0(files[name], {"descr": "|u1", "fortran_order": False, "shape": shape})
        done = 0
        for records, answers, panels in blocks:
            with _file_errors(folder):
                files[ANSWERS].write(answers.tobytes())
                files[ALTERNATIVES].write(panels.tobytes())
                files[PUZZLES].write("".join(json.dumps(record) + "\n" for record in records).encode())
            done += len(records)
            if progress is not None:
                progress(done, n)
    finally:
        with _file_errors(folder):
            for file in files.values():
                file.close()
    import cv2

    versions = {"raven-gen": metadata.version("raven-gen"), "numpy": np.__version__, "opencv": cv2.__version__}
    meta = {"format": FORMAT, "n": n, "seed": seed, "versions": versions,
            "sha256": {name: file.hash.hexdigest() for name, file in files.items()}}
    with _file_errors(folder):
        file = _HashedFile(folder / META)
        file.write((json.dumps(meta, indent=2) + "\n").encode())
        file.close()
        flush_folder(folder)


class _HashedFile:
    """A new file that hashes what is written, and is on the disk once closed."""

    def __init__(self, path: Path) -> None:
        self.hash = hashlib.sha256()
        self._file: BinaryIO = open(path, "xb")

    def write(self, data: bytes) -> None:
        self.hash.update(data)
        self._file.write(data)

    def close(self) -> None:
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())


@contextmanager
def _file_errors(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(directory, error.strerror or error, "a folder that can be written",
                         "name another folder, or mend this one") from error


@contextmanager
def _temporary_folder(directory: Path) -> Iterator[Path]:
    """An empty folder beside `directory`, locked, and removed at the end unless it was renamed.

    One that a killed process left behind is taken over and emptied: the lock ended with the process.
    """
    temporary = directory.absolute().parent / f".{directory.absolute().name}.partial"
    with _file_errors(directory):
        lock = _lock(temporary)
    if lock is None:
        raise InputError(directory, "another process making a data set there", "one process at a time", "wait for it to end")
    try:
        with _file_errors(directory):
            for left in temporary.iterdir():
                left.unlink()
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path) -> int | None:
    """Makes and locks `folder`: the open descriptor that holds the lock, or None where another process holds it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    while True:
        folder.mkdir(exist_ok=True)
        descriptor = lock_folder(folder)
        if descriptor is None or (folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat())):
            return descriptor
        os.close(descriptor)  # its holder renamed or removed it just before the lock was ours
