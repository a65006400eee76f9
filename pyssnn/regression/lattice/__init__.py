"""Integer autoencoders: the lattice on which a network's hidden states lie, and their integer coordinates.

Source: Michaud et al., *Opening the AI black box: program synthesis via mechanistic interpretability*, 2024, section 3.3.
"""

from pyssnn.regression.lattice.code import IntegerCode, choose
from pyssnn.regression.lattice.common_divisor import common_step, divisor_code
from pyssnn.regression.lattice.finding import affine_lattice, distinct, find_code, krylov, state_lattice
from pyssnn.regression.lattice.reduction import coordinates, generated, reduced

__all__ = [
    "IntegerCode",
    "affine_lattice",
    "choose",
    "common_step",
    "coordinates",
    "distinct",
    "divisor_code",
    "find_code",
    "generated",
    "krylov",
    "reduced",
    "state_lattice",
]
