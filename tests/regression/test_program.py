"""A program means the same run as Python, run on many words, and read from its text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.regression.expression import Table, apply, constant, inp, state, table
from pyssnn.regression.program import Program
from pyssnn.regression.tidying import tidied
from pyssnn.regression.writing import parse, python

from .strategies import expressions

words = st.lists(st.integers(-4, 4), min_size=1, max_size=5)


@given(expressions(), st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4))
def test_an_expression_has_the_value_of_its_python(expression, s, t, x):
    try:
        value = eval(python(expression, ["s", "t"], ["x"]), {}, {"s": s, "t": t, "x": x})
    except ZeroDivisionError:
        value = None
    try:
        assert expression.evaluate((s, t), (x,)) == value
    except ZeroDivisionError:
        assert value is None


@given(expressions(), expressions(), expressions(), words)
def test_many_words_at_once_give_what_each_gives(first, second, output, word):
    program = Program((1, -2), (first, second), output, 1)
    try:
        one = [program.run([(x,) for x in word]), program.run([(-x,) for x in word])]
    except ZeroDivisionError:
        return
    assert program.run_many(np.array([word, [-x for x in word]])[:, :, None]).tolist() == one


@given(expressions(), expressions(), words)
def test_tidying_changes_no_output(update, output, word):
    program = Program((1, -2), (inp(0) * 2, update), output, 1)
    xs = [(x,) for x in word]
    try:
        expected = program.run(xs)
    except ZeroDivisionError:
        return
    assert tidied(program).run(xs) == expected
    assert tidied(program).description_length <= program.description_length


def test_a_state_that_nothing_reads_is_dropped():
    program = Program((5, 0, 7), (state(0) + 1, inp(0), state(2) * 2), state(1) + state(0), 1)
    assert tidied(program) == Program((5,), (state(0) + 1,), inp(0) + state(0), 1)


def test_the_source_is_a_readable_loop():
    carry = Program((0, 0), ((state(1) + inp(0) + inp(1)) % 3, (state(1) + inp(0) + inp(1)) // 3), state(0), 2, "linear")
    assert carry.source() == (
        "def solve(xs):\n"
        "    a, b = 0, 0\n"
        "    ys = []\n"
        "    for x0, x1 in xs:\n"
        "        a, b = (b + x0 + x1) % 3, (b + x0 + x1) // 3\n"
        "        ys.append(a)\n"
        "    return ys\n"
    )
    assert carry.run([(2, 2), (2, 2), (0, 0)]) == [1, 2, 1]


def test_a_program_goes_on_in_integers_of_any_size():
    factorial = Program((1, 0), (state(0) * (state(1) + 1), state(1) + 1), state(0), 1)
    ones = np.zeros((1, 30, 1), np.int64)
    assert factorial.run_many(ones)[0, -1] == 265252859812191058636308480000000 == factorial.run(ones[0])[-1]


def test_a_branch_that_is_not_taken_may_be_undefined():
    guarded = Program((), (), apply("if", apply("eq", inp(0), 0), 0, constant(12) // inp(0)), 1)
    assert guarded.run_many(np.array([[[0], [5]]])).tolist() == [[0, 2]] == [guarded.run([(0,), (5,)])]


def test_terms_are_closed_functions_of_state_and_input():
    program = Program((0,), (apply("max", state(0), inp(0)),), apply("lt", state(0), 3), 1)
    assert [(term.text, term.type) for term in program.terms()] == [
        ("(lam (lam (max $1 $0)))", "int -> int -> int"),
        ("(lam (lam (if (lt $1 3) 1 0)))", "int -> int -> int"),
    ]


def test_what_the_core_writes_is_read():
    names = {"v0": state(0), "v1": inp(0)}
    assert parse("(if (lt v0 2) (add v1 -1) (mod v0 3))", names) == apply("if", apply("lt", state(0), 2), inp(0) - 1, state(0) % 3)


def test_a_look_up_is_called_a_table_and_is_0_elsewhere():
    program = Program((), (), table([inp(0)], Table((2,), (3,), (7, 8, 9))), 1)
    assert program.is_table and not Program((), (), inp(0), 1).is_table
    assert program.run([(2,), (4,), (5,), (-1,)]) == [7, 9, 0, 0]


def test_a_longer_program_has_a_longer_description():
    short, long = Program((0,), (state(0) + inp(0),), state(0), 1), Program((0,), (state(0) + inp(0) * 17,), state(0), 1)
    assert short.description_length < long.description_length
