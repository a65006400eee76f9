"""Distilling a task's network, and what the table says of the program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyssnn.distillation.baselines import BaselineConfig, baselines
from pyssnn.distillation.condense import distill
from pyssnn.distillation.distilled import DistilledProgram
from pyssnn.distillation.network import Network
from pyssnn.distillation.tables import domain_text
from pyssnn.distillation.tasks import Task


@dataclass(frozen=True, eq=False)
class Distilled:
    """A task's network and its program."""

    network: Network
    program: DistilledProgram


def distill_task(task: Task) -> Distilled:
    """Train the task's networks, condense the last with the others beside it, and check with those held out."""
    networks = [task.train(size) for size in task.sizes]
    held_out = [task.train(size) for size in task.held_out]
    return Distilled(networks[-1], distill(networks[-1], also=networks[:-1], check=held_out or None))


def describe(found: Distilled) -> dict:
    """What there is to say of a program without running it: sizes, lengths, the verdict and what was compared for it."""
    network, program, proof = found.network, found.program, found.program.full_proof
    described: dict = {
        "neurons": [network.n_inputs, *(layer.n_outputs for layer in network.layers)],
        "parameters": network.n_parameters,
        "nonzero": sum(int(np.count_nonzero(layer.weights) + np.count_nonzero(layer.biases)) for layer in network.layers),
        "verdict": proof.verdict,
        "scope": proof.scope,
        "bound": proof.bound,
        "compared": proof.compared,
        "differing": proof.differing,
        "notes": list(proof.notes),
    }
    if program.program is not None:
        described |= {
            "groups": len(program.program.groups),
            "numbers": program.program.literals(),
            "lines": program.lines("python"),
        }
    return described


def units(found: Distilled) -> list[dict]:
    """For each group of the condensed network: its layer, how many neurons it stands for, their activation and their verdict."""
    program = found.program.program
    if program is None:
        return []
    reading, placements = found.program.readings[0], found.program.placements[0]
    rows = []
    for group in program.groups:
        ids = placements[group.name]
        members = np.isin(reading.became[group.layer], ids[ids >= 0])
        rows.append(
            {
                "group": group.name,
                "layer": group.layer,
                "neurons": int(members.sum()),
                "distinct": int((ids >= 0).sum()),
                "domain": domain_text(program, group),
                "reads": sorted({term.source for term in group.terms}),
                "activation": found.network.layers[group.layer].activation,
                "certificate": reading.exact.how[group.layer],
                "verdict": "proven" if reading.exact.certified[group.layer][members].all() else "approximate",
            }
        )
    return rows


def evaluate(task: Task, found: Distilled, seed: int, config: BaselineConfig | None) -> dict:
    """`describe`, and how often the program, the trivial rule and the baselines are wholly right, test by test.

    Args:
        seed: of the tests' examples.
        config: None trains no baselines.
    """
    tests, trivial = {}, {}
    for index, test in enumerate(task.tests):
        inputs, right = test.make(np.random.default_rng([seed, index]))
        if found.program.program is not None:
            tests[test.name] = share(found.program.run(inputs), right)
        trivial[test.name] = share(task.trivial(inputs), right)
    return {
        "task": task.name,
        "summary": task.summary,
        "sizes": [list(size) for size in task.sizes],
        "held_out": [list(size) for size in task.held_out],
        **describe(found),
        "units": units(found),
        "tests": tests,
        "trivial_rule": task.trivial_rule,
        "trivial": trivial,
        "baselines": baselines(task, config) if config is not None else {},
    }


def share(outputs: np.ndarray, right: np.ndarray) -> float:
    """The share of examples of which every output is right; (m, …) and (m, n)."""
    return float((np.asarray(outputs).reshape(len(right), -1) == right).all(axis=1).mean())
