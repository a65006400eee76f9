"""Changes of hidden coordinates that bring a network nearer to a normal form: each exact, checked, and undone where it is not.

Source: Michaud et al., *Opening the AI black box: program synthesis via mechanistic interpretability*, 2024, section 3.2.
"""

from pyssnn.regression.normalizers.debiasing import debias
from pyssnn.regression.normalizers.jordan import jordan
from pyssnn.regression.normalizers.linear import linear_part
from pyssnn.regression.normalizers.quantisation import quantise
from pyssnn.regression.normalizers.steps import NORMALIZERS, Metrics, Normalised, Step, measure, normalise
from pyssnn.regression.normalizers.toeplitz import toeplitz
from pyssnn.regression.normalizers.whitening import whiten

__all__ = [
    "NORMALIZERS",
    "Metrics",
    "Normalised",
    "Step",
    "debias",
    "jordan",
    "linear_part",
    "measure",
    "normalise",
    "quantise",
    "toeplitz",
    "whiten",
]
