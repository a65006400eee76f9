"""What is known of a latent: its values and gradients at points, and the tangent space that the points lie in."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np

from pyssnn.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor, nn

FEWEST = 50  # points


def value_and_gradient(module: nn.Module, points: np.ndarray, *, batch: int = 4096) -> tuple[np.ndarray, np.ndarray]:
    """The latent's values (n,) and gradients (n, d) at points (n, d), in double precision.

    Args:
        module: from (n, d) to (n,) or (n, 1), each row by itself; it is left as it was.

    Raises:
        InputError: the points are not a finite array of two dimensions and `FEWEST` rows, or the module does not take them, does
            not return a number a point, returns something that is not finite, or is constant.
    """
    import torch

    points = checked_points(points)
    taking = _Taking(module, points.shape[1])
    values, gradients = [], []
    for start in range(0, len(points), batch):
        x, z = taking(points[start : start + batch])
        if not isinstance(z, torch.Tensor) or z.shape not in ((len(x),), (len(x), 1)):
            found = f"an output of shape {tuple(z.shape)}" if isinstance(z, torch.Tensor) else f"an output of type {type(z).__name__}"
            raise InputError("model", f"{found} for {len(x)} points", "one number a point", "wrap the module so that it returns the neuron to read")
        if not z.requires_grad:
            raise InputError("model", "an output that does not depend on the points", "a differentiable module of the points")
        (gradient,) = torch.autograd.grad(z.sum(), x)
        values.append(z.detach().reshape(-1).double().numpy())
        gradients.append(gradient.double().numpy())
    value, gradient = np.concatenate(values), np.concatenate(gradients)
    if not (np.isfinite(value).all() and np.isfinite(gradient).all()):
        raise InputError("model", "values or gradients that are not finite", "finite ones at all points")
    scale = np.linalg.norm(gradient, axis=1).max() * max(float(np.ptp(points, axis=0).max()), 1e-300)
    if scale <= 1e-9 * max(1.0, float(np.abs(value).max())):
        raise InputError("model", f"a constant latent ({value[0]:g} at all points)", "one that depends on its inputs")
    return value, gradient


class _Taking:
    """A copy of a module in double precision, or as it is where that cannot be: an exported program may insist on its own."""

    def __init__(self, module: nn.Module, d: int) -> None:
        import torch

        self._d, self._types = d, [torch.float64, torch.float32]
        self._modules = [copy.deepcopy(module).double(), module]

    def __call__(self, points: np.ndarray) -> tuple[Tensor, Tensor]:
        """The points as a tensor, and what the module makes of them."""
        import torch

        while True:
            x = torch.tensor(points, dtype=self._types[0], requires_grad=True)
            try:
                return x, self._modules[0](x)
            except (RuntimeError, ValueError, TypeError, AssertionError) as error:
                if len(self._types) > 1:
                    self._types.pop(0), self._modules.pop(0)
                    continue
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                raise InputError("model", f"an error for points of shape {tuple(x.shape)}: {reason}", f"a module of {self._d} inputs") from error


def checked_points(points: object, where: str = "data") -> np.ndarray:
    """The points as float64 (n, d). Raises `InputError` unless they are numbers, two-dimensional, finite and at least `FEWEST`."""
    array = np.asarray(points)
    if array.dtype.kind not in "fiu":
        raise InputError(where, f"an array of type {array.dtype}", "numbers")
    if array.ndim != 2 or array.shape[1] == 0:
        raise InputError(where, f"an array of shape {array.shape}", "points as rows, (n, d)")
    if len(array) < FEWEST:
        raise InputError(where, f"{len(array)} points", f"at least {FEWEST}")
    array = np.ascontiguousarray(array, dtype=np.float64)
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise InputError(where, f"a number that is not finite in row {int(np.argmax(bad))}", "finite numbers", "leave such rows out")
    return array


def tangents(points: np.ndarray, *, tolerance: float = 1e-6, curved: float = 0.02) -> np.ndarray | None:
    """Orthonormal bases (n, d, k) of the tangent spaces of the set that the points (n, d) lie on; None where they fill the space.

    A flat set is told by its principal components. A curved one is told by those of each point's 5d + 5 nearest neighbours: a
    direction in which their variance is below `curved` of the largest leaves the set. It counts if nine points in ten
    agree on its dimension.
    """
    n, d = points.shape
    scale = points.std(axis=0)
    moving = scale > tolerance * max(scale.max(), 1e-300)
    standard = (points - points.mean(axis=0)) / np.where(moving, scale, 1.0)
    _, singular, right = np.linalg.svd(standard, full_matrices=False)
    # Rows of `right` span the set in standardised inputs; the basis is wanted in raw ones.
    rank = int(np.sum(singular > tolerance * singular[0]))
    if rank < d:
        basis, _ = np.linalg.qr((right[:rank] * np.where(moving, scale, 1.0)).T)
        return np.broadcast_to(basis, (n, d, rank)).copy()
    return _curved(points, standard, scale, curved)


def _curved(points: np.ndarray, standard: np.ndarray, scale: np.ndarray, share: float) -> np.ndarray | None:
    from scipy.spatial import cKDTree

    n, d = points.shape
    k = min(5 * d + 5, n - 1)
    if d == 1 or n < 20 * d:
        return None
    _, near = cKDTree(standard).query(standard, k=k + 1)
    clouds = standard[near] - standard[near].mean(axis=1, keepdims=True)
    variance, axes = np.linalg.eigh(np.einsum("nki,nkj->nij", clouds, clouds))
    dimensions = np.sum(variance > share * variance[:, -1:], axis=1)
    dimension = int(np.median(dimensions))
    if dimension == d or np.mean(dimensions == dimension) < 0.9:
        return None
    basis, _ = np.linalg.qr(axes[:, :, -dimension:] * scale[None, :, None])
    return basis


def projected(gradients: np.ndarray, bases: np.ndarray | None) -> np.ndarray:
    """Gradients (..., d) at n points in the coordinates (..., k) of the tangent bases; unchanged without bases."""
    return gradients if bases is None else np.einsum("...nd,ndk->...nk", gradients, bases)


def misalignment(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """1 − cos² (n,) of the angles between vectors (n, k), computed without cancellation; 1 where one vanishes."""
    lengths = [np.linalg.norm(v, axis=-1, keepdims=True) for v in (first, second)]
    a, b = (v / np.maximum(length, 1e-300) for v, length in zip((first, second), lengths, strict=True))
    along = np.sum(a * b, axis=-1, keepdims=True)
    lost = np.sum((a - along * b) ** 2, axis=-1)
    return np.where(np.minimum(*lengths)[..., 0] > 1e-300, np.minimum(lost, 1.0), 1.0)
