"""Reading a folder made by `generate_data` as a torch data set."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from ..errors import InputError
from .puzzles import IMAGE_SIZE, LAST_PANEL, PANEL_SIZE
from .targets import TARGETS

FORMAT = 1
META, PUZZLES, ANSWERS, ALTERNATIVES = "meta.json", "puzzles.jsonl", "answers.npy", "alternative_panels.npy"
_MAKE_IT = "make it with generate_data, or `pyssnn raven`"
_MAKE_AGAIN = "remove the folder and make it again"


class RavenDataset(Dataset):
    """The puzzles of a folder, with a target.

    Item i is (image, target): a uint8 tensor (1, 128, 128) of grey levels and a float32 tensor (target_dim,) of 0s and 1s.
    With `answers_only` item i is the answer of puzzle i; otherwise items 2i and 2i + 1 are the answer and the alternative of
    puzzle i. Images are read from the disk as they are asked for.

    Attributes:
        directory: the folder.
        target: the `Target`.
        target_dim: its number of labels.
        answers_only: as given.
        records: for each puzzle its record, see `generate_data`.
        fingerprint: names the folder's content, and `answers_only`; what an item's index means is fixed by it.

    Raises:
        InputError: there is no data set in `directory`, it is damaged, there is no such target, or the target needs alternatives.
    """

    def __init__(self, directory: str | os.PathLike[str], target: str = "constant_color", *, answers_only: bool = True) -> None:
        if target not in TARGETS:
            raise InputError("target", repr(target), f"one of {', '.join(TARGETS)}")
        self.target = TARGETS[target]
        if answers_only and self.target.needs_alternatives:
            raise InputError("target", f"{target!r} with answers only, which are all correct", "alternatives too",
                             "pass answers_only=False")
        self.directory = Path(directory)
        self.answers_only = answers_only
        meta = read_meta(self.directory)
        self._sha256 = meta["sha256"]
        self._answers, self._panels = check_files(self.directory, meta)
        self.records = _read_records(self.directory, meta)
        kinds = (True,) if answers_only else (True, False)
        self._targets = torch.tensor([self.target.encode(record, is_answer) for record in self.records for is_answer in kinds],
                                     dtype=torch.float32)
        self.fingerprint = _fingerprint(meta["sha256"], answers_only)

    def verify(self) -> None:
        """See to it that the images are those that were made. Reads them all: 375 MB for 20,000 puzzles.

        Raises:
            InputError: a file's contents are not those whose SHA-256 stands in `meta.json`.
        """
        for name in (ANSWERS, ALTERNATIVES):
            path, digest = self.directory / name, hashlib.sha256()
            with _reading(path), open(path, "rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
            _check_hash(path, digest.hexdigest(), self._sha256[name])

    def fingerprint_of_first(self, n: int) -> str:
        """The fingerprint of the data set that the first `n` puzzles make, as `generate_data` would have made it. Reads them.

        Raises:
            InputError: there are fewer, or a file cannot be read.
        """
        if n > len(self.records):
            raise InputError(self.directory, f"{len(self.records)} puzzles", f"at least {n}", "make a larger data set")
        hashes = {}
        for name, array in ((ANSWERS, self._answers), (ALTERNATIVES, self._panels)):
            file = io.BytesIO()
            np.save(file, array[:n])
            hashes[name] = hashlib.sha256(file.getbuffer()).hexdigest()
        path = self.directory / PUZZLES
        with _reading(path):
            lines = path.read_bytes().splitlines(keepends=True)
        hashes[PUZZLES] = hashlib.sha256(b"".join(lines[:n])).hexdigest()
        return _fingerprint(hashes, self.answers_only)

    @property
    def target_dim(self) -> int:
        return self.target.dim

    @property
    def items_per_puzzle(self) -> int:
        return 1 if self.answers_only else 2

    def __len__(self) -> int:
        return len(self._targets)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        images, targets = self.tensors([index])
        return images[0], targets[0]

    def tensors(self, indices: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """The items of `indices`, in that order: uint8 images (N, 1, 128, 128) and float32 targets (N, target_dim).

        Raises:
            IndexError: an index is below 0 or not below the length.
        """
        for index in indices:
            if not 0 <= index < len(self):
                raise IndexError(f"item {index} of a data set of {len(self)}")
        chosen = np.asarray(indices, dtype=np.int64)
        puzzles, kinds = np.divmod(chosen, self.items_per_puzzle)
        images = np.array(self._answers[puzzles])
        alternatives = kinds == 1
        images[alternatives, LAST_PANEL, LAST_PANEL] = self._panels[puzzles[alternatives]]
        return torch.from_numpy(images)[:, None], self._targets[torch.from_numpy(chosen)]


def _fingerprint(hashes: Mapping[str, str], answers_only: bool) -> str:
    return hashlib.sha256(json.dumps([hashes, answers_only], sort_keys=True).encode()).hexdigest()


def read_meta(directory: Path) -> dict[str, Any]:
    """The contents of `meta.json`, checked.

    Raises:
        InputError: there is no such file, or it is not what `generate_data` writes.
    """
    path = directory / META
    with _reading(path):
        text = path.read_bytes()
    try:
        meta = json.loads(text)
    except ValueError as error:
        raise InputError(path, f"JSON that cannot be read ({error})", "a complete data set", _MAKE_AGAIN) from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise InputError(path, f"format {meta.get('format') if isinstance(meta, dict) else meta!r}", f"format {FORMAT}", _MAKE_AGAIN)
    names = (PUZZLES, ANSWERS, ALTERNATIVES)
    if not (isinstance(meta.get("n"), int) and isinstance(meta.get("seed"), int) and _names(meta.get("versions"), ["raven-gen"])
            and _names(meta.get("sha256"), names)):
        raise InputError(path, f"fields {', '.join(meta)}", "n, seed, versions and sha256", _MAKE_AGAIN)
    return meta


def check_files(directory: Path, meta: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The answers (n, 128, 128) and the alternatives' last panels (n, 42, 42), uint8, mapped from the disk.

    Raises:
        InputError: one of the files is missing or has another size.
    """
    n = meta["n"]
    with _reading(directory / PUZZLES):
        (directory / PUZZLES).stat()
    return (_map(directory / ANSWERS, (n, IMAGE_SIZE, IMAGE_SIZE)), _map(directory / ALTERNATIVES, (n, PANEL_SIZE, PANEL_SIZE)))


def _map(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    with _reading(path):
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise InputError(path, f"a damaged array ({error})", f"uint8 {shape}", _MAKE_AGAIN) from error
    if array.shape != shape or array.dtype != np.uint8:
        raise InputError(path, f"{array.dtype} {array.shape}", f"uint8 {shape}", _MAKE_AGAIN)
    return array


def _read_records(directory: Path, meta: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    path = directory / PUZZLES
    with _reading(path):
        text = path.read_bytes()
    _check_hash(path, hashlib.sha256(text).hexdigest(), meta["sha256"][PUZZLES])
    return tuple(json.loads(line) for line in text.splitlines())


def _check_hash(path: Path, found: str, recorded: str) -> None:
    if found != recorded:
        raise InputError(path, "contents that have changed or are cut short", "those whose SHA-256 stands in meta.json", _MAKE_AGAIN)


def _names(value: object, wanted: Sequence[str]) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in wanted)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise InputError(path, "no such file" if missing else error.strerror, "a data set", _MAKE_IT) from error
