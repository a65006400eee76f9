"""Programs from tables: what is found gives the table, as Python too, and bad tables are refused in one line."""

from __future__ import annotations

import json
import random
import subprocess

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.synthesis import solve
from pyssnn.synthesis.build import EXECUTABLES


def values(expression: str, inputs) -> list:
    rows = zip(*inputs.values()) if inputs else []
    code = compile(expression, "program", "eval")
    # min, max and abs are all that programs call.
    builtins = {"__builtins__": {"min": min, "max": max, "abs": abs}}
    return [eval(code, builtins, dict(zip(inputs, row))) for row in rows]


def test_a_sum_modulo_three_is_read_off_its_table():
    x, y = [1, 2, 3, 4, 9, -3, 0, -4], [0, 0, 5, 1, 2, 3, 4, 7]
    found = solve({"x": x, "y": y}, [(a + b) % 3 for a, b in zip(x, y)], constants=[0, 1, 3])
    assert found.stopped == "solved" and found.n_enumerated > found.n_distinct > 0
    assert (found.best.program, found.best.python, found.best.size) == ("(mod (add x y) 3)", "(x + y) % 3", 5)
    assert found.best.cost == pytest.approx(found.max_description_length)


@pytest.mark.parametrize("seed", range(30))
def test_every_program_is_the_same_in_python(seed):
    # The table is that of a random expression: all programs that fit have to give it, whatever they are made of.
    rng = random.Random(seed)
    n = 12
    inputs = {name: [rng.randint(-9, 9) for _ in range(n)] for name in ("x", "y")} | {"b": [rng.random() < 0.5 for _ in range(n)]}
    a, c = rng.sample(["x", "y", "2", "-x", "x % 2", "y // 2", "abs(y)", "x * y"], 2)
    wanted = rng.choice(
        [
            f"({a}) - ({c})",
            f"({a}) * ({c})",
            f"max({a}, {c}) // 2",
            f"({a}) < ({c})",
            f"({a}) == ({c})",
            f"({a}) if b else ({c})",
            f"b != (({a}) < ({c}))",
            f"-(({a}) % 3)",
        ]
    )
    outputs = values(wanted, inputs)
    found = solve(inputs, outputs, constants=[0, 1, 2, 3, -1], n_solutions=10, max_programs=1_000_000)
    assert found.found
    for solution in found.found:
        again = values(solution.python, inputs)
        assert again == outputs and [type(v) for v in again] == [type(v) for v in outputs], solution
    assert len({s.program for s in found.found}) == len(found.found)
    assert [s.cost for s in found.found] == sorted(s.cost for s in found.found)


# Programs found for small tables with few primitives are deep: parentheses and precedence of each operation matter.
@pytest.mark.parametrize(
    "primitives",
    [
        ("sub", "neg"),
        ("sub", "mul", "neg"),
        ("div", "mod", "mul", "add"),
        ("if", "lt", "sub"),
        ("and", "or", "not", "lt"),
        ("xor", "not", "eq", "le"),
        ("if_bool", "eq", "not", "or"),
        ("min", "max", "abs", "sub"),
    ],
)
def test_parentheses_are_where_python_needs_them(primitives):
    rng = random.Random(1)
    inputs = {"x": [-3, 2], "y": [4, -1], "z": [1, -2]}
    truths = primitives[0] in ("and", "xor", "if_bool")
    seen = 0
    for _ in range(12):
        outputs = [rng.random() < 0.5 for _ in range(2)] if truths else [rng.randint(-9, 9) for _ in range(2)]
        found = solve(inputs, outputs, primitives=primitives, n_solutions=20, max_programs=100_000)
        for solution in found.found:
            assert values(solution.python, inputs) == outputs, solution
            seen += 1
    assert seen >= 20


def test_numpy_arrays_are_tables_too():
    x = np.arange(-5, 6)
    assert solve({"x": x}, np.abs(x)).best.python == "abs(x)"
    assert solve({"x": x}, x > 0).best.python == "0 < x"


def test_counts_may_be_numpy_s_and_many_solutions_are_found():
    found = solve({"x": [1, 2, 3]}, [1, 2, 3], n_solutions=np.int64(3_000)).found
    assert len({solution.program for solution in found}) == 3_000


def test_budgets_end_a_search_cleanly():
    x = list(range(10))
    hopeless = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    spent = solve({"x": x}, hopeless, max_programs=5_000)
    assert (spent.stopped, spent.n_enumerated, spent.best) == ("programs", 5_000, None)
    assert solve({"x": x}, hopeless, max_programs=10**12, memory_limit=2**26).stopped == "memory"
    assert solve({"x": x}, hopeless, max_programs=10**12, exploration_timeout=0.05).stopped == "clock"
    assert solve({"b": [True, False]}, [1, 2], primitives=["and", "not"], constants=[1]).stopped == "exhausted"
    many = np.arange(200_000)  # rows of 1.6 MB: the limit is looked at often enough
    assert solve({"x": many}, many % 7919 % 31, max_programs=10**12, memory_limit=2**28).stopped == "memory"
    # Nothing of two primitives is that function.
    assert solve({"x": x}, [v + 1 for v in x], program_size_limit=2, max_programs=100_000).best is None


@pytest.mark.parametrize(
    ("inputs", "outputs", "options", "where", "found"),
    [
        ([("x", [1])], [1], {}, "inputs", "[('x', [1])]"),
        ({"x": 5}, [1], {}, "inputs.x", "5"),
        ({"x": [10**5000]}, [1], {}, "inputs.x[0]", "too large"),
        ({"lam": [1]}, [1], {}, "inputs", "lam"),
        ({"x": [1, 2]}, [1, 2], {"n_solutions": 1.5}, "n_solutions", "1.5"),
        ({"x": [1]}, [1, 2], {}, "inputs.x", "1 values"),
        ({"x": []}, [], {}, "outputs", "[]"),
        ({"x": [1, True]}, [1, 2], {}, "inputs.x[1]", "true"),
        ({"x": [1, 2.0]}, [1, 2], {}, "inputs.x[1]", "2.0"),
        ({"x": [1, "2"]}, [1, 2], {}, "inputs.x[1]", "'2'"),
        ({"x": [1, 2**62]}, [1, 2], {}, "inputs.x[1]", "too large"),
        ({"max": [1, 2]}, [1, 2], {}, "inputs", "max"),
        ({"x y": [1, 2]}, [1, 2], {}, "inputs", "x y"),
        ({"x": [1, 2]}, [1, 2], {"primitives": ["pow"]}, "primitives[0]", "pow"),
        ({"x": [1, 2]}, [1, 2], {"n_solutions": 0}, "n_solutions", "0"),
        ({"x": [1, 2]}, [1, 2], {"memory_limit": -1}, "memory_limit", "-1"),
        ({"x": [1, 2]}, [1, 2], {"exploration_timeout": "soon"}, "exploration_timeout", "soon"),
        ({"x": [1, 2]}, [True, False], {"primitives": ["add"]}, "primitives", "without any program"),
    ],
)
def test_bad_tables_are_refused(inputs, outputs, options, where, found):
    with pytest.raises(InputError) as refused:
        solve(inputs, outputs, **options)
    assert refused.value.where == where and found in refused.value.found


def test_the_executable_says_so_in_one_line():
    text = json.dumps({"domain": "integer", "inputs": {"x": [1]}, "outputs": [1, 2]})
    done = subprocess.run([EXECUTABLES["explore"]], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert json.loads(done.stderr)["error"]["field"] == "inputs.x"
