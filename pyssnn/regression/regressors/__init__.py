"""Regressors: from a table of integers to the shortest expression that they find for it, exact on every row.

Source: Michaud et al., *Opening the AI black box: program synthesis via mechanistic interpretability*, 2024, section 3.4.
"""

from pyssnn.regression.regressors.boolean import fit_boolean
from pyssnn.regression.regressors.examples import Examples
from pyssnn.regression.regressors.fitting import Regressor, look_up
from pyssnn.regression.regressors.linear import fit_linear
from pyssnn.regression.regressors.symbolic import fit_symbolic

__all__ = ["Examples", "Regressor", "fit_boolean", "fit_linear", "fit_symbolic", "look_up"]
