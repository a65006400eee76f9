"""The bridge to the OCaml core: programs, libraries, representations, search, and compression with stitch."""

from __future__ import annotations

from .compression import Compression, stitch_compress
from .executables import Exploration, Incorporation, explore, incorporate_stitch
from .expressions import Basis, Expression, Expressions, search_expressions
from .objects import Dsl, Primitive, Program, Representation
from .solving import Solution, Solutions, solve

__all__ = [
    "Basis",
    "Compression",
    "Dsl",
    "Exploration",
    "Expression",
    "Expressions",
    "Incorporation",
    "Primitive",
    "Program",
    "Representation",
    "Solution",
    "Solutions",
    "explore",
    "incorporate_stitch",
    "search_expressions",
    "solve",
    "stitch_compress",
]
