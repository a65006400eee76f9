"""The 62 tasks as the reference table has them, and tasks of a user's own."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.regression.task import Task
from pyssnn.regression.tasks import all_tasks, find_task, load_task

TABLE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "regression_tasks.csv"
TASKS = {task.name: task for task in all_tasks()}


def said(name: str, *inputs: int) -> list[int]:
    return TASKS[name].solve([(x,) for x in inputs])


def number(digits: list[int], base: int) -> int:
    return sum(digit * base**i for i, digit in enumerate(digits))


def test_there_are_62_tasks_with_names_of_their_own():
    assert len(all_tasks()) == len(TASKS) == 62


@pytest.mark.skipif(not TABLE.is_file(), reason="needs ../shared/reference/regression_tasks.csv")
def test_ranges_components_and_lengths_are_those_of_the_reference():
    rows = {row["task"]: row for row in csv.DictReader(TABLE.open(encoding="utf-8"))}
    assert set(rows) == set(TASKS)
    for name, row in rows.items():
        task = TASKS[name]
        found = (f"[{task.low},{task.high})", task.components, task.length)
        assert found == (row["input_range_per_component"], int(row["components"]), int(row["length"])), name


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.name)
def test_inputs_are_in_range_the_same_for_the_same_seed_and_answered_step_by_step(task: Task):
    xs = task.sample(50, 13, seed=3)
    assert xs.shape == (50, 13, task.components) and xs.dtype == np.int64
    assert xs.min() >= task.low and xs.max() < task.high
    assert np.array_equal(xs, task.sample(50, 13, seed=3)) and not np.array_equal(xs, task.sample(50, 13, seed=4))
    ys = task.answers(xs)
    assert ys.shape == (50, 13) and ys.dtype == np.int64
    # No answer looks ahead.
    assert np.array_equal(task.answers(xs[:, :6]), ys[:, :6])
    assert all(type(y) is int for y in task.solve([tuple(x) for x in xs[0].tolist()]))


@pytest.mark.parametrize("base", [2, 3, 4, 5, 6, 7])
def test_addition_adds_numbers(base: int):
    task = TASKS["Binary_Addition" if base == 2 else f"Base_{base}_Addition"]
    xs = task.sample(30, 40, seed=0)
    for digits in xs.tolist():
        a, b = zip(*digits, strict=True)
        assert number(task.solve([*map(tuple, digits), (0, 0)]), base) == number(list(a), base) + number(list(b), base)


@pytest.mark.parametrize("n", [3, 5, 7])
def test_division_divides_numbers_of_any_size(n: int):
    task = TASKS[f"Div_{n}"]
    bits = task.sample(1, 200, seed=1)[0, :, 0].tolist()
    quotient = task.solve([(bit,) for bit in bits])
    assert number(quotient[::-1], 2) == number(bits[::-1], 2) // n


def test_dithering_spends_what_comes_in():
    xs = TASKS["Dithering"].sample(20, 60, seed=2)
    assert np.array_equal(TASKS["Dithering"].answers(xs).sum(1), xs[:, :, 0].sum(1) // 15)


def test_what_was_before_the_start_counts_as_zero():
    assert said("Prev2", 5, 6, 7) == [0, 0, 5] and said("Diff_Last2", 5, 3) == [5, -2]
    assert said("Previous_Equals_Current", 0, 0, 4, 4) == [1, 1, 0, 1]
    assert said("Alternating_Last3", 1, 0, 1, 1) == [0, 1, 1, 0] and said("Alternating_Last4", 1, 0, 1, 0) == [0, 0, 1, 1]


def test_words_and_counts():
    assert said("Balanced_Parenthesis", 0, 1, 0, 0, 1, 1, 1, 0) == [0, 1, 0, 0, 0, 1, 0, 0]
    assert said("Bit_Palindrome", 1, 0, 0, 1, 1) == [1, 0, 0, 1, 0]
    assert said("Majority_0_2", 2, 1, 2, 1, 0, 0) == [2, 1, 2, 1, 1, 0]
    assert said("Evens_Counter", 0, 1, 2, 9, 8) == [1, 1, 2, 2, 3]
    assert said("Parity_Bits_Mod2", 1, 1, 0, 0) == [0, 1, 0, 1]
    assert said("Perfect_Square_Detector", 0, 1, 2, 16, 15) == [1, 1, 0, 1, 0]


def test_motion():
    assert said("Newton_Freebody", 1, 0, 0) == [1, 2, 3] and said("Newton_Gravity", 1, 1, 0) == [0, 0, -1]
    assert said("Newton_Spring", 1, 0, 0, 0) == [1, 1, 0, -1]
    v, p, ys = np.zeros(2, int), np.zeros(2, int), []
    xs = TASKS["Newton_Magnetic"].sample(1, 30, seed=0)
    for x in xs[0]:
        v = v + x + v @ [[0, 1], [-1, 0]]
        p = p + v
        ys.append(p[0])
    assert TASKS["Newton_Magnetic"].answers(xs)[0].tolist() == ys


def test_integers_have_any_size():
    assert said("Sum_All", 10**30, 1) == [10**30, 10**30 + 1]
    assert said("Perfect_Square_Detector", 10**40, 10**40 + 1) == [1, 0]


def test_training_words_for_palindromes_often_are():
    task = TASKS["Bit_Palindrome"]
    assert task.answers(task.sample(400, 10, seed=0))[:, -1].mean() > 0.1
    # Uniform words would be palindromes once in 32.
    assert task.sample(3, 4, seed=0).shape == (3, 4, 1)


def test_a_users_file_makes_a_task(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from pyssnn.regression.task import Task\n"
        "task = Task('Last', low=-3, high=4, components=2, length=6, solve=lambda xs: [a - b for a, b in xs])\n"
    )
    for task in (load_task(path), find_task(str(path))):
        assert task.name == "Last" and task.solve([(3, 1)]) == [2]


@pytest.mark.parametrize("text", ["", "1 / 0", "from pyssnn.regression.tasks import *\na, b = all_tasks()[:2]", "def ("])
def test_a_file_without_one_task_is_told(tmp_path: Path, text: str):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(InputError, match="mine.py"):
        load_task(path)


def test_names_that_are_none_are_told():
    for name in ("Sum", "none.py"):
        with pytest.raises(InputError):
            find_task(name)


@pytest.mark.parametrize("wrong", [{"high": 0}, {"low": 0.5}, {"components": 0}, {"length": 0}, {"name": "a b"}])
def test_a_task_that_cannot_be_is_told(wrong: dict):
    with pytest.raises(InputError):
        Task(**{"name": "t", "low": 0, "high": 2, "components": 1, "length": 5, "solve": lambda xs: [0] * len(xs), **wrong})


@pytest.mark.parametrize("solve", [lambda xs: [0], lambda xs: [0.5] * len(xs)])
def test_a_solution_that_does_not_answer_every_step_with_an_integer_is_told(solve):
    task = Task("t", 0, 2, 1, 5, solve)
    with pytest.raises(InputError, match="solution"):
        task.answers(task.sample(3, 5, seed=0))
