"""Kolmogorov–Arnold networks that show their modules: fitted, swapped into place, pruned, and read as formulas.

`KAN` and `MLP` are plain torch modules; every analysis takes either and returns a new network. The classes with scikit-learn's conventions
are loaded when they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyssnn.kan.decomposition import Proof, decompose, smallest_blocks, truth_table
from pyssnn.kan.fitting import FitConfig, FitHistory, fit
from pyssnn.kan.formulas import Suggestion, fix, fix_all, formula, suggest
from pyssnn.kan.grids import refine, set_grids
from pyssnn.kan.modules import block_score, find_modules
from pyssnn.kan.network import KAN, MLP, Network
from pyssnn.kan.objectives import OBJECTIVES, measure
from pyssnn.kan.pictures import picture, picture_bytes
from pyssnn.kan.programs import Program, recover
from pyssnn.kan.pruning import Pruned, drop_edges, drop_nodes, prune, tidy
from pyssnn.kan.scores import Scores, score
from pyssnn.kan.shrinking import ShrinkConfig, Shrunk, shrink
from pyssnn.kan.storage import load_network, save_network
from pyssnn.kan.swapping import Swapped, best_orders, connection_cost, swap
from pyssnn.kan.symbolic import SHAPES

if TYPE_CHECKING:
    from pyssnn.kan.estimators import KANClassifier, KANRegressor

__all__ = [
    "KAN",
    "MLP",
    "OBJECTIVES",
    "SHAPES",
    "FitConfig",
    "FitHistory",
    "KANClassifier",
    "KANRegressor",
    "Network",
    "Program",
    "Proof",
    "Pruned",
    "Scores",
    "ShrinkConfig",
    "Shrunk",
    "Suggestion",
    "Swapped",
    "best_orders",
    "block_score",
    "connection_cost",
    "decompose",
    "drop_edges",
    "drop_nodes",
    "find_modules",
    "fit",
    "fix",
    "fix_all",
    "formula",
    "load_network",
    "measure",
    "picture",
    "picture_bytes",
    "prune",
    "recover",
    "refine",
    "save_network",
    "score",
    "set_grids",
    "shrink",
    "smallest_blocks",
    "suggest",
    "swap",
    "tidy",
    "truth_table",
]


def __getattr__(name: str) -> type:
    if name in ("KANClassifier", "KANRegressor"):
        from pyssnn.kan import estimators

        return getattr(estimators, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
