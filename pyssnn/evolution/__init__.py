"""The population loop and what it trains."""

from pyssnn.evolution.baseline import train_baseline
from pyssnn.evolution.config import CompressionConfig, ExperimentConfig, ExplorationConfig, RacingConfig
from pyssnn.evolution.population import SymbolicallySynthesizedNetworks
from pyssnn.evolution.progress import Progress, Silent
from pyssnn.evolution.state import Population
from pyssnn.evolution.training import Part
from pyssnn.evolution.training_steps import measure_all

__all__ = [
    "CompressionConfig",
    "ExperimentConfig",
    "ExplorationConfig",
    "Part",
    "Population",
    "Progress",
    "RacingConfig",
    "Silent",
    "SymbolicallySynthesizedNetworks",
    "measure_all",
    "train_baseline",
]
