"""Short formulas for tables of examples."""

from pyssnn.regression.behaviour.fitting.fit import Effort, fit
from pyssnn.regression.behaviour.fitting.rows import Rows, in_terms_of, place

__all__ = ["Effort", "Rows", "fit", "in_terms_of", "place"]
