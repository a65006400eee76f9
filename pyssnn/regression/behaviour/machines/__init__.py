"""Finite machines: learned by asking, minimised, their states numbered so that short formulas exist."""

from pyssnn.regression.behaviour.machines.learning import LearningConfig, TooLarge, learn
from pyssnn.regression.behaviour.machines.mealy import UNKNOWN, Mealy
from pyssnn.regression.behaviour.machines.programs import machine_programs, tabulated

__all__ = ["UNKNOWN", "LearningConfig", "Mealy", "TooLarge", "learn", "machine_programs", "tabulated"]
