"""Network files: `.npz`, and a folder with one headerless CSV a layer.

An `.npz` holds, for layer i, `weights_i` (n_in, n_out), `biases_i`, `activation_i`, `encoding_i` and `shape_i`; and `input_shape` and
`input_encoding`. A CSV holds the weights with a row an input, then a row of biases; a column is a neuron. What a CSV cannot say is given
when it is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pyssnn.distillation.network import ACTIVATIONS, Encoding, Layer, Network, default_encoding
from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes

_DATE = (1980, 1, 1, 0, 0, 0)  # so that equal networks have equal files


def save_network(network: Network, path: str | Path) -> None:
    """Write a network as `.npz`; equal networks give equal bytes."""
    arrays: dict[str, np.ndarray] = {"input_shape": np.array(network.input_shape), "input_encoding": np.array(network.input_encoding)}
    for index, layer in enumerate(network.layers):
        for name, value in (("weights", layer.weights), ("biases", layer.biases), ("activation", layer.activation)):
            arrays[f"{name}_{index}"] = np.asarray(value)
        arrays[f"encoding_{index}"], arrays[f"shape_{index}"] = np.array(layer.encoding), np.array(layer.shape)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy", _DATE), content.getvalue(), zipfile.ZIP_DEFLATED)
    atomic_write_bytes(path, archive.getvalue())


def load_network(path: str | Path, *, input_shape: Sequence[int] | None = None) -> Network:
    """Read a network from an `.npz` file, or from a folder of CSV files with what they do not say left at its defaults (`load_csv`).

    Args:
        path: the file or folder.
        input_shape: replaces the one in the file.

    Raises:
        InputError: the file is missing or no archive, an array is missing or unusable, layers do not chain.
    """
    path = Path(path)
    if path.is_dir():
        return load_csv(path, input_shape=input_shape)
    arrays = _arrays(path)
    count = sum(name.startswith("weights_") for name in arrays)
    if not count:
        raise InputError(path, f"arrays {', '.join(sorted(arrays)) or 'of no name'}", "weights_0, biases_0, … of a network")
    layers = []
    for index in range(count):
        weights, biases = _array(path, arrays, f"weights_{index}"), _array(path, arrays, f"biases_{index}")
        activation = str(_array(path, arrays, f"activation_{index}"))
        encoding = tuple(_array(path, arrays, f"encoding_{index}").ravel().tolist())
        shape = _array(path, arrays, f"shape_{index}").ravel().tolist()
        layers.append(_layer(f"{path}, layer {index}", weights, biases, activation, encoding, shape))
    shape = _array(path, arrays, "input_shape").ravel().tolist() if input_shape is None else input_shape
    return _network(path, layers, shape, _array(path, arrays, "input_encoding").ravel().tolist())


def load_csv(
    folder: str | Path,
    *,
    activations: Sequence[str] | None = None,
    encodings: Sequence[Encoding] | None = None,
    shapes: Sequence[Sequence[int]] | None = None,
    input_shape: Sequence[int] | None = None,
    input_encoding: Sequence[float] = (0.0, 1.0),
) -> Network:
    """Read a network from the CSV files of a folder, in the order of their names.

    Args:
        folder: holds one file a layer, such as layer_0.csv.
        activations: one a layer; by default "sign", and "max" for the last layer if it has several neurons.
        encodings: one a layer; by default those of the activations.
        shapes: of the layers' outputs; by default one axis.
        input_shape: of the inputs; by default one axis.
        input_encoding: the values that an input may take.

    Raises:
        InputError: no such folder, no CSV in it, rows of different lengths, what is no number, layers that do not chain.
    """
    folder = Path(folder)
    paths = sorted(folder.glob("*.csv"), key=lambda path: (len(path.name), path.name)) if folder.is_dir() else []
    if not paths:
        raise InputError(folder, "no .csv files" if folder.is_dir() else "no folder", "a folder with one .csv a layer")
    tables = [_table(path) for path in paths]
    if activations is None:
        activations = ["sign"] * (len(tables) - 1) + ["max" if tables[-1].shape[1] > 1 else "sign"]
    for name, given in (("activations", activations), ("encodings", encodings), ("shapes", shapes)):
        if given is not None and len(given) != len(tables):
            raise InputError(name, f"{len(given)} of them", f"{len(tables)}, one a layer")
    layers = []
    for index, (path, table) in enumerate(zip(paths, tables, strict=True)):
        encoding = default_encoding(activations[index]) if encodings is None else encodings[index]
        shape = (table.shape[1],) if shapes is None else shapes[index]
        layers.append(_layer(path, table[:-1], table[-1], activations[index], encoding, shape))
    return _network(folder, layers, (layers[0].n_inputs,) if input_shape is None else input_shape, input_encoding)


def save_csv(network: Network, folder: str | Path) -> None:
    """Write layer_0.csv, layer_1.csv, … into a folder; activations, encodings and shapes are not kept."""
    for index, layer in enumerate(network.layers):
        rows = np.vstack([layer.weights, layer.biases]).tolist()
        text = "".join(",".join(repr(value) for value in row) + "\n" for row in rows)
        atomic_write_bytes(Path(folder) / f"layer_{index}.csv", text.encode())


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        found = np.load(path, allow_pickle=False)
        if isinstance(found, np.ndarray):
            raise ValueError("one array")
        with found as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError as error:
        raise InputError(path, "no such file", "a network's .npz") from error
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise InputError(path, f"no archive of arrays ({str(error).split('. ')[0]})", "a network's .npz") from error


def _array(path: Path, arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    if name not in arrays:
        raise InputError(path, f"no {name}", f"it among {', '.join(sorted(arrays))}")
    return arrays[name]


def _table(path: Path) -> np.ndarray:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"unreadable ({error})", "rows of numbers") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip() and number == len(lines):
            continue
        try:
            rows.append([float(cell) for cell in line.split(",")])
        except ValueError as error:
            raise InputError(f"{path}, line {number}", repr(line[:60]), "numbers separated by commas") from error
        if len(rows[-1]) != len(rows[0]):
            raise InputError(f"{path}, line {number}", f"{len(rows[-1])} numbers", f"{len(rows[0])}, as in the first line")
    if len(rows) < 2:
        raise InputError(path, f"{len(rows)} rows", "a row for each input and one of biases")
    return np.array(rows)


def _layer(where: object, weights: np.ndarray, biases: np.ndarray, activation: str, encoding: Sequence[float], shape: Sequence[int]) -> Layer:
    if activation not in ACTIVATIONS:
        raise InputError(f"{where}: activation", repr(activation), f"one of {', '.join(ACTIVATIONS)}")
    try:
        return Layer(weights, biases, activation, tuple(encoding), tuple(shape))
    except InputError as error:
        raise InputError(f"{where}: {error.where}", error.found, error.expected, error.todo) from error


def _network(path: Path, layers: Sequence[Layer], input_shape: Sequence[int], input_encoding: Sequence[float]) -> Network:
    try:
        return Network(tuple(layers), tuple(input_shape), tuple(input_encoding))
    except InputError as error:
        raise InputError(f"{path}: {error.where}", error.found, error.expected, error.todo) from error
