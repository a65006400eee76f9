"""A user's own network and points, from files."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pyssnn.errors import InputError

from .gradients import checked_points

if TYPE_CHECKING:
    from torch import nn


def load_model(path: str | os.PathLike) -> nn.Module:
    """The module that `torch.export.save` wrote (.pt2).

    Raises:
        InputError: the file is not there or is no such program. Files of `torch.save` are not read: they are pickles.
    """
    import torch

    path, expected = Path(path), "a program that torch.export.save wrote"
    if not path.is_file():
        raise InputError(path, "a folder" if path.is_dir() else "nothing", expected)
    if not zipfile.is_zipfile(path):
        raise InputError(path, "a file that is no archive", expected)
    try:
        return torch.export.load(path).module()
    except Exception as error:  # what torch raises here depends on what is broken
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(path, f"an archive that cannot be loaded ({reason[:200]})", expected) from error


def load_points(path: str | os.PathLike) -> np.ndarray:
    """Points (n, d) from a .npy file.

    Raises:
        InputError: the file is not there, holds no array of numbers, or the array cannot be used.
    """
    path, expected = Path(path), "an array of numbers that numpy.save wrote"
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(path, str(error).splitlines()[0] if path.exists() else "nothing", expected) from error
    if not isinstance(array, np.ndarray):
        raise InputError(path, "several arrays", expected)
    return checked_points(array, str(path))
