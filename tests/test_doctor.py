"""The doctor: what counts as missing, and that each missing thing comes with a command."""

from __future__ import annotations

import sys

from pyssnn import doctor


def built(root, *names):
    for name in names:
        path = root / "_build" / "default" / "synth" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def test_where_nothing_is_built_the_core_is_missing_and_make_mends_it(tmp_path):
    found = {check.name: check for check in doctor.checks(tmp_path)}
    for name in ("explore.exe", "incorporate_stitch.exe", "serve.exe", "embedded core"):
        assert (found[name].ok, found[name].required, found[name].todo) == (False, True, "make")
        assert found[name] in doctor.missing(found.values())


def test_once_the_core_is_built_the_compiler_is_no_longer_required(tmp_path, monkeypatch):
    root = built(tmp_path, "bin/explore.exe", "bin/incorporate_stitch.exe", "bin/serve.exe", "embed/core.so")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {check.name: check for check in doctor.checks(root)}
    assert not found["ocaml"].ok and not found["ocaml"].required
    monkeypatch.setenv("PATH", str(tmp_path))
    unbuilt = {check.name: check for check in doctor.checks(tmp_path / "elsewhere")}
    assert unbuilt["dune"].required and unbuilt["dune"].todo.startswith("apt-get install ocaml-nox ocaml-dune")


def test_a_package_that_does_not_import_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    found = {check.name: check for check in doctor.checks(tmp_path)}
    assert not found["safetensors"].ok and "does not import" in found["safetensors"].found
    assert found["safetensors"].todo == "pip install -e ."


def test_everything_required_that_is_missing_has_a_command(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert all(check.todo for check in doctor.missing(doctor.checks(tmp_path)))
