"""The population loop, what it trains, and where the training runs."""

from pyssnn.evolution.baseline import train_baseline
from pyssnn.evolution.clusters import DaskWorkers, SlurmWorkers, workers_for
from pyssnn.evolution.config import CompressionConfig, ExperimentConfig, ExplorationConfig, RacingConfig
from pyssnn.evolution.population import SymbolicallySynthesizedNetworks
from pyssnn.evolution.progress import Progress, Silent
from pyssnn.evolution.state import Population
from pyssnn.evolution.training import Part
from pyssnn.evolution.training_steps import measure_all
from pyssnn.evolution.workers import LocalWorkers, Lost, WorkerLost, Workers

__all__ = [
    "CompressionConfig",
    "DaskWorkers",
    "ExperimentConfig",
    "ExplorationConfig",
    "LocalWorkers",
    "Lost",
    "Part",
    "Population",
    "Progress",
    "RacingConfig",
    "Silent",
    "SlurmWorkers",
    "SymbolicallySynthesizedNetworks",
    "WorkerLost",
    "Workers",
    "measure_all",
    "train_baseline",
    "workers_for",
]
