"""Distilling into a run folder: tasks of the table, or network files."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from pyssnn.checks import check_integer
from pyssnn.distillation.baselines import BaselineConfig
from pyssnn.distillation.comparison import ComparisonConfig, compare
from pyssnn.distillation.condense import distill
from pyssnn.distillation.evaluation import Distilled, describe, distill_task, evaluate, units
from pyssnn.distillation.figure import draw_groups
from pyssnn.distillation.files import load_csv, load_network, save_network
from pyssnn.distillation.network import Network
from pyssnn.distillation.table import automata_table, comparison_table, table, units_table
from pyssnn.distillation.tasks import RULES, all_tasks, find_task
from pyssnn.distillation.writing import LANGUAGES
from pyssnn.errors import InputError
from pyssnn.runs import Run, atomic_write_json, atomic_write_text

SUFFIXES = {"python": "program.py", "numpy": "program_numpy.py", "ocaml": "program.ml"}


class Progress(Protocol):
    """Where a run tells how far it is."""

    def start(self, what: str, total: int) -> None: ...

    def advance(self, n: int = 1) -> None: ...


@dataclass(frozen=True)
class DistillConfig:
    """What is distilled and measured.

    Attributes:
        tasks: names of tasks.
        rules: elementary automata besides, which the table sums up.
        baselines: None trains none.
        comparison: with which rules programs for MAXSAT are compared; None for none.
        seed: of tests, baselines and formulae.
    """

    tasks: tuple[str, ...]
    rules: tuple[int, ...] = ()
    baselines: BaselineConfig | None = BaselineConfig()
    comparison: ComparisonConfig | None = ComparisonConfig()
    seed: int = 0

    def __post_init__(self) -> None:
        check_integer("seed", self.seed, 0)


def everything(seed: int = 0) -> DistillConfig:
    """All tasks and all 254 elementary automata."""
    return DistillConfig(tuple(task.name for task in all_tasks()), RULES, seed=seed)


def run_tasks(config: DistillConfig, folder: Path | str, *, progress: Progress | None = None, figures: bool = True) -> Run:
    """Distil tasks into a run folder, or go on with one.

    The folder gets, for each task, `<task>/` with its programs, `proof.json`, `units.txt`, the network, and a figure of its groups;
    `table.txt`; and `log.json` with an entry a task.

    Raises:
        InputError: a name that is no task's, or a folder that cannot be used (`Run.create_or_resume`).
    """
    names = [*config.tasks, *(f"ca-{rule}" for rule in config.rules)]
    tasks = [find_task(name) for name in names]
    with Run.create_or_resume(folder, "distillation", asdict(config), config.seed) as run:
        if progress is not None:
            progress.start("tasks", len(tasks))
        for index, task in enumerate(tasks):
            own = index < len(config.tasks)  # the many automata are told in short
            if run.recorded(f"tasks/{task.name}") is None:
                started = time.perf_counter()
                found = distill_task(task)
                record = evaluate(task, found, config.seed, config.baselines if own else None)
                write(run.path(task.name), task.name, found, record["units"], figures=figures and own, network=own)
                if task.name == "maxsat" and config.comparison is not None and found.program.program is not None:
                    record["comparison"] = compare(lambda x, program=found.program: program.run(x), config.comparison)
                run.record(f"tasks/{task.name}", record)
                run.event("distilled", task=task.name, seconds=round(time.perf_counter() - started, 2))
            if progress is not None:
                progress.advance()
        atomic_write_text(run.path("table.txt"), summary(config, run))
        atomic_write_json(run.path("log.json"), records(config, run))
        run.step("finished", lambda: {"verdicts": {record["task"]: record["verdict"] for record in records(config, run)}})
    return run


def records(config: DistillConfig, run: Run) -> list[dict]:
    """What was recorded of each task, in the order of the configuration."""
    found = [run.recorded(f"tasks/{name}") for name in (*config.tasks, *(f"ca-{rule}" for rule in config.rules))]
    return [record for record in found if record is not None]


def summary(config: DistillConfig, run: Run) -> str:
    """The table of a run."""
    found = records(config, run)
    own, automata = found[: len(config.tasks)], found[len(config.tasks) :]
    parts = [table(own)] if own else []
    parts += [automata_table(automata)] if automata else []
    parts += [comparison_table(record["comparison"]) for record in own if record.get("comparison")]
    return "\n".join(parts)


def distill_files(
    path: Path | str,
    folder: Path | str,
    *,
    also: Sequence[Path | str] = (),
    check: Sequence[Path | str] = (),
    input_shape: Sequence[int] | None = None,
    activations: Sequence[str] | None = None,
    input_encoding: Sequence[float] | None = None,
    figures: bool = True,
) -> tuple[Run, Distilled]:
    """Condense a network file into a run folder.

    Args:
        path: the network, an `.npz` or a folder of CSV files (`files.load_network`).
        folder: the run's.
        also: networks of other sizes, which make the program one for any size.
        check: networks of further sizes that confirm it.
        input_shape: of the first network's inputs, instead of what its file says.
        activations, input_encoding: of networks in CSV files, which do not say them.

    Raises:
        InputError: a file that cannot be used; or a folder that cannot.
    """
    networks = [_loaded(each, input_shape if each == path else None, activations, input_encoding) for each in (path, *also)]
    held_out = [_loaded(each, None, activations, input_encoding) for each in check]
    names = {"network": str(path), "also": [str(each) for each in also], "check": [str(each) for each in check]}
    digests = [_digest(network) for network in (*networks, *held_out)]
    with Run.create_or_resume(folder, "distillation", {"tasks": [Path(path).stem], **names, "networks": digests}, 0) as run:
        found = Distilled(networks[0], distill(networks[0], also=networks[1:], check=held_out or None))
        sizes = {"sizes": [list(each.input_shape) for each in (*networks[1:], networks[0])], "held_out": [list(each.input_shape) for each in held_out]}
        nothing = {"tests": {}, "trivial": {}, "trivial_rule": "", "baselines": {}}
        record = {"task": Path(path).stem, "summary": "a network file", **sizes, **describe(found), "units": units(found), **nothing}
        write(run.folder, Path(path).stem, found, record["units"], figures=figures, network=False)
        atomic_write_text(run.path("table.txt"), table([record]))
        run.step(f"tasks/{_plain(Path(path).stem)}", lambda: record)
        run.step("finished", lambda: {"verdicts": {record["task"]: record["verdict"]}})
    return run, found


def write(folder: Path, name: str, found: Distilled, parts: list[dict], *, figures: bool, network: bool) -> None:
    """The files of one program: texts, proof, groups, figure, network. Where there is no program, there are no texts of one."""
    if found.program.program is not None:
        for language in LANGUAGES:
            if language != "ocaml" or (check := found.program.check_ocaml) is None or check.passed:
                atomic_write_text(folder / SUFFIXES[language], found.program.source(language))
    atomic_write_json(folder / "proof.json", found.program.full_proof.as_json())
    if parts:
        atomic_write_text(folder / "units.txt", units_table({"units": parts}))
        if figures:
            draw_groups(parts, found.network.n_inputs, name, folder)
    if network:
        save_network(found.network, folder / "network.npz")


def _loaded(path: Path | str, shape: Sequence[int] | None, activations: Sequence[str] | None, values: Sequence[float] | None) -> Network:
    if Path(path).is_dir():
        return load_csv(path, activations=activations, input_shape=shape, input_encoding=(0.0, 1.0) if values is None else values)
    for name, given in (("--activations", activations), ("--values", values)):
        if given is not None:
            raise InputError(name, f"{path}, which says them itself", "a folder of CSV files with them")
    return load_network(path, input_shape=shape)


def _digest(network: Network) -> str:
    parts = [json.dumps([network.input_shape, network.input_encoding]).encode()]
    for layer in network.layers:
        parts += [json.dumps([layer.activation, layer.encoding, layer.shape]).encode(), layer.weights.tobytes(), layer.biases.tobytes()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in name) or "network"
