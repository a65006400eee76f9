"""A KAN for a table in a CSV file."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pyssnn.checks import check_choice, check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes, atomic_write_json
from pyssnn.kan.estimators import KANClassifier, KANRegressor
from pyssnn.kan.formulas import fix_all, formula
from pyssnn.kan.objectives import r_squared
from pyssnn.kan.pictures import picture, picture_bytes
from pyssnn.kan.storage import save_network
from pyssnn.kan.swapping import swap

TASKS = ("auto", "regression", "classification")


@dataclass(frozen=True)
class Table:
    """A table: the names of the columns but the target's, their values (N, n), and the target's (N,), numbers or texts."""

    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class TableFit:
    """A KAN for a table.

    Attributes:
        estimator: fitted on the training rows.
        task: "regression" or "classification".
        score_name: "R²" or "accuracy".
        train_score, test_score: on the rows trained on and on those held out; None if there are none of the latter.
        shape: now.
    """

    estimator: KANRegressor | KANClassifier
    task: str
    score_name: str
    train_score: float
    test_score: float | None
    shape: str


def read_table(path: str | os.PathLike, target: str) -> Table:
    """Read a CSV file with a line of names at the top.

    Raises:
        InputError: no such file or column, lines of different lengths, cells that are empty or no finite numbers (the target's may be
            texts), a target with only one value.
    """
    path = Path(path)
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            numbered = [(reader.line_num, line) for line in reader if line]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(path, getattr(error, "strerror", None) or error, "a CSV file") from error
    if len(numbered) < 3:
        raise InputError(path, f"{len(numbered)} lines", "a line of names and at least two of values")
    (_, heads), *lines = numbered
    names = [name.strip() for name in heads]
    if len(set(names)) != len(names):
        raise InputError(path, "a name twice", "columns with different names")
    if target not in names:
        raise InputError(f"{path}: --target", target, f"one of {', '.join(names)}")
    if len(names) < 2:
        raise InputError(path, "the target alone", "another column")
    for number, line in lines:
        if len(line) != len(names):
            raise InputError(f"{path}: line {number}", f"{len(line)} cells", f"{len(names)}")
    place = names.index(target)
    x = np.array([[_number(path, number, names[k], cell) for k, cell in enumerate(line) if k != place] for number, line in lines])
    y = _target(path, target, [(number, line[place].strip()) for number, line in lines])
    return Table(tuple(name for name in names if name != target), x, y)


def fit_table(
    table: Table,
    *,
    task: str = "auto",
    hidden: Sequence[int] = (5,),
    test_share: float = 0.2,
    sparsity: float = 1e-3,
    smallest: bool = True,
    seed: int = 0,
) -> TableFit:
    """Fit a KAN to a table, holding rows out for the test.

    Args:
        table: as read.
        task: "auto" takes texts, and numbers of which there are only two, for classes.
        hidden: nodes of the hidden levels.
        test_share: of the rows, drawn at random.
        sparsity: see `FitConfig`.
        smallest: whether to look for the smallest network as good.
        seed: fixes the rows and the network.

    Raises:
        InputError: a task or share that cannot be.
    """
    check_choice("task", task, TASKS)
    check_number("test_share", test_share, least=0, below=1)
    check_integer("seed", seed, 0)
    if seed >= 2**32:
        raise InputError("seed", seed, "an integer below 2³²")
    texts = table.y.dtype.kind not in "fiu"
    if task == "auto":
        task = "classification" if texts or len(np.unique(table.y)) == 2 else "regression"
    if task == "regression" and texts:
        raise InputError("task", "regression for a target of texts", "numbers in every line, or classification")
    if task == "classification" and not texts and (table.y != np.round(table.y)).any():
        raise InputError("task", "classification for a target of fractions", "texts or whole numbers, or regression")
    order = np.random.default_rng(seed).permutation(len(table.x))
    held_out = min(round(test_share * len(order)), len(order) - 2)
    test, train = order[:held_out], order[held_out:]
    kind = KANRegressor if task == "regression" else KANClassifier
    estimator = kind(tuple(hidden), sparsity=sparsity, smallest=smallest, random_state=seed)
    try:
        estimator.fit(table.x[train], table.y[train])
    except FloatingPointError as error:
        raise InputError("the table", error, "values that a network can be fitted to") from error
    return TableFit(
        estimator=estimator,
        task=task,
        score_name="R²" if task == "regression" else "accuracy",
        train_score=_score(estimator, table.x[train], table.y[train]),
        test_score=_score(estimator, table.x[test], table.y[test]) if len(test) > 1 else None,
        shape=estimator.network_.shape,
    )


def describe(fitted: TableFit, table: Table, target: str) -> list[str]:
    """What there is to say of a fit, in lines: scores, shape, and formulas where every edge has one that is as good as the spline."""
    held_out = "" if fitted.test_score is None else f", {fitted.test_score:.4f} on the lines held out"
    lines = [f"{fitted.task} of {target}: {fitted.score_name} {fitted.train_score:.4f}{held_out}"]
    lines.append(f"Network: {fitted.shape}; columns used: {', '.join(_used(fitted, table)) or 'none'}")
    texts, score = formulas(fitted, table, target)
    if texts:
        lines.append(f"As formulas, with {fitted.score_name} {score:.4f} over all lines:")
    return lines + [f"{name} = {text}" for name, text in texts.items()]


def formulas(fitted: TableFit, table: Table, target: str) -> tuple[dict[str, str], float | None]:
    """The network as formulas of the columns, by what they are of, and their score over the whole table.

    Nothing, and None, if some edge has no formula with an R² of 0.99 at least.
    """
    estimator = fitted.estimator
    x = torch.from_numpy((table.x - estimator.x_mean_) / estimator.x_scale_)
    symbolic, _ = fix_all(estimator.network_, x, least=0.99)
    if any(bool(layer.mask.any()) for layer in symbolic.layers):
        return {}, None
    import sympy

    columns = [sympy.Symbol(name) for name in table.names]
    plain = [(column - float(mean)) / float(scale) for column, mean, scale in zip(columns, estimator.x_mean_, estimator.x_scale_, strict=True)]
    inner = [f"_{k}" for k in range(len(columns))]
    found = [expression.xreplace(dict(zip(map(sympy.Symbol, inner), plain))) for expression in formula(symbolic, inner)]
    if fitted.task == "regression":
        found = [expression * float(estimator.y_scale_[0]) + float(estimator.y_mean_[0]) for expression in found]
        heads = [target]
    else:
        of = estimator.classes_ if len(found) > 1 else estimator.classes_[1:]
        heads = [f"score of {target} = {name}" for name in of]
    exact = copy(estimator)
    exact.network_ = symbolic
    return {head: _text(expression) for head, expression in zip(heads, found, strict=True)}, _score(exact, table.x, table.y)


def write_fit(fitted: TableFit, table: Table, target: str, folder: Path) -> list[Path]:
    """Write network.safetensors, network.pdf and report.json into a folder, and return their paths. Raises `OSError`."""
    estimator = fitted.estimator
    x = torch.from_numpy((table.x - estimator.x_mean_) / estimator.x_scale_)
    network = swap(estimator.network_, x, inputs=True).network
    classes = None if fitted.task == "regression" else [str(name) for name in estimator.classes_]
    outputs = [target] if network.width[-1] == 1 else [f"{target} = {name}" for name in classes or ()]
    texts, formula_score = formulas(fitted, table, target)
    report = {
        "task": fitted.task, "target": target, "columns": table.names, "classes": classes, "score": fitted.score_name,
        "train": fitted.train_score, "test": fitted.test_score, "width": network.width, "edges": network.n_edges,
        "formulas": texts, "formula_score": formula_score, "column_means": estimator.x_mean_.tolist(), "column_scales": estimator.x_scale_.tolist(),
        "target_mean": None if classes else float(estimator.y_mean_[0]), "target_scale": None if classes else float(estimator.y_scale_[0]),
    }  # fmt: skip
    files = [folder / name for name in ("network.pdf", "network.safetensors", "report.json")]
    drawn = picture_bytes(picture(network, x, names=table.names, outputs=outputs))
    atomic_write_bytes(files[0], drawn)
    save_network(network, files[1])
    atomic_write_json(files[2], report)
    return files


def _text(expression: Any) -> str:
    """An expression with its numbers cut to four digits."""
    import sympy

    expression = sympy.sympify(expression)
    return str(expression.xreplace({number: sympy.Float(number, 4) for number in expression.atoms(sympy.Float)}))


def _score(estimator: KANRegressor | KANClassifier, x: np.ndarray, y: np.ndarray) -> float:
    """The estimator's score; R² in units of the target's deviation, so that no square overflows."""
    if isinstance(estimator, KANClassifier):
        return float(estimator.score(x, y))
    wanted, found = ((values - estimator.y_mean_[0]) / estimator.y_scale_[0] for values in (y, estimator.predict(x)))
    return r_squared(torch.from_numpy(found[:, None]), torch.from_numpy(wanted[:, None]))


def _used(fitted: TableFit, table: Table) -> list[str]:
    network = fitted.estimator.network_
    used = network.layers[0].edges().any(0).tolist()
    return [table.names[column] for column, live in zip(network.inputs.tolist(), used) if live]


def _number(path: Path, line: int, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{path}: line {line}, column {name!r}", repr(cell), "a finite number", "fill it in or drop the line")
    return value


def _target(path: Path, name: str, numbered: Sequence[tuple[int, str]]) -> np.ndarray:
    for line, cell in numbered:
        if not cell:
            raise InputError(f"{path}: line {line}, column {name!r}", "an empty cell", "a value", "fill it in or drop the line")
    cells = [cell for _, cell in numbered]
    try:
        [float(cell) for cell in cells]
    except ValueError:
        values = np.array(cells)
    else:
        values = np.array([_number(path, line, name, cell) for line, cell in numbered])
    if len(np.unique(values)) == 1:
        raise InputError(f"{path}: column {name!r}", f"{cells[0]!r} in every line", "a target that varies")
    return values
