"""Expressions with a latent's level sets, found by the direction of their gradients, by the core's search."""
# coupling: synth/wire/expression_message.ml reads this request and writes this reply.

from __future__ import annotations

import operator
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from .service import default_service


@dataclass(frozen=True)
class Expression:
    """An expression of the inputs, which stands for its class: all that have its level sets.

    Attributes:
        program: in stitch notation, ``(add (square x0) x1)``.
        python: the same as an expression of Python over the inputs' names and ``sqrt``, ``exp``, ``log``, ``sin`` and ``cos``,
            ``x0**2 + x1``; sympy reads it.
        size: primitives as written, inputs and constants among them.
        cost: negative log-likelihood in nats under the domain's weights.
        error: 1 - cos² of the angle between its gradient and the latent's, the mean over all points given, from 0 to 1. Both
            gradients are along the tangents, where these are given.
    """

    program: str
    python: str
    size: int
    cost: float
    error: float


@dataclass(frozen=True)
class Basis:
    """The cheapest terms that a sum may be made of.

    None is a constant, written as a sum or a multiple of others, or proportional to one of the others up to a constant; ``x``,
    ``x**2`` and ``exp(x)`` are three terms, though they are one class.

    Attributes:
        terms: (b,), cheapest first.
        values: (b, n), of each term at each point.
        gradients: (b, n, d), or (b, n, k) along the tangents.
    """

    terms: tuple[Expression, ...]
    values: np.ndarray = field(repr=False)
    gradients: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Expressions:
    """What a search for expressions found.

    Attributes:
        front: for each size the expression of least error, where that is less than for all smaller sizes; it ends with an error that
            rounding explains.
        best: the expressions of least error, ascending, each of another class, each the cheapest of its class.
        basis: terms for a linear closure.
        n_enumerated: programs enumerated. Of the two orders of a sum or a product one is enumerated and passed over.
        n_undefined: of these, undefined or too large at some point, zero, or passed over.
        n_distinct: different functions on the points.
        max_description_length: negative log-likelihood of the last program, in nats.
        stopped: ``solved`` (an error is below ``enough``), ``programs`` (the budget), ``exhausted``, ``memory`` (the limit), or ``clock`` (the safety stop: the result then
            depends on the machine).
        seconds: of the core's processor time.
    """

    front: tuple[Expression, ...]
    best: tuple[Expression, ...]
    basis: Basis
    n_enumerated: int
    n_undefined: int
    n_distinct: int
    max_description_length: float
    stopped: str
    seconds: float


def _array(where: str, values: object, shape: tuple[int | None, ...], layout: str) -> np.ndarray:
    try:
        array = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(where, f"a {type(values).__name__}", f"an array of numbers, {layout}") from None
    if array.ndim != len(shape) or 0 in array.shape or any(want not in (None, got) for want, got in zip(shape, array.shape)):
        raise InputError(where, f"an array of shape {array.shape}", layout)
    bad = np.flatnonzero(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))
    if bad.size:
        raise InputError(where, f"NaN or infinity at point {bad[0]}", "finite numbers")
    return array


