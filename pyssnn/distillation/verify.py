"""What is checked before a program is given out: weights, lattices, runs, and a size it was not made from."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pyssnn.distillation.emit.ocaml import ocaml_driver
from pyssnn.distillation.expand import expand_layers
from pyssnn.distillation.ir import Program
from pyssnn.distillation.negated import Shortened, folded
from pyssnn.distillation.network import THRESHOLDS, Network
from pyssnn.distillation.probing import Inputs
from pyssnn.distillation.reading import Reading

MAX_BATCH = 4096
OCAML_INPUTS, OCAML_NUMBERS, OCAML_SECONDS = 256, 20_000, 300


@dataclass(frozen=True)
class Check:
    """One check: what was compared, whether all of it agreed, and how much it was, in words and in values compared and differing."""

    name: str
    passed: bool
    detail: str
    compared: int = 0
    differing: int = 0


@dataclass(frozen=True)
class Proof:
    """What was checked and what follows.

    Attributes:
        verdict: "proven", "approximate" or "none".
        bound: how far an output that is a sum, or the sums before "max", can be off; 0 where they are exact.
        checks: in the order they were made.
        notes: what the reader should know besides.
        scope: "at this size"; "for any size" where held-out sizes confirmed it, else "for any size, not confirmed"; "" without a program.
    """

    verdict: str
    bound: float
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = field(default=())
    scope: str = ""

    @property
    def told(self) -> str:
        """The verdict, for which sizes it is, and the bound if there is one."""
        return " ".join(filter(None, (self.verdict, self.scope, f"(bound {self.bound:g})" if self.bound else "")))

    @property
    def compared(self) -> int:
        """How many values of neurons, hidden ones too, were compared in runs."""
        return sum(check.compared for check in self.checks)

    @property
    def differing(self) -> int:
        """How many of them differed."""
        return sum(check.differing for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """For a run folder."""
        checks = [{"name": check.name, "passed": check.passed, "detail": check.detail} for check in self.checks]
        return {
            "verdict": self.verdict,
            "scope": self.scope,
            "bound": self.bound,
            "compared": self.compared,
            "differing": self.differing,
            "checks": checks,
            "notes": list(self.notes),
        }


def same_weights(program: Program, sizes: tuple[int, ...], reading: Reading, placements: dict[str, np.ndarray]) -> Check:
    """(a) The representation expanded to weights against the network in exact numbers: every weight and every bias."""
    widths = [reading.merged.n_inputs, *(layer.n_outputs for layer in reading.merged.layers)]
    name = f"weights at {_shape(reading.merged)}"
    try:
        layers = expand_layers(program, sizes, placements, widths)
    except IndexError:
        return Check(name, False, "the domains of the groups differ")
    differ = 0
    for layer, (weights, biases) in zip(reading.merged.layers, layers, strict=True):
        differ += int((layer.weights != weights).sum() + (layer.biases != biases).sum())
    count = sum(layer.weights.size + layer.biases.size for layer in reading.merged.layers)
    return Check(name, differ == 0, f"{count} numbers, {differ} differ")


def same_runs(
    program: Program,
    reading: Reading,
    placements: dict[str, np.ndarray],
    traced: Callable[[Any], dict[str, np.ndarray]],
    inputs: Inputs,
) -> Check:
    """(c) The vectorised program's arrays against the network's neurons, hidden ones too.

    Args:
        traced: the program that gives every group's array for a batch.
    """
    original = reading.original
    wrong = count = 0
    for start in range(0, len(inputs.array), MAX_BATCH):
        batch = inputs.array[start : start + MAX_BATCH]
        found = traced(batch.reshape(len(batch), *original.input_shape))
        hidden = original.hidden(batch)
        for group in program.groups:
            if group.layer == program.last:
                continue
            layer, ids = hidden[group.layer], placements[group.name]
            values = np.broadcast_to(found[group.name], (len(batch), *ids.shape)).reshape(len(batch), -1)
            became = reading.became[group.layer]
            inverse = np.full(ids.max() + 1, -1)
            inverse[ids[ids >= 0]] = np.flatnonzero(ids.ravel() >= 0)
            neurons = np.flatnonzero(np.isin(became, ids[ids >= 0]))
            wrong += int((values[:, inverse[became[neurons]]] != layer[:, neurons]).sum())
            count += len(batch) * len(neurons)
        wrong += outputs_differ(found["output"], original, batch, reading)
        count += len(batch) * original.n_outputs
    return Check("", wrong == 0, f"{inputs.told}: {count} values of neurons, {wrong} differ", count, wrong)


def outputs_differ(output: Any, network: Network, batch: np.ndarray, reading: Reading) -> int:
    """How many of the program's outputs are not the network's; sums count from beyond their bound on."""
    values = np.asarray(output, dtype=float).reshape(len(batch), -1)
    last = network.layers[-1]
    if last.activation in ("linear", "softmax"):
        want = network.logits(batch)
        slack = reading.exact.bounds[-1] + 1e-9 * (1 + np.abs(want))
        return int((np.abs(values - want) > slack).sum())
    return int((values != network(batch)).sum())


def same_short(program: Program, short: Shortened, sizes: tuple[int, ...], reading: Reading, placements: dict[str, np.ndarray]) -> Check:
    """(b) The program without negatives expanded to weights, against the network's weights with those neurons folded into their twins."""
    merged = reading.merged
    widths = [merged.n_inputs, *(layer.n_outputs for layer in merged.layers)]
    layers = folded([(layer.weights, layer.biases) for layer in merged.layers], placements, program, short.gone)
    made = expand_layers(short.program, sizes, placements, widths)
    differ = 0
    for layer, (want, offsets), (weights, biases) in zip(merged.layers, layers, made, strict=True):
        ours, theirs = np.vstack([weights, np.nan_to_num(biases)]), np.vstack([want, offsets])
        if layer.activation in THRESHOLDS:
            tops = [np.abs(numbers[:-1]).max(axis=0) for numbers in (ours, theirs)]
            ours, theirs = ours * np.where(tops[0] > 0, tops[1], 1), theirs * np.where(tops[0] > 0, tops[0], 1)
        differ += int((np.abs(ours - theirs) > 1e-9 * np.abs(theirs)).sum())
    return Check(f"negatives at {_shape(merged)}", differ == 0, f"{len(short.gone)} groups are another's negative, {differ} weights differ")


