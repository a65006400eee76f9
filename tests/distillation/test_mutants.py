"""Texts with one thing changed: the runs beside the network find it, or the change means nothing."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import numpy as np
import pytest
from samples import counters, rows_against_columns

from pyssnn.distillation import Network, distill
from pyssnn.distillation import writing as texts
from pyssnn.distillation.files import save_network
from pyssnn.distillation.probing import Inputs
from pyssnn.distillation.running import distill_files
from pyssnn.distillation.tasks import find_task
from pyssnn.distillation.verify import same_batches, same_text

NETWORKS = {
    "rows against columns": lambda: rows_against_columns(6),  # 2^36 inputs: random ones and ties have to do
    "clauses": lambda: find_task("maxsat").train((6, 4)),
    "counters": lambda: counters(6),
    "a ring": lambda: find_task("ca-110").train((8,)),
}


def mutants(text: str) -> Iterator[str]:
    """The text with a number one more or less, another comparison, or a minus for a plus."""
    tree = ast.parse(text)
    for place, node in enumerate(ast.walk(tree)):
        changes = []
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            changes = [("value", node.value + 1), ("value", node.value - 1)]
        elif isinstance(node, ast.Compare):
            changes = [("ops", [other()]) for other in (ast.Gt, ast.GtE, ast.Lt, ast.LtE) if not isinstance(node.ops[0], other)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            changes = [("op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())]
        for name, value in changes:
            changed = copy.deepcopy(tree)
            setattr(list(ast.walk(changed))[place], name, value)
            yield ast.unparse(ast.fix_missing_locations(changed))


def outputs(text: str, language: str, network: Network, inputs: np.ndarray) -> np.ndarray:
    space: dict = {}
    exec(text, space)
    shaped = inputs.reshape(-1, *network.input_shape)
    found = space["program"](shaped) if language == "numpy" else [space["program"](x) for x in shaped.astype(int).tolist()]
    return np.asarray(found, dtype=float).reshape(len(inputs), -1)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("language", ["python", "numpy"])
def test_a_changed_text_is_found_or_means_the_same(name, language):
    network = NETWORKS[name]()
    program = distill(network)
    check, ran = (same_text if language == "python" else same_batches), Inputs.of(network)
    others = np.random.default_rng(5).integers(0, 2, (400, network.n_inputs)).astype(float)
    found = 0
    for text in mutants(program.source(language)):
        try:
            space: dict = {}
            exec(text, space)
            with np.errstate(all="ignore"):
                passed = check(space["program"], network, program.readings[0], ran).passed
        except Exception:  # noqa: BLE001 - a text that raises is found out as well
            passed = False
        found += not passed
        assert not passed or (outputs(text, language, network, others) == network(others)).all(), text
    assert found >= 5


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_a_wrong_emitter_gives_no_program(monkeypatch, language):
    right = getattr(texts, f"{language}_source")
    monkeypatch.setattr(texts, f"{language}_source", lambda *given: right(*given).replace("sum(", "2 * sum(").replace(".sum(", ".max("))
    program = distill(rows_against_columns(4))
    assert program.verdict == "none" and program.program is None


def test_a_wrong_ocaml_text_is_left_out_and_said(monkeypatch, tmp_path):
    right = texts.ocaml_source
    monkeypatch.setattr(texts, "ocaml_source", lambda *given: right(*given).replace("then 1 ", "then 2 ").replace("then 1)", "then 2)"))
    save_network(counters(5), tmp_path / "network.npz")
    run, found = distill_files(tmp_path / "network.npz", tmp_path / "run", figures=False)
    assert found.program.verdict == "proven" and not found.program.check_ocaml.passed
    assert run.path("program.py").exists() and run.path("program_numpy.py").exists() and not run.path("program.ml").exists()
    assert "not given out" in run.path("proof.json").read_text()
