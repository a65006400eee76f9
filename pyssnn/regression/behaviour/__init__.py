"""Programs from what a network does alone: its answers to words, where its geometry is not simple."""

from pyssnn.regression.behaviour.extraction import agrees, candidates, extract
from pyssnn.regression.behaviour.oracle import AskedOracle, Evidence, Inputs, Oracle, RecordedOracle, Unanswered

__all__ = ["AskedOracle", "Evidence", "Inputs", "Oracle", "RecordedOracle", "Unanswered", "agrees", "candidates", "extract"]