def same_text(run: Callable[[Any], Any], network: Network, reading: Reading, inputs: Inputs) -> Check:
    """(c) A text that takes one input at a time: outputs alone."""
    outputs = np.array([run(_plain(x.reshape(network.input_shape))) for x in inputs.array], dtype=float)
    return _outputs_agree(outputs_differ(outputs, network, inputs.array, reading), inputs, network)


def same_batches(run: Callable[[Any], Any], network: Network, reading: Reading, inputs: Inputs) -> Check:
    """(c) A text that takes batches: outputs alone."""
    wrong = 0
    for start in range(0, len(inputs.array), MAX_BATCH):
        batch = inputs.array[start : start + MAX_BATCH]
        wrong += outputs_differ(run(batch.reshape(len(batch), *network.input_shape)), network, batch, reading)
    return _outputs_agree(wrong, inputs, network)


def _outputs_agree(wrong: int, inputs: Inputs, network: Network) -> Check:
    count = len(inputs.array) * network.n_outputs
    return Check("", wrong == 0, f"{inputs.told}: {count} outputs, {wrong} differ", count, wrong)


def same_ocaml(text: str, reading: Reading) -> Check | None:
    """(c) The OCaml text on some inputs, run by `ocaml`; None where that is not installed."""
    network = reading.original
    if shutil.which("ocaml") is None:
        return None
    inputs = Inputs.of(network).at_most(min(OCAML_INPUTS, max(4, OCAML_NUMBERS // network.n_inputs)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.ml"
        shaped = inputs.array.reshape(-1, *network.input_shape)
        file.write_text(text + ocaml_driver(shaped, len(network.layers[-1].shape), text))
        try:
            ran = subprocess.run(["ocaml", str(file)], capture_output=True, text=True, timeout=OCAML_SECONDS)
        except subprocess.TimeoutExpired:
            return Check("ocaml", False, f"no answer in {OCAML_SECONDS} s")
    if ran.returncode:
        return Check("ocaml", False, (ran.stderr.strip() or "it fails").splitlines()[-1])
    outputs = np.array([float(word) for word in ran.stdout.split()]).reshape(len(inputs.array), -1)
    return replace(_outputs_agree(outputs_differ(outputs, network, inputs.array, reading), inputs, network), name="ocaml")


def _plain(x: np.ndarray) -> Any:
    return np.where(x == np.rint(x), x.astype(int), x).tolist() if (x != np.rint(x)).any() else x.astype(int).tolist()


def _shape(network: Network) -> str:
    return "x".join(map(str, network.input_shape))