def _integer(where: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(where, repr(value), "an integer") from None


def _constants(values: Sequence[float]) -> list[float]:
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise InputError("constants", repr(values), "a list of numbers") from None


def search_expressions(
    points: np.ndarray,
    gradients: np.ndarray,
    *,
    names: Sequence[str] | None = None,
    tangents: np.ndarray | None = None,
    constants: Sequence[float] = (1, 2),
    primitives: Sequence[str] | None = None,
    types: Mapping[str, str] | None = None,
    units: Mapping[str, Mapping[str, float]] | None = None,
    max_programs: int = 2_000_000,
    n_best: int = 200,
    basis: int = 0,
    enough: float = 0.0,
    search_points: int = 16,
    program_size_limit: int | None = None,
    exploration_timeout: float = 600.0,
    memory_limit: int = 2**31,
    on_progress: Callable[[int, float], None] | None = None,
) -> Expressions:
    """Search for expressions f whose gradient is parallel to a latent's at every point: then z = h(f).

    Bottom up, in order of cost. Of expressions that agree in value the cheapest is a part of others; of expressions whose
    gradients are parallel everywhere (f, -f, 2f, f + 1, exp f) the cheapest is an answer, so no answer has a monotone function at its
    root. Neither the sign nor the length of a gradient matters. An expression that is not defined, or beyond ±1e30, at a point is dropped.
    Functions are told apart to eleven digits, so inputs should be of the order of 1.

    Args:
        points: (n, d).
        gradients: (n, d), of the latent at the points, of any sign and length; where one is 0 the point does not count.
        names: of the d inputs, identifiers of Python; ``x0``, ``x1``, … unless given.
        tangents: (n, d, k), at each point an orthonormal basis of the data's tangent space in its columns: gradients are
            compared along it only.
        constants: numbers that expressions may use.
        primitives: names of the operations that expressions may use, of ``add sub mul div neg square sqrt exp log sin cos`` (the
            default) and ``inv cube``.
        types: for inputs by name, ``positive``, ``nonnegative``, ``nonzero`` or ``any`` (those not named). When given, even empty,
            ``div``, ``log`` and ``sqrt`` are taken only of what is so for all inputs; otherwise, of what is so at the points.
        units: physical units of inputs by name, as powers of base units that are multiples of 1/360, such as ``{"v": {"m": 1, "s": -1}}``;
            inputs not named and constants are numbers. When given, expressions that add unlike things, or take a function of what is no
            number, are dropped.
        max_programs: how many programs to enumerate.
        n_best: how many answers, and how many of each size to value on all points.
        basis: how many terms for a linear closure.
        enough: the search ends when an error on its points is below this; at 0 it never does.
        search_points: on how many points, the first with a gradient, to search. The nearest of each size are then valued on all.
        program_size_limit: primitives, as written, above which a program is dropped.
        exploration_timeout: seconds, a safety stop.
        memory_limit: bytes at which the search stops.
        on_progress: told the programs enumerated and the seconds since the search began, ten times a second at most.

    Raises:
        InputError: an argument cannot be used, or all gradients are 0.
        CoreError: an OCaml exception, or the end of the process that searches.
        KeyboardInterrupt: Ctrl-C; the search was stopped.

    Source: Patel and Wetzel, *Closed-Form Interpretation of Neural Network Latent Spaces with Symbolic Gradients*, 2024.
    """
    points = _array("points", points, (None, None), "of shape (n, d)")
    n, d = points.shape
    gradients = _array("gradients", gradients, (n, d), f"of shape ({n}, {d}), as points")
    if tangents is not None:
        tangents = _array("tangents", tangents, (n, d, None), f"of shape ({n}, {d}, k)")
    names = [f"x{i}" for i in range(d)] if names is None else [str(name) for name in names]
    message: dict[str, Any] = {
        "domain": "expression",
        "names": names,
        "types": None if types is None else dict(types),
        "units": None if units is None else {name: dict(powers) for name, powers in units.items()},
        "constants": _constants(constants),
        "primitives": None if primitives is None else list(primitives),
        "search_points": _integer("search_points", search_points),
        "n_best": _integer("n_best", n_best),
        "enough": enough,
        "basis": _integer("basis", basis),
        "max_programs": _integer("max_programs", max_programs),
        "program_size_limit": None if program_size_limit is None else _integer("program_size_limit", program_size_limit),
        "exploration_timeout": exploration_timeout,
        "memory_limit": _integer("memory_limit", memory_limit),
    }
    with tempfile.TemporaryDirectory(prefix="pyssnn-") as folder:

        def beside(name: str, array: np.ndarray | None) -> dict[str, Any] | None:
            if array is None:
                return None
            path = Path(folder, name)
            array.tofile(path)
            return {"path": str(path), "shape": list(array.shape)}

        basis_file = Path(folder, "basis")
        message |= {
            "points": beside("points", points),
            "gradients": beside("gradients", gradients),
            "tangents": beside("tangents", tangents),
            "basis_file": str(basis_file),
        }
        reply = default_service().call("explore", message, on_progress)
        rows = np.fromfile(basis_file)

    def expressions(key: str) -> tuple[Expression, ...]:
        return tuple(Expression(**expression) for expression in reply[key])

    terms = expressions("basis")
    rows = rows.reshape(len(terms), n, 1 + (d if tangents is None else tangents.shape[2]))
    return Expressions(
        front=expressions("front"),
        best=expressions("best"),
        basis=Basis(terms, rows[:, :, 0], rows[:, :, 1:]),
        n_enumerated=reply["n_enumerated"],
        n_undefined=reply["n_undefined"],
        n_distinct=reply["n_distinct"],
        max_description_length=reply["max_description_length"],
        stopped=reply["stopped"],
        seconds=reply["seconds"],
    )
