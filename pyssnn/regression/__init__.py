"""Recurrent networks read back as short integer programs, after MIPS (Michaud et al., *Opening the AI black box*, 2024)."""

from pyssnn.regression.choosing import Candidate, ChoiceConfig
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.inspection import networks_table, picture, steps_table, weights_table
from pyssnn.regression.language import Chat, ChatError, Endpoint, Transcript
from pyssnn.regression.network import Affine, RecurrentNetwork
from pyssnn.regression.normalizers import normalise
from pyssnn.regression.program import Program
from pyssnn.regression.regress import NotRead, Reading, read, regress
from pyssnn.regression.running import RunConfig, everything, run_network, run_tasks
from pyssnn.regression.task import Task
from pyssnn.regression.tasks import all_tasks, find_task, load_task
from pyssnn.regression.training import Architecture, Trained, TrainingConfig, train
from pyssnn.regression.verify import Agreements, Verification, verify

__all__ = [
    "Affine",
    "Agreements",
    "Architecture",
    "Candidate",
    "Chat",
    "ChatError",
    "ChoiceConfig",
    "Endpoint",
    "Inputs",
    "NotRead",
    "Program",
    "Reading",
    "RecurrentNetwork",
    "RunConfig",
    "Task",
    "Trained",
    "TrainingConfig",
    "Transcript",
    "Verification",
    "all_tasks",
    "everything",
    "find_task",
    "load_task",
    "networks_table",
    "normalise",
    "picture",
    "read",
    "regress",
    "run_network",
    "run_tasks",
    "steps_table",
    "train",
    "verify",
    "weights_table",
]
