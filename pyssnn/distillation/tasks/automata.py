"""Cellular automata: the elementary ones on a ring of cells, and the Game of Life on a torus.

The examples are the neighbourhoods of a cell with its next state; a copy of one small network stands at every cell.
"""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np

from pyssnn.distillation.enn import EnnConfig, tiled, train_enn
from pyssnn.distillation.network import Network
from pyssnn.distillation.tasks.points import binary_points
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test
from pyssnn.errors import InputError

RULES = tuple(range(1, 255))


def next_ring(rule: int, cells: np.ndarray) -> np.ndarray:
    """The next state of rings of cells (m, n) of 0 and 1 by an elementary rule in Wolfram's numbering."""
    cells = np.asarray(cells, dtype=int)
    index = 4 * np.roll(cells, 1, axis=1) + 2 * cells + np.roll(cells, -1, axis=1)
    return ((rule >> index) & 1).astype(float)


def next_life(cells: np.ndarray) -> np.ndarray:
    """The next state of tori of cells (m, rows, columns) of 0 and 1 in the Game of Life."""
    around = sum(np.roll(cells, (i, j), axis=(1, 2)) for i in (-1, 0, 1) for j in (-1, 0, 1)) - cells
    return ((around == 3) | ((around == 2) & (cells == 1))).astype(float)


@lru_cache(maxsize=None)
def rule_network(rule: int) -> Network:
    """A network from a cell's neighbourhood (left, cell, right) to its next state. Raises `InputError` for a rule that is none."""
    if rule not in RULES:
        raise InputError("rule", rule, "1 to 254, as rules 0 and 255 are constant")
    points = binary_points(3)
    return train_enn(points, next_ring(rule, points)[:, 1], EnnConfig(last="step"))


@lru_cache(maxsize=None)
def life_network() -> Network:
    """A network from the nine cells of a neighbourhood, in C order, to the next state of the middle one."""
    points = binary_points(9)
    return train_enn(points, next_life(np.pad(points.reshape(-1, 3, 3), ((0, 0), (1, 1), (1, 1))))[:, 2, 2], EnnConfig(last="step"))


def ring_network(rule: int, size: Size) -> Network:
    """The network of a ring of cells, size (n,)."""
    (n,) = size
    fields = (np.arange(n)[:, None] + (-1, 0, 1)) % n
    return tiled(rule_network(rule), fields, size, size)


def torus_network(size: Size) -> Network:
    """The network of a torus of cells, size (rows, columns)."""
    rows, columns = size
    near = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    fields = [[(r + i) % rows * columns + (c + j) % columns for i, j in near] for r in range(rows) for c in range(columns)]
    return tiled(life_network(), np.array(fields), size, size)


def _rings(rule: int, size: Size, rng: np.random.Generator, count: int = 200) -> Examples:
    cells = rng.integers(0, 2, (count, *size)).astype(float)
    return cells, next_ring(rule, cells)


def _tori(size: Size, rng: np.random.Generator, count: int = 200) -> Examples:
    cells = (rng.random((count, *size)) < rng.uniform(0.1, 0.6, (count, 1, 1))).astype(float)
    return cells, next_life(cells).reshape(count, -1)


def elementary(rule: int) -> Task:
    """The task of an elementary rule, 1 to 254."""
    make = partial(_rings, rule)
    return Task(
        name=f"ca-{rule}",
        summary=f"elementary cellular automaton {rule} on a ring",
        train=partial(ring_network, rule),
        sizes=((8,), (10,), (12,)),
        held_out=((13,),),
        tests=tuple(Test(f"n={n}", (n,), partial(make, (n,), count=count)) for n, count in ((13, 200), (1000, 20))),
        trivial=lambda x: x.reshape(len(x), -1),
        trivial_rule="a cell stays as it is",
        examples=partial(make, count=1000),
    )


def life() -> Task:
    """The task of the Game of Life."""
    return Task(
        name="life",
        summary="Game of Life on a torus",
        train=torus_network,
        sizes=((6, 6), (7, 7)),
        held_out=((8, 9),),
        tests=tuple(Test(f"{n}x{n}", (n, n), partial(_tori, (n, n), count=count)) for n, count in ((12, 100), (100, 10))),
        trivial=lambda x: x.reshape(len(x), -1),
        trivial_rule="a cell stays as it is",
        examples=partial(_tori, count=1000),
    )
