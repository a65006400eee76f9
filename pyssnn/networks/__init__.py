"""Networks: the encoder's baseline, networks structured by a program's graph, and their training.

Knows no files, no puzzles and no programs: a graph comes in as plain arrays.
"""

from pyssnn.networks.building import build_baseline, build_graph_structured, seeded
from pyssnn.networks.config import PRECISIONS, NetworkConfig, TrainingConfig
from pyssnn.networks.course import EpochMetrics, TrainingHistory, summarise
from pyssnn.networks.encoder import Baseline, Encoder
from pyssnn.networks.graph_structured import GraphStructured
from pyssnn.networks.memory import keep_freed_memory
from pyssnn.networks.metrics import Metrics
from pyssnn.networks.stacked import train_stacked
from pyssnn.networks.structure import GraphStructure
from pyssnn.networks.training import evaluate, train

__all__ = [
    "Baseline",
    "Encoder",
    "EpochMetrics",
    "GraphStructure",
    "GraphStructured",
    "Metrics",
    "NetworkConfig",
    "PRECISIONS",
    "TrainingConfig",
    "TrainingHistory",
    "build_baseline",
    "build_graph_structured",
    "evaluate",
    "keep_freed_memory",
    "seeded",
    "summarise",
    "train",
    "train_stacked",
]
