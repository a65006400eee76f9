"""Programs, libraries and representations in process, through the embedded core."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.synthesis import Dsl, Program, Representation, core, incorporate_stitch

TRIANGLE = "(push (add (connect (push (next_port (add (connect (pop (next_port (connect identity))))))))))"


def test_a_program_says_what_it_is(first_dsl):
    program = Program("(push (add (connect identity)))", first_dsl)
    assert (program.type, program.size, program.mass) == ("graph_state -> graph_state", 4, 4)
    assert program.log_likelihood == pytest.approx(4 * np.log(1 / 10))


def test_the_three_notations_name_one_program(first_dsl):
    inline = Program("({fn_7}(lam (push (add (connect $0)))) identity)", first_dsl)
    dreamcoder = Program(inline.dreamcoder, first_dsl)
    assert inline.stitch == "(fn_7 identity)"
    assert inline.dreamcoder == "(#(lambda (push (add (connect $0)))) identity)"
    assert inline.expanded == dreamcoder.expanded == "(push (add (connect identity)))"
    assert (inline.size, inline.mass) == (dreamcoder.size, dreamcoder.mass) == (2, 4)


def test_a_program_builds_its_graph(first_dsl):
    graph = Program(TRIANGLE, first_dsl).evaluate()
    assert graph.n_nodes == 3 and graph.primary_key == (3, (2, 2, 2))
    # Every element has one id, nodes and edges together.
    assert sorted([*graph.nodes, *graph.edges[:, 0]]) == list(range(graph.n_elements))
    for edge, u, v, port in graph.edges:
        assert u < v and {u, v} <= set(graph.nodes) and 0 <= port < graph.max_conn


def grown(dsl_file, workspace, name: str, inventions: dict[str, str]) -> dict:
    """The primitives, by name, of the library with these inventions more."""
    incorporate_stitch(
        dsl_file=dsl_file,
        next_dsl_file=workspace / name,
        representations_dir=workspace,
        invented_primitives=[{"name": name, "body": body} for name, body in inventions.items()],
        replacements=[],
    )
    return {p.name: p for p in Dsl.load(workspace / name).primitives}


def test_one_function_has_one_stable_name_in_two_libraries(first_dsl_file, workspace):
    one = grown(first_dsl_file, workspace, "one.json", {"fn_0": "(push (add (connect #0)))", "fn_1": "(fn_0 (fn_0 #0))"})
    other = grown(first_dsl_file, workspace, "other.json", {"fn_0": "(add (connect #0))", "fn_7": "(push (fn_0 (push (fn_0 #0))))"})
    assert one["fn_1"].stable_name == other["fn_7"].stable_name != one["fn_0"].stable_name
    assert one["fn_1"].description == other["fn_7"].description
    assert one["fn_0"].stable_name != other["fn_0"].stable_name
    assert len({p.stable_name for p in one.values()}) == len(one)


def test_primitives_say_what_they_do(first_dsl_file, workspace):
    library = grown(first_dsl_file, workspace, "one.json", {"fn_0": "(push (add (connect #0)))", "fn_1": "(lam $0)"})
    assert library["push"].stable_name == "push" and library["push"].description == "puts its node on the stack, then goes on"
    assert library["fn_0"].description == "pushes, adds a node, connects it back, then goes on. Builds 2 nodes and 1 edge alone"
    assert all(p.description for p in library.values())


def test_ports_are_a_parameter(first_dsl):
    two_edges = Program("(push (add (connect (next_port (connect identity)))))", first_dsl)
    assert len(two_edges.evaluate(max_conn=2).edges) == 2
    assert len(two_edges.evaluate(max_conn=1).edges) == 1  # the only port is taken


def test_equivalence_ignores_ids_ports_and_repeated_edges(first_dsl):
    pair = Program("(push (add (connect identity)))", first_dsl)
    again = Program("(push (add (next_port (connect (next_port (connect identity))))))", first_dsl)
    assert pair.is_equivalent(again)
    assert not pair.is_equivalent(Program(TRIANGLE, first_dsl))


@pytest.mark.parametrize(
    "text, part",
    [
        ("(push identity", "closing parenthesis"),
        ("(shove identity)", "a primitive of the library"),
        ("(push push identity)", "a term of type"),
        ("$0", "bound"),
        ("", "a program"),
        ("(" * 100_000, "nested"),
    ],
)
def test_a_bad_program_is_an_input_error(first_dsl, text, part):
    with pytest.raises(InputError, match=part):
        Program(text, first_dsl)


def test_a_program_without_an_output_is_an_input_error(first_dsl):
    with pytest.raises(InputError, match="connected graph"):
        Program("identity", first_dsl).evaluate()
    with pytest.raises(InputError, match="type"):
        Program("push", first_dsl).evaluate()
    with pytest.raises(InputError, match="step limit"):
        Program("(push (add (connect identity)))", first_dsl).evaluate(step_limit=2)


def test_other_ocaml_exceptions_arrive_as_python_exceptions(first_dsl):
    # The handle is given back below Python's feet: the core answers, and the process lives on.
    with pytest.raises(InputError, match="handle"):
        core.call("describe", dsl=10**9, program="identity")
    with pytest.raises(InputError, match="read_dsl"):
        core.call("no_such_call")
    assert core.call("describe", dsl=first_dsl.handle, program="identity")["mass"] == 1


def test_the_core_serves_threads_one_at_a_time(first_dsl):
    results = []

    def work():
        for _ in range(200):
            results.append(Program(TRIANGLE, first_dsl).evaluate().n_nodes)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [3] * 800


def test_a_representation_file_without_a_field_is_an_input_error(first_dsl, tmp_path):
    fields = Program(TRIANGLE, first_dsl).evaluate().fields
    path = tmp_path / "r.json"
    path.write_text(json.dumps(fields))
    assert Representation.load(path).n_nodes == 3
    for name in fields:
        path.write_text(json.dumps({key: value for key, value in fields.items() if key != name}))
        with pytest.raises(InputError, match="a representation file"):
            Representation.load(path)
    for name in fields["output"]:
        output = {key: value for key, value in fields["output"].items() if key != name}
        path.write_text(json.dumps(fields | {"output": output}))
        with pytest.raises(InputError, match="a representation file"):
            Representation.load(path)


def test_a_representation_file_that_is_none_is_an_input_error(tmp_path):
    for name, text in {"empty.json": "", "list.json": "[]", "other.json": '{"program": "identity"}'}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match="a representation file"):
            Representation.load(tmp_path / name)
    with pytest.raises(InputError, match="No such file"):
        Representation.load(tmp_path / "nowhere.json")
