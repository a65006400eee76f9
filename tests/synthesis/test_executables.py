"""The executables as a user meets them: what they do, and one JSON error with exit code 2 when they cannot."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from pyssnn.errors import InputError
from pyssnn.synthesis import Dsl, Representation, explore, incorporate_stitch, stitch_compress
from pyssnn.synthesis.build import EXECUTABLES

from .conftest import contents


def message(first_dsl_file, workspace, **changes):
    return {
        "domain": "graph",
        "frontier": [],
        "dsl_file": str(first_dsl_file),
        "next_dsl_file": str(workspace / "next.json"),
        "representations_dir": str(workspace / "representations"),
        "max_novel_representations": 10,
        "max_programs": 20_000,
    } | changes


def run(name, text):
    return subprocess.run([EXECUTABLES[name]], input=text, capture_output=True, text=True)


def test_explore_speaks_json_both_ways(first_dsl_file, workspace):
    done = run("explore", json.dumps(message(first_dsl_file, workspace)))
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
        run("explore", json.dumps(message(first_dsl_file, tmp_path / name)))
        folders.append(contents(tmp_path / name))
    assert folders[0] == folders[1] and folders[0]


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
    done = run("explore", json.dumps(message(first_dsl_file, workspace, **changes)))
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
    from pyssnn.synthesis import Program

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
    text = json.dumps(message(folder / "dsl.json", folder))
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

    monkeypatch.setitem(executables.EXECUTABLES, "explore", Path(workspace / "explore.exe"))
    with pytest.raises(InputError, match="run `make`"):
        explore(
            dsl_file="x", next_dsl_file="y", representations_dir="z", frontier=[], max_novel_representations=1
        )
