"""The original experiment's archive is an oracle: its programs, keys and libraries must come out as they stand there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyssnn.synthesis import Dsl, Program, Representation, explore, incorporate_stitch, stitch_compress

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "ssn_0_0"
pytestmark = pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/reference/ssn_0_0")

LIBRARIES = [f"dsl_{i}.json" for i in range(12)]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_is_written_back_equal(name, tmp_path):
    Dsl.load(ARCHIVE / "dsls" / name).save(tmp_path / name)
    assert json.loads((tmp_path / name).read_text()) == json.loads((ARCHIVE / "dsls" / name).read_text())


def test_an_archived_library_reads_well():
    inventions = [p for p in Dsl.load(ARCHIVE / "dsls" / "dsl_11.json").primitives if p.is_invented]
    described = {p.name: p.description for p in inventions}
    assert described["fn_2"] == "turns the port, then does what it is given"
    assert described["fn_5"] == (
        "twice: pushes, adds a node, connects it back, turning the port between; adds a node, turns the port, connects it back. "
        "Builds 4 nodes and 3 edges alone"
    )
    assert all(len(sentence) <= 120 for text in described.values() for sentence in text.split(". "))
    # The original learned three functions twice, in different steps and from other inventions.
    names = {p.name: p.stable_name for p in inventions}
    same = {frozenset(name for name in names if names[name] == names[other]) for other in names}
    assert {s for s in same if len(s) > 1} == {frozenset(s) for s in (("fn_8", "fn_11"), ("fn_4", "fn_9"), ("fn_7", "fn_10"))}


def test_every_program_evaluates_to_its_archived_output_and_keys():
    dsl = Dsl.load(ARCHIVE / "dsls" / "dsl_11.json")
    files = sorted((ARCHIVE / "representations").iterdir())
    assert len(files) == 50
    for file in files:
        archived = json.loads(file.read_text())
        program = Program(archived["program"], dsl)
        evaluated = program.evaluate().fields
        ordered, found = (
            {tuple(map(tuple, edge)) for edge in fields["output"]["edges"]} for fields in (archived, evaluated)
        )
        assert found == ordered, file.name
        assert evaluated == archived, file.name
        assert program.file_name == file.name


def test_a_stitch_program_reads_back_as_its_inline_program():
    dsl = Dsl.load(ARCHIVE / "dsls" / "dsl_11.json")
    for file in sorted((ARCHIVE / "representations").iterdir()):
        archived = Representation.load(file)
        assert Program(archived.stitch_program, dsl).text == archived.program


@pytest.fixture
def archived_workspace(workspace):
    for file in (ARCHIVE / "representations").iterdir():
        (workspace / "representations" / file.name).write_bytes(file.read_bytes())
    return workspace


def test_explore_goes_on_from_the_archive(archived_workspace):
    folder = archived_workspace / "representations"
    known = sorted(p.name for p in folder.iterdir())
    found = explore(
        dsl_file=ARCHIVE / "dsls" / "dsl_11.json",
        next_dsl_file=archived_workspace / "next.json",
        representations_dir=folder,
        frontier=known,
        max_novel_representations=25,
        max_programs=100_000,
    )
    assert len(found.new) == 25 and found.stopped == "programs" and found.n_enumerated == 100_000
    assert not set(found.new) & set(known)
    # The weights were learned: not the collapsed ones of the archive.
    weights = [p.log_likelihood for p in Dsl.load(archived_workspace / "next.json").primitives]
    assert 0.4 < max(weights) - min(weights) <= 0.5 + 1e-9


def test_compression_goes_on_from_the_archive(archived_workspace):
    folder = archived_workspace / "representations"
    dsl_file = ARCHIVE / "dsls" / "dsl_11.json"
    dsl = Dsl.load(dsl_file)
    members = sorted(folder.iterdir())
    compression = stitch_compress([Representation.load(p).stitch_program for p in members], dsl=dsl)
    assert [p["name"] for p in compression.invented_primitives][:1] == ["fn_13"]
    taken = incorporate_stitch(
        dsl_file=dsl_file,
        next_dsl_file=archived_workspace / "next.json",
        representations_dir=folder,
        invented_primitives=compression.invented_primitives,
        replacements=[(p.name, text) for p, text in zip(members, compression.rewritten)],
    )
    assert not taken.rejected and taken.replacements
    grown = Dsl.load(archived_workspace / "next.json")
    assert grown.size == dsl.size + len(compression.invented_primitives) and grown.mass == taken.next_dsl_mass
    for old, new in taken.replacements:
        before, after = (Representation.load(folder / name) for name in (old, new))
        assert after.fields["output"] == before.fields["output"] and after.mass == before.mass
        assert after.size < before.size
