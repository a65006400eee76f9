"""The work of a run, as functions that another process can run: learning a task, reading a network, the controls."""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass

from pyssnn.regression.choosing import ChoiceConfig
from pyssnn.regression.controls import CONTROLS, run_control
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program
from pyssnn.regression.records import agreements_record, reading_record
from pyssnn.regression.regress import PAPER, read
from pyssnn.regression.task import Task
from pyssnn.regression.tasks import find_task
from pyssnn.regression.training import TrainingConfig, train
from pyssnn.regression.verify import Verification, verify


@dataclass(frozen=True)
class Broken:
    """What comes back for a job that broke; `reason` in one line."""

    reason: str


@dataclass(frozen=True)
class Learned:
    """A network and the record of its training."""

    network: RecurrentNetwork
    record: dict


@dataclass(frozen=True)
class Job:
    """A task by name, to learn unless it is `learned`, with a network (None: there is none), and to read; the seeds of training, choosing, verifying."""

    task: str
    learned: bool
    network: RecurrentNetwork | None
    training: int
    selection: int
    certification: int


@dataclass(frozen=True)
class Control:
    """A task by name, its network (None: there is none), a seed."""

    task: str
    network: RecurrentNetwork | None
    seed: int


def learn_and_read(configs: tuple[TrainingConfig, ChoiceConfig, Verification], job: Job) -> tuple[Learned | Broken | None, dict]:
    """What came of training, None if it was done before; and the record of reading."""
    training, choice, verification = configs
    learned = None if job.learned else learn(job.task, training, job.training)
    network = learned.network if isinstance(learned, Learned) else job.network
    found = read_task(job.task, network, choice, verification, selection=job.selection, certification=job.certification)
    return learned, not_read(found) if isinstance(found, Broken) else found


def learn(name: str, config: TrainingConfig, seed: int) -> Learned | Broken:
    """The network of a task."""
    try:
        trained = train(find_task(name), config, seed=seed)
    except Exception as error:  # one task that breaks leaves the others alone
        return Broken(_told(error))
    record = {
        "architecture": str(trained.architecture),
        "shape": asdict(trained.architecture),
        "method": trained.method,
        "perfect": bool(trained.perfect),
        "errors": int(trained.errors_of_20000),
        "residual": min(float(trained.residual), 1e300),
        "seconds": trained.seconds,
    }
    return Learned(trained.network, record)


def not_trained(broken: Broken) -> dict:
    """The record of a task without a network."""
    nothing = {"architecture": "none", "shape": None, "method": "", "perfect": False, "errors": None, "residual": None, "seconds": 0.0}
    return {**nothing, "reason": broken.reason}


def read_task(
    name: str, network: RecurrentNetwork | None, choice: ChoiceConfig, verification: Verification, *, selection: int, certification: int
) -> dict | Broken:
    """The record of a task's network: the program that was chosen by the network, verified once, and the paper's path alone."""
    if network is None:
        return Broken("no network")
    began = time.perf_counter()
    try:
        task = find_task(name)
        reading = read(network, Inputs.of(task), choice, seed=selection)
        best, paper = reading.best(), reading.best(PAPER)
        judged = {}
        for candidate in (best, paper):
            if candidate is not None and candidate.program not in judged:
                judged[candidate.program] = verify(candidate.program, network, task, seed=certification, config=verification)
    except Exception as error:  # one task that breaks leaves the others alone
        return Broken(_told(error))
    found = None if best is None else judged[best.program]
    solved = found is not None and found.exact
    return {
        **reading_record(reading),
        "seconds": time.perf_counter() - began,
        "verdict": "solved" if solved else "unsolved",
        "solved": solved,
        "reason": _reason(found, reading.evidence.distance),
        "agreements": None if found is None else agreements_record(found),
        "paper": {
            "solved": paper is not None and judged[paper.program].exact,
            "method": None if paper is None else paper.program.method,
            "table": paper is not None and paper.program.is_table,
        },
    }


def _reason(found: object, distance: float) -> str:
    if found is None:
        return f"no program says what the network says, whose outputs are {distance:.2g} from integers on average"
    if found.exact:
        return ""
    if found.counterexample is not None:
        return f"wrong after {len(found.counterexample.word)} steps"
    return f"idle in all words: {', '.join(found.idle)}"


def not_read(broken: Broken) -> dict:
    """The record of a task whose network could not be read."""
    nothing = {"program": None, "candidates": {}, "answers": 0, "distance": None, "seconds": 0.0, "agreements": None}
    paper = {"solved": False, "method": None, "table": False}
    return {**nothing, "verdict": "unsolved", "solved": False, "reason": broken.reason, "paper": paper}


def read_network(network: RecurrentNetwork, inputs: Inputs, config: ChoiceConfig, seed: int) -> dict:
    """The record of a network without a truth."""
    reading = read(network, inputs, config, seed=seed)
    best = reading.best()
    return {**reading_record(reading), "verdict": "unsolved" if best is None else "read", "reason": "" if best else _reason(None, reading.evidence.distance)}


def control_task(config: ChoiceConfig, job: Control) -> dict | Broken:
    """Which controls came out as if there had been a network that learned the task, and what was found."""

    def search(network: RecurrentNetwork, task: Task) -> list[Program]:
        best = read(network, Inputs.of(task), config, seed=job.seed).best()
        return [] if best is None else [best.program]

    record: dict = {"seconds": 0.0, "found": {}}
    try:
        task = find_task(job.task)
        for control in CONTROLS:
            found = run_control(task, control, seed=job.seed, network=job.network, search=search)
            record[control.replace(" ", "_")] = found.solved
            record["seconds"] += found.seconds
            if found.program is not None:
                program = found.program
                told = {"method": program.method, "table": found.is_table, "length": program.description_length, "source": program.source()}
                record["found"][control] = told
    except Exception as error:  # one task that breaks leaves the others alone
        return Broken(_told(error))
    return record


def fingerprint(network: RecurrentNetwork) -> str:
    """A hash of the network's numbers."""
    digest = hashlib.sha256(network.initial.tobytes())
    for layer in (*network.update, *network.output):
        digest.update(str(layer.weights.shape).encode() + layer.weights.tobytes() + layer.biases.tobytes())
    return digest.hexdigest()


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
