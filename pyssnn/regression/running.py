"""Runs: tasks learned and read back, each network and program a file of a run folder; a network of a user's, too."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from pyssnn.checks import check_flag, check_integer
from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes, atomic_write_text
from pyssnn.interrupts import stop_on_termination
from pyssnn.jobs import LocalWorkers, Lost, Workers
from pyssnn.regression import work
from pyssnn.regression.choosing import ChoiceConfig
from pyssnn.regression.figure import figure
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.language import Chat, Solution, ask, is_right
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.records import results_csv, row, summary_table
from pyssnn.regression.task import Task
from pyssnn.regression.tasks import all_tasks, find_task
from pyssnn.regression.training import TrainingConfig
from pyssnn.regression.verify import Verification
from pyssnn.runs import Run, seed_for


class Progress(Protocol):
    """Where a run reports to (`pyssnn.progress.ConsoleProgress`)."""

    def start(self, what: str, total: int) -> None: ...

    def advance(self, n: int = 1) -> None: ...

    def message(self, text: str) -> None: ...


@dataclass(frozen=True)
class RunConfig:
    """What determines a run.

    Attributes:
        tasks: names of tasks, or Python files that make one (`tasks.load_task`).
        controls: whether the same search also runs without a network, on untrained networks and on shuffled labels.
        samples: answers of a language model for each task; 0 for none.
        chat: the name of that model; empty for none.
    """

    tasks: tuple[str, ...]
    training: TrainingConfig = TrainingConfig()
    choice: ChoiceConfig = ChoiceConfig()
    verification: Verification = Verification()
    controls: bool = True
    samples: int = 0
    chat: str = ""

    def __post_init__(self) -> None:
        if not self.tasks:
            raise InputError("tasks", "none", "names of tasks, or --all")
        check_flag("controls", self.controls)
        check_integer("samples", self.samples, 0)


def everything(**settings: object) -> RunConfig:
    """All 62 tasks."""
    return RunConfig(tuple(task.name for task in all_tasks()), **settings)


def run_tasks(
    config: RunConfig, folder: str | os.PathLike, *, seed: int = 0, workers: int = 1, chat: Chat | None = None, progress: Progress
) -> Run:
    """Train a network for each task, read it, verify the program once; then the controls and the language model.

    The folder holds steps/ (trained, read, controls, language: a record for each task), networks/ (.npz), programs/ (.py),
    results.csv, summary.txt and figures/. A task that is not learned, or whose work breaks, is unsolved, and the others go on.

    Args:
        chat: the language model, if the configuration has one.

    Raises:
        InputError: a task or the folder cannot be used; then nothing is written.
        ChatError: the language model gives no answer; what was done is recorded.
    """
    tasks = {name: _checked(name) for name in config.tasks}
    _check_names(tasks)
    sources = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in tasks if name.endswith(".py")}
    with Run.create_or_resume(folder, "regression", {**asdict(config), "sources": sources}, seed) as run, stop_on_termination():
        with LocalWorkers(workers) as pool:
            _read(config, run, pool, progress)
            if config.controls:
                _control(config, run, pool, progress)
        if chat is not None and config.samples:
            _ask(config, run, tasks, chat, progress)
        found = rows(config, run)
        run.step("finished", lambda: {"solved": {each["task"]: each["solved"] for each in found}})
        atomic_write_text(run.path("results.csv"), results_csv(found))
        atomic_write_text(run.path("summary.txt"), summary_table(found) + "\n")
        atomic_write_bytes(run.path("figures", "results.png"), figure(found))
        run.event("finished")
        return run


def rows(config: RunConfig, run: Run) -> list[dict]:
    """The rows of results.csv: of the tasks that are done."""
    found = []
    for name in config.tasks:
        task = _short(name)
        trained, read, controls, language = (run.recorded(f"{kind}/{task}") for kind in ("trained", "read", "controls", "language"))
        if trained is not None and read is not None:
            found.append(row(task, trained, read, controls, language))
    return found


def _short(name: str) -> str:
    return Path(name).stem if name.endswith(".py") else name


def _checked(name: str) -> Task:
    """The task of that name, which answers a few inputs."""
    task = find_task(name)
    try:
        task.answers(task.sample(3, task.length, 0))
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"the solution of task {task.name}", f"{type(error).__name__}: {error}", "an integer a step") from None
    return task


def _check_names(tasks: Mapping[str, Task]) -> None:
    short = [_short(name) for name in tasks]
    twice = next((name for name in short if short.count(name) > 1), None)
    if twice is not None:
        raise InputError("tasks", f"two of the name {twice}", "another name for each")


def _seed(run: Run, name: str, purpose: str) -> int:
    return seed_for(run.seed, 0, _short(name), purpose)


def _each(
    run: Run, kind: str, names: Sequence[str], job: Callable, shared: object, make: Callable[[str], object], pool: Workers, progress: Progress
) -> Iterator[tuple[str, Any]]:
    """What comes back of each task's job whose step is not recorded; a worker that is lost is a `work.Broken`."""
    waiting = {name: make(name) for name in names if run.recorded(f"{kind}/{_short(name)}") is None}
    if waiting:
        progress.start(kind, len(waiting))
    for name, made in pool.run(job, shared, waiting):
        yield name, work.Broken(made.reason) if isinstance(made, Lost) else made
        progress.advance()


