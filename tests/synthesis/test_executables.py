"""The executables as a user meets them: what they do, and one JSON error with exit code 2 when they cannot."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

from pyssnn.errors import InputError
from pyssnn.synthesis import Dsl, Program, Representation, explore, incorporate_stitch, stitch_compress
from pyssnn.synthesis.build import EXECUTABLES

from .conftest import contents, search


def run(name, text):
    return subprocess.run([EXECUTABLES[name]], input=text, capture_output=True, text=True)


def test_explore_speaks_json_both_ways(first_dsl_file, workspace):
    done = run("explore", json.dumps(search(first_dsl_file, workspace)))
    assert done.returncode == 0 and done.stderr == ""
    reply = json.loads(done.stdout)
    assert {"new", "replaced", "replacements", "n_enumerated", "max_description_length"} <= reply.keys()
    assert reply["new"] == len(reply["new_representations"]) > 0
    assert sorted(reply["new_representations"]) == sorted(os.listdir(workspace / "representations"))
    # Equal weights over ten primitives: programs of k primitives cost k ln 10. Of all programs, 20,000 end at six primitives;
    # without redexes they go on to eight.
    assert reply["max_description_length"] == pytest.approx(8 * math.log(10), abs=1e-4)


def test_the_same_search_gives_the_same_files(first_dsl_file, tmp_path):
    folders = []
    for name in ("a", "b"):
        (tmp_path / name / "representations").mkdir(parents=True)
        run("explore", json.dumps(search(first_dsl_file, tmp_path / name)))
        folders.append(contents(tmp_path / name))
    assert folders[0] == folders[1] and folders[0]


def test_paths_are_those_of_the_caller(first_dsl_file, tmp_path, monkeypatch):
    for folder in ("a", "b"):
        (tmp_path / folder / "r").mkdir(parents=True)
        shutil.copy(first_dsl_file, tmp_path / folder / "dsl.json")
        monkeypatch.chdir(tmp_path / folder)
        explore(dsl_file="dsl.json", next_dsl_file="next.json", representations_dir="r", frontier=[], max_novel_representations=2, max_programs=20_000)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") and (tmp_path / "b" / "next.json").exists()


def test_workers_find_what_one_finds_also_where_programs_loop(first_dsl_file, tmp_path):
    doubled = [f"(fn_{i} (fn_{i} #0))" for i in range(3)]
    bodies = ["(if_positions_equal #0 #0 #0 #0 (if_positions_equal #0 #0 #0 #0 #0))", *doubled]
    incorporate_stitch(
        dsl_file=first_dsl_file,
        next_dsl_file=tmp_path / "looping.json",
        representations_dir=tmp_path,
        invented_primitives=[{"name": f"fn_{i}", "body": body} for i, body in enumerate(bodies)],
        replacements=[],
    )
    found = []
    for workers in (1, 3):
        (tmp_path / str(workers)).mkdir()
        result = explore(
            dsl_file=tmp_path / "looping.json",
            next_dsl_file=tmp_path / f"next_{workers}.json",
            representations_dir=tmp_path / str(workers),
            frontier=[],
            max_novel_representations=100,
            max_programs=60_000,
            eval_timeout=0.001,
            workers=workers,
        )
        found.append((result, contents(tmp_path / str(workers))))
    assert found[0] == found[1]
    assert found[0][0].n_failed > 10_000 and len(found[0][0].new) > 5


def test_a_loop_of_search_and_compression_grows_the_library(first_dsl_file, workspace):
    representations = workspace / "representations"
    first = explore(
        dsl_file=first_dsl_file,
        next_dsl_file=workspace / "dsl_1.json",
        representations_dir=representations,
        frontier=[],
        max_novel_representations=10,
        max_programs=2_000_000,
    )
    programs = [Representation.load(representations / name).stitch_program for name in first.new]
    compression = stitch_compress(programs, dsl=Dsl.load(workspace / "dsl_1.json"), iterations=1)
    assert [p["name"] for p in compression.invented_primitives] == ["fn_0"]
    taken = incorporate_stitch(
        dsl_file=workspace / "dsl_1.json",
        next_dsl_file=workspace / "dsl_2.json",
        representations_dir=representations,
        invented_primitives=compression.invented_primitives,
        replacements=list(zip(first.new, compression.rewritten)),
    )
    assert not taken.rejected
    renamed = dict(taken.replacements)
    population = [renamed.get(name, name) for name in first.new]
    second = explore(
        dsl_file=workspace / "dsl_2.json",
        next_dsl_file=workspace / "dsl_3.json",
        representations_dir=representations,
        frontier=population,
        max_novel_representations=10,
        max_programs=200_000,
    )
    # The same budget, from the same graphs, reaches further with the richer library.
    without = explore(
        dsl_file=workspace / "dsl_1.json",
        next_dsl_file=workspace / "dsl_1_again.json",
        representations_dir=representations,
        frontier=first.new,
        max_novel_representations=10,
        max_programs=200_000,
    )
    assert len(second.new) > len(without.new)
    grown = Dsl.load(workspace / "dsl_3.json")
    weight = {p.name: p.log_likelihood for p in grown.primitives}
    assert weight["fn_0"] > weight["prev_port"]


def test_weights_by_context_change_the_search_but_not_the_library(first_dsl_file, workspace):
    found = explore(
        dsl_file=first_dsl_file,
        next_dsl_file=workspace / "dsl_1.json",
        representations_dir=workspace / "representations",
        frontier=[],
        max_novel_representations=1,
        max_programs=20_000,
    )
    costs = {}
    for contextual in (False, True):
        costs[contextual] = explore(
            dsl_file=workspace / "dsl_1.json",
            next_dsl_file=workspace / f"{contextual}.json",
            representations_dir=workspace / "representations",
            frontier=found.new,
            max_novel_representations=0,
            max_programs=20_000,
            contextual=contextual,
        ).max_description_length
    assert (workspace / "True.json").read_text() == (workspace / "False.json").read_text()
    assert costs[True] != costs[False]


def test_a_rewriting_that_says_something_else_is_refused_and_named(first_dsl_file, workspace):
    representations = workspace / "representations"
    found = explore(
        dsl_file=first_dsl_file,
        next_dsl_file=workspace / "dsl_1.json",
        representations_dir=representations,
        frontier=[],
        max_novel_representations=1,
        max_programs=100_000,
    )
    before = set(os.listdir(representations))
    taken = incorporate_stitch(
        dsl_file=workspace / "dsl_1.json",
        next_dsl_file=workspace / "dsl_2.json",
        representations_dir=representations,
        invented_primitives=[{"name": "fn_0", "body": "(push (add #0))"}],
        replacements=[(found.new[0], "(fn_0 identity)")],
    )
    assert taken.replacements == () and taken.rejected == ((found.new[0], "it expands to another program"),)
    assert set(os.listdir(representations)) == before


FN_0, FN_1 = {"name": "fn_0", "body": "(push (add #0))"}, {"name": "fn_1", "body": "(fn_0 (connect #0))"}


@pytest.fixture
def grown(first_dsl_file, workspace) -> dict:
    """A library with two inventions, the second written with the first: the arguments that incorporate_stitch goes on with."""
    arguments = dict(representations_dir=workspace / "representations", replacements=[])
    incorporate_stitch(dsl_file=first_dsl_file, next_dsl_file=workspace / "grown.json", invented_primitives=[FN_0, FN_1], **arguments)
    return dict(dsl_file=workspace / "grown.json", next_dsl_file=workspace / "pruned.json", invented_primitives=[], **arguments)


def names_and_weights(path) -> dict[str, float]:
    return {p.name: p.log_likelihood for p in Dsl.load(path).primitives}


def test_pruning_alone_leaves_the_weights_of_the_others(first_dsl_file, grown, workspace):
    fields = json.loads(grown["dsl_file"].read_text())
    for i, entry in enumerate(fields["library"]):
        entry["log_likelihood"] = -0.01 * i
    grown["dsl_file"].write_text(json.dumps(fields))
    before = names_and_weights(grown["dsl_file"])
    reply = incorporate_stitch(**grown, pruned_primitives=["fn_1", "fn_0"])
    assert names_and_weights(grown["next_dsl_file"]) == {name: before[name] for name in before if name not in ("fn_0", "fn_1")}
    assert reply.next_dsl_mass == Dsl.load(first_dsl_file).mass


def test_an_invention_leaves_in_the_step_that_adds_another(grown):
    incorporate_stitch(**grown | {"invented_primitives": [{"name": "fn_2", "body": "(pop #0)"}]}, pruned_primitives=["fn_1"])
    weights = names_and_weights(grown["next_dsl_file"])
    assert list(weights)[:3] == ["fn_2", "fn_0", "identity"] and set(weights.values()) == {-np.log(12)}


@pytest.mark.parametrize(
    "pruned, changes, said",
    [
        (["fn_7"], {}, "fn_7: found a name that the library does not have"),
        (["push"], {}, "push: found a base primitive"),
        (["fn_0"], {}, "a use in the body of fn_1"),
        (["fn_1"], {"invented_primitives": [{"name": "fn_2", "body": "(fn_1 #0)"}]}, 'found "fn_1"'),
        (["fn_1"], {"invented_primitives": [{"name": "fn_1", "body": "(pop #0)"}]}, "a second entry of this name"),
    ],
)
def test_an_invention_that_is_needed_does_not_leave(grown, workspace, pruned, changes, said):
    before = contents(workspace)
    with pytest.raises(InputError, match=said):
        incorporate_stitch(**grown | changes, pruned_primitives=pruned)
    assert contents(workspace) == before


@pytest.mark.parametrize("original, rewritten", [("(fn_1 identity)", "(fn_0 (connect identity))"), ("(push (add (connect identity)))", "(fn_1 identity)")])
def test_an_invention_that_a_program_uses_does_not_leave(grown, workspace, original, rewritten):
    program = Program(original, Dsl.load(grown["dsl_file"]))
    (workspace / "representations" / program.file_name).write_text(json.dumps(program.evaluate().fields))
    before = contents(workspace)
    changes = {"replacements": [(program.file_name, rewritten)]}
    with pytest.raises(InputError, match=f"found fn_1, which .*{program.file_name} uses"):
        incorporate_stitch(**grown | changes, pruned_primitives=["fn_1"])
    assert contents(workspace) == before
    assert incorporate_stitch(**grown | changes).replacements


def test_a_name_that_comes_back_for_another_body_is_not_mistaken_for_the_first(first_dsl_file, grown, workspace):
    program = Program("(fn_1 identity)", Dsl.load(grown["dsl_file"]))
    (workspace / "representations" / program.file_name).write_text(json.dumps(program.evaluate().fields))
    other = workspace / "other.json"
    incorporate_stitch(
        **grown | {"dsl_file": first_dsl_file, "next_dsl_file": other, "invented_primitives": [FN_0, {"name": "fn_1", "body": "(pop #0)"}]}
    )
    with pytest.raises(InputError, match="another body for fn_1"):
        explore(
            dsl_file=other,
            next_dsl_file=workspace / "next.json",
            representations_dir=workspace / "representations",
            frontier=[program.file_name],
            max_novel_representations=1,
        )


def test_a_library_whose_inventions_state_another_type_inside_a_body_is_refused(grown):
    fields = json.loads(grown["dsl_file"].read_text())
    outer, inner = fields["library"][:2]
    nested = outer["impl"][1][1]
    assert nested[0] == "Invented" and nested[1]["ty"] == inner["ty"]
    nested[1]["ty"] = inner["ty"][1]["left"]
    grown["dsl_file"].write_text(json.dumps(fields))
    with pytest.raises(InputError, match="another body or type for fn_0"):
        Dsl.load(grown["dsl_file"])


BAD_MESSAGES = {
    "truncated": ('{"domain": "gra', "", "JSON"),
    "empty": ("", "", "JSON"),
    "not an object": ("3", "", "an object"),
}


@pytest.mark.parametrize("name", EXECUTABLES)
@pytest.mark.parametrize("text, field, expected", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_a_message_that_is_none(name, text, field, expected):
    done = run(name, text)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    error = json.loads(done.stderr)["error"]
    assert error["field"] == field and expected in error["expected"] and error["found"]


BAD_FIELDS = {
    "missing library": ({"dsl_file": "nowhere.json"}, "nowhere.json"),
    "unwritable folder": ({"next_dsl_file": "/nowhere/at/all/next.json"}, "next_dsl_file"),
    "missing representations": ({"representations_dir": "nowhere"}, "representations_dir"),
    "unknown member": ({"frontier": ["0.json"]}, "0.json"),
    "negative room": ({"max_novel_representations": -1}, "max_novel_representations"),
    "a number as text": ({"max_diff": "0.5"}, "max_diff"),
    "a flag as a number": ({"contextual": 1}, "contextual"),
    "no ports": ({"max_conn": 0}, "max_conn"),
    "another domain": ({"domain": "trees"}, "domain"),
    "a field of another message": ({"invented_primitives": []}, "invented_primitives"),
}


@pytest.mark.parametrize("changes, field", BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_a_field_that_is_wrong(first_dsl_file, workspace, changes, field):
    before = contents(workspace)
    done = run("explore", json.dumps(search(first_dsl_file, workspace, **changes)))
    assert done.returncode == 2 and done.stdout == ""
    error = json.loads(done.stderr)["error"]
    assert field in error["field"] and error.keys() == {"field", "found", "expected"}
    assert contents(workspace) == before


def damage_library(text, workspace):
    fields = json.loads(text)
    yield "truncated", text[: len(text) // 2]
    yield "unknown primitive", text.replace('"push"', '"shove"')
    yield "size", json.dumps(fields | {"size": 9})
    yield "state", json.dumps(fields | {"state_type": fields["library"][0]["ty"]})
    ill_typed = json.loads(text)
    ill_typed["library"][0]["ty"] = fields["state_type"]
    yield "type", json.dumps(ill_typed)
    infinite = json.loads(text)
    infinite["library"][0]["log_likelihood"] = float("nan")
    yield "weight", json.dumps(infinite)
    yield "twice", json.dumps(fields | {"library": fields["library"] + fields["library"][:1], "size": 11, "mass": 11})


def test_a_corrupt_library_is_refused(first_dsl_file, workspace):
    for kind, text in damage_library(first_dsl_file.read_text(), workspace):
        damaged = workspace / "damaged.json"
        damaged.write_text(text)
        before = contents(workspace)
        with pytest.raises(InputError) as raised:
            explore(
                dsl_file=damaged,
                next_dsl_file=workspace / "next.json",
                representations_dir=workspace / "representations",
                frontier=[],
                max_novel_representations=1,
                max_programs=1000,
            )
        assert "damaged.json" in str(raised.value), kind
        assert "\n" not in str(raised.value), kind
        assert contents(workspace) == before, kind


def test_a_representation_that_does_not_fit_its_program_is_refused(first_dsl_file, workspace):
    representations = workspace / "representations"
    arguments = dict(
        dsl_file=first_dsl_file,
        next_dsl_file=workspace / "next.json",
        representations_dir=representations,
        max_novel_representations=1,
        max_programs=20_000,
    )
    (name,) = explore(frontier=[], **arguments).new
    fields = json.loads((representations / name).read_text())
    for change in (
        {"mass": fields["mass"] + 1},
        {"output": fields["output"] | {"next_id": 7}},
        {"program": "(push (add (connect (push identity))))"},
        {"program": "(push push)"},
        {"program": "(push"},
    ):
        (representations / name).write_text(json.dumps(fields | change))
        before = contents(workspace)
        with pytest.raises(InputError, match=name):
            explore(frontier=[name], **arguments)
        assert contents(workspace) == before


def test_two_members_with_one_graph_are_refused(first_dsl, first_dsl_file, workspace):
    names = []
    for text in ("(push (add (connect identity)))", "(push (push (add (connect identity))))"):
        program = Program(text, first_dsl)
        (workspace / "representations" / program.file_name).write_text(json.dumps(program.evaluate().fields))
        names.append(program.file_name)
    with pytest.raises(InputError, match="one program for each graph"):
        explore(
            dsl_file=first_dsl_file,
            next_dsl_file=workspace / "next.json",
            representations_dir=workspace / "representations",
            frontier=names,
            max_novel_representations=1,
        )


@pytest.fixture
def ordinary_user():
    """What makes a process one of a user who may not write everywhere, and a folder that this user can reach."""
    as_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield {"user": 65534} if as_root else {}, Path(folder)


def test_a_folder_without_permission_is_refused(first_dsl_file, ordinary_user):
    user, folder = ordinary_user
    executable = folder / "explore.exe"  # the repository may lie where that user cannot read
    shutil.copy(EXECUTABLES["explore"], executable)
    shutil.copy(first_dsl_file, folder / "dsl.json")
    (folder / "representations").mkdir(mode=0o555)
    text = json.dumps(search(folder / "dsl.json", folder))
    done = subprocess.run([executable], input=text, capture_output=True, text=True, **user)
    assert done.returncode == 2 and "permission" in json.loads(done.stderr)["error"]["found"]
    assert list((folder / "representations").iterdir()) == []


def test_compression_of_nothing_invents_nothing(first_dsl):
    assert stitch_compress([], dsl=first_dsl).invented_primitives == ()


def test_new_names_go_on_from_the_highest(first_dsl_file, workspace):
    taken = workspace / "grown.json"
    incorporate_stitch(
        dsl_file=first_dsl_file,
        next_dsl_file=taken,
        representations_dir=workspace / "representations",
        invented_primitives=[{"name": "fn_41", "body": "(push (add #0))"}],
        replacements=[],
    )
    programs = ["(fn_41 (connect (fn_41 (connect identity))))"] * 3
    names = [p["name"] for p in stitch_compress(programs, dsl=Dsl.load(taken)).invented_primitives]
    assert names and names[0] == "fn_42"


def test_without_the_built_core_the_error_says_make(monkeypatch, workspace):
    from pyssnn.synthesis import executables
    from pyssnn.synthesis.service import Service

    monkeypatch.setattr(executables, "default_service", lambda: Service(workspace / "serve.exe"))
    with pytest.raises(InputError, match="run `make`"):
        explore(
            dsl_file="x", next_dsl_file="y", representations_dir="z", frontier=[], max_novel_representations=1
        )
