"""The recurrent networks of this stage: h_t = f([h_{t−1}, x_t]), y_t = g(h_t), with f and g networks of ReLUs."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes


@dataclass(frozen=True, eq=False)
class Affine:
    """x ↦ x W + b.

    Attributes:
        weights: W, float64 (n_in, n_out).
        biases: b, float64 (n_out,).
    """

    weights: np.ndarray
    biases: np.ndarray

    def __post_init__(self) -> None:
        for name in ("weights", "biases"):
            object.__setattr__(self, name, np.array(getattr(self, name), dtype=np.float64))
        if self.weights.ndim != 2 or self.biases.shape != self.weights.shape[1:]:
            raise InputError("an affine map", f"weights {self.weights.shape}, biases {self.biases.shape}", "shapes (n_in, n_out) and (n_out,)")

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x @ self.weights + self.biases


def run_layers(layers: tuple[Affine, ...], x: np.ndarray) -> np.ndarray:
    """Affine maps with ReLUs between them, the last one bare, of x (…, n_in)."""
    for layer in layers[:-1]:
        x = np.maximum(layer(x), 0.0)
    return layers[-1](x)


@dataclass(frozen=True, eq=False)
class RecurrentNetwork:
    """A recurrent network from integer inputs to one number a step.

    Attributes:
        update: the layers of f. The first takes the d hidden numbers, then the k components of the input; the last gives d numbers.
        output: the layers of g, from d numbers to one.
        initial: the hidden state before the first step, (d,). Zero after training, anything after a change of coordinates.

    Raises:
        InputError: layers that do not fit together, or a parameter that is not finite.
    """

    update: tuple[Affine, ...]
    output: tuple[Affine, ...]
    initial: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "update", tuple(self.update))
        object.__setattr__(self, "output", tuple(self.output))
        object.__setattr__(self, "initial", np.array(self.initial, dtype=np.float64))
        if self.initial.ndim != 1 or not self.update or not self.output:
            raise InputError("a recurrent network", "a part that is missing or misshapen", "layers of update and output, an initial state (d,)")
        for name, layers in (("update", self.update), ("output", self.output)):
            for first, second in zip(layers, layers[1:], strict=False):
                if first.weights.shape[1] != second.weights.shape[0]:
                    raise InputError(f"layers of the {name}", f"{first.weights.shape}, then {second.weights.shape}", "as many inputs as outputs before")
        d = self.hidden_size
        ends = (self.update[-1].weights.shape[1], self.output[0].weights.shape[0], self.output[-1].weights.shape[1])
        if ends != (d, d, 1) or self.components < 1:
            raise InputError("a recurrent network", f"sizes {ends} with {self.components} inputs", f"{(d, d, 1)} with one or more")
        for array in self._arrays().values():
            if not np.isfinite(array).all():
                raise InputError("a recurrent network", "a parameter that is not a finite number", "finite numbers")

    @property
    def hidden_size(self) -> int:
        """d, how many numbers the hidden state has."""
        return len(self.initial)

    @property
    def components(self) -> int:
        """k, how many integers an input has."""
        return self.update[0].weights.shape[0] - len(self.initial)

    @property
    def n_parameters(self) -> int:
        """How many numbers the network holds, the initial state not counted."""
        return sum(layer.weights.size + layer.biases.size for layer in (*self.update, *self.output))

    def step(self, h: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The hidden states (…, d) after inputs x (…, k) in the hidden states h (…, d)."""
        return run_layers(self.update, np.concatenate([h, x], axis=-1))

    def read(self, h: np.ndarray) -> np.ndarray:
        """The outputs (…) in the hidden states h (…, d)."""
        return run_layers(self.output, h)[..., 0]

    def hidden(self, xs: np.ndarray) -> np.ndarray:
        """The hidden states (n, T, d) after each step of the inputs xs (n, T, k).

        Raises:
            InputError: inputs of another shape.
        """
        xs = np.asarray(xs, dtype=np.float64)
        if xs.ndim != 3 or xs.shape[2] != self.components:
            raise InputError("inputs of a recurrent network", f"shape {xs.shape}", f"(n, T, {self.components})")
        states = np.empty((*xs.shape[:2], self.hidden_size))
        h = np.broadcast_to(self.initial, (len(xs), self.hidden_size))
        for t in range(xs.shape[1]):
            states[:, t] = h = self.step(h, xs[:, t])
        return states

    def __call__(self, xs: np.ndarray) -> np.ndarray:
        """The outputs (n, T), float64, at each step of the inputs xs (n, T, k)."""
        return self.read(self.hidden(xs))

    def predict(self, xs: np.ndarray) -> np.ndarray:
        """The outputs (n, T) rounded to integers, int64; one that is not finite or beyond 62 bits becomes −2⁶³, which no answer is."""
        ys = np.rint(self(xs))
        safe = np.abs(ys) < 2.0**62
        return np.where(safe, np.where(safe, ys, 0.0).astype(np.int64), np.iinfo(np.int64).min)

    def changed(self, matrix: np.ndarray, shift: np.ndarray) -> RecurrentNetwork:
        """The same function with the hidden coordinates h' = h M + c.

        Args:
            matrix: M, (d, d).
            shift: c, (d,).

        Raises:
            InputError: M has no inverse, or a shape is wrong.
        """
        matrix, shift, d = np.asarray(matrix, dtype=np.float64), np.asarray(shift, dtype=np.float64), self.hidden_size
        if matrix.shape != (d, d) or shift.shape != (d,):
            raise InputError("a change of coordinates", f"shapes {matrix.shape} and {shift.shape}", f"{(d, d)} and {(d,)}")
        try:
            back = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            raise InputError("a change of coordinates", "a matrix without an inverse", "an invertible one") from None
        update = [_before(self.update[0], back, shift, d), *self.update[1:]]
        update[-1] = Affine(update[-1].weights @ matrix, update[-1].biases @ matrix + shift)
        output = (_before(self.output[0], back, shift, d), *self.output[1:])
        return RecurrentNetwork(tuple(update), output, self.initial @ matrix + shift)

    def save(self, path: str | os.PathLike) -> None:
        """Write the network as an .npz file, whole or not at all."""
        buffer = io.BytesIO()
        np.savez(buffer, **self._arrays())
        atomic_write_bytes(path, buffer.getvalue())

    @staticmethod
    def load(path: str | os.PathLike) -> RecurrentNetwork:
        """The network in a file that `save` wrote.

        Raises:
            InputError: the file is absent or is not such a network.
        """
        try:
            with np.load(Path(path), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except FileNotFoundError:
            raise InputError(path, "no such file", "a network (.npz)") from None
        except Exception as error:
            raise InputError(path, f"a file that cannot be read ({error})", "a network (.npz)") from None
        try:
            layers = {kind: _layers(arrays, kind) for kind in ("update", "output")}
            used = {f"{kind}_{i}_{part}" for kind in layers for i in range(len(layers[kind])) for part in ("weights", "biases")}
            if set(arrays) != used | {"initial"}:
                raise InputError(path, f"arrays {', '.join(sorted(arrays)) or 'none'}", "update_i_weights, update_i_biases, output_i_…, initial")
            return RecurrentNetwork(layers["update"], layers["output"], arrays["initial"])
        except InputError as error:
            raise InputError(path, error.found, error.expected) from None
        except (TypeError, ValueError) as error:
            raise InputError(path, error, "arrays of numbers") from None

    def _arrays(self) -> dict[str, np.ndarray]:
        arrays = {"initial": self.initial}
        for kind, layers in (("update", self.update), ("output", self.output)):
            for i, layer in enumerate(layers):
                arrays[f"{kind}_{i}_weights"], arrays[f"{kind}_{i}_biases"] = layer.weights, layer.biases
        return arrays


def _before(layer: Affine, back: np.ndarray, shift: np.ndarray, d: int) -> Affine:
    """The layer after its first d inputs h have become (h − shift) · back."""
    head = back @ layer.weights[:d]
    return Affine(np.concatenate([head, layer.weights[d:]]), layer.biases - shift @ head)


def _layers(arrays: dict[str, np.ndarray], kind: str) -> tuple[Affine, ...]:
    found: list[Affine] = []
    while {f"{kind}_{len(found)}_weights", f"{kind}_{len(found)}_biases"} <= set(arrays):
        found.append(Affine(arrays[f"{kind}_{len(found)}_weights"], arrays[f"{kind}_{len(found)}_biases"]))
    return tuple(found)