def _read(config: RunConfig, run: Run, pool: Workers, progress: Progress) -> None:
    """Learn and read; a network that is recorded is only read."""

    def make(name: str) -> work.Job:
        known = run.recorded(f"trained/{_short(name)}") is not None
        return work.Job(name, known, _network(run, name) if known else None, *(_seed(run, name, each) for each in ("training", "selection", "certification")))

    shared = (config.training, config.choice, config.verification)
    for name, made in _each(run, "read", config.tasks, work.learn_and_read, shared, make, pool, progress):
        short = _short(name)
        learned, record = (made, work.not_read(made)) if isinstance(made, work.Broken) else made
        if isinstance(learned, work.Learned):
            learned.network.save(_network_path(run, name))
        if learned is not None and run.recorded(f"trained/{short}") is None:
            run.record(f"trained/{short}", work.not_trained(learned) if isinstance(learned, work.Broken) else learned.record)
        program = record["program"]
        if program is not None:
            heading = f'"""{short}: {record["verdict"]}, {program["method"]}."""\n\n'
            atomic_write_text(run.path("programs", f"{short}.py"), heading + program["source"])
        run.record(f"read/{short}", record)
        progress.message(f"{short}: {record['verdict']}" + (f" ({program['method']}, {record['seconds']:.1f} s)" if program else f" ({record['reason']})"))


def _network_path(run: Run, name: str) -> Path:
    return run.path("networks", f"{_short(name)}.npz")


def _network(run: Run, name: str) -> RecurrentNetwork | None:
    path = _network_path(run, name)
    return RecurrentNetwork.load(path) if path.exists() else None


def _control(config: RunConfig, run: Run, pool: Workers, progress: Progress) -> None:
    def make(name: str) -> work.Control:
        return work.Control(name, _network(run, name), _seed(run, name, "controls"))

    for name, made in _each(run, "controls", config.tasks, work.control_task, config.choice, make, pool, progress):
        run.record(f"controls/{_short(name)}", {"reason": made.reason} if isinstance(made, work.Broken) else made)


def _ask(config: RunConfig, run: Run, tasks: Mapping[str, Task], chat: Chat, progress: Progress) -> None:
    waiting = [name for name in config.tasks if run.recorded(f"language/{_short(name)}") is None]
    if waiting:
        progress.start("language model", len(waiting))
    for name in waiting:
        seed = _seed(run, name, "certification")

        def judge(solution: Solution, task: Task = tasks[name], seed: int = seed) -> bool:
            return is_right(solution, task, config.verification, seed=seed)

        found = ask(tasks[name], chat, judge, seed=_seed(run, name, "examples"), samples=config.samples)
        run.record(f"language/{_short(name)}", found.record())
        progress.advance()


def run_network(
    network: RecurrentNetwork, inputs: Inputs, folder: str | os.PathLike, *, config: ChoiceConfig = ChoiceConfig(), seed: int = 0
) -> tuple[Run, dict]:
    """Read a user's own network, whose truth nobody knows, into a run folder: network.npz, program.py, the step "read".

    Raises:
        InputError: the network does not take such inputs or is not finite on them, or the folder cannot be used; then nothing is written.
    """
    inputs.check(network)
    known = {"low": inputs.low, "high": inputs.high, "components": inputs.components, "length": inputs.length}
    described = {"network": work.fingerprint(network), "inputs": known, "choice": asdict(config)}
    with Run.create_or_resume(folder, "regression of a network", described, seed) as run, stop_on_termination():
        network.save(run.path("network.npz"))
        record = run.step("read", lambda: work.read_network(network, inputs, config, seed_for(seed, 0, "network", "selection")))
        if record["program"] is not None:
            atomic_write_text(run.path("program.py"), record["program"]["source"])
        run.event("finished")
        return run, record
