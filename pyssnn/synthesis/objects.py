"""Programs, libraries and representations, as objects to hold in a notebook.

All meaning comes from the OCaml core: nothing is parsed, typed or evaluated in Python.
"""

from __future__ import annotations

import json
import weakref
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ..errors import InputError
from . import core


@dataclass(frozen=True)
class Primitive:
    """One entry of a library.

    Attributes:
        name: its name in stitch notation (``fn_0``, ``push``).
        stable_name: for an invention, 16 hexadecimal digits made of what its body says with all inventions expanded and
            reduced: the same for the same function in every library and run, whatever its name there. None if the body
            reduces for too long. For a primitive, its name.
        description: what it does, in words.
        dc_name: the body in inline notation for an invention, else the name.
        type: its type as text.
        is_invented: whether it was learned by compression.
        mass: base primitives after expanding inventions.
        log_likelihood: natural logarithm of its weight.
    """

    name: str
    stable_name: str | None
    description: str
    dc_name: str
    type: str
    is_invented: bool
    mass: int
    log_likelihood: float


class Dsl:
    """A domain-specific library: primitives, their types and weights. Make one with `Dsl.load`.

    Attributes:
        primitives: the entries, in the file's order, newest invention first.
        size: number of entries.
        mass: primitives and indices in all entries, inventions expanded.
        request: the type of whole programs, as text.
    """

    def __init__(self, described: dict[str, Any]) -> None:
        self.primitives = tuple(Primitive(**entry) for entry in described["primitives"])
        self.size: int = described["size"]
        self.mass: int = described["mass"]
        self.request: str = described["request"]
        self.handle: int = described["handle"]
        weakref.finalize(self, core.release, self.handle)

    @classmethod
    def load(cls, path: str | Path) -> Dsl:
        """Read a library file.

        Raises:
            InputError: the file is missing, is no library, or contradicts itself or the graph domain.
        """
        return cls(core.call("read_dsl", path=str(path)))

    def save(self, path: str | Path) -> None:
        """Write the library to a file, atomically."""
        core.call("write_dsl", path=str(path), dsl=self.handle)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Dsl lives in this process's core and cannot be copied or pickled: load its file again")

    def __repr__(self) -> str:
        return f"Dsl({', '.join(p.name for p in self.primitives)})"


class Program:
    """A program over a library.

    Args:
        text: the program in any of the archives' notations: inline ``({fn_0}(lam (push $0)) identity)``, stitch
            ``(fn_0 identity)``, DreamCoder ``(#(lambda (push $0)) identity)``.
        dsl: the library whose names it uses.

    Attributes:
        type: the inferred type, as text.
        size: primitives as written.
        mass: base primitives after expanding inventions.
        file_name: the name of its representation file, from the MD5 of `text`.

    Raises:
        InputError: the text cannot be read or has no type.
    """

    def __init__(self, text: str, dsl: Dsl) -> None:
        described = core.call("describe", program=text, dsl=dsl.handle)
        self.dsl = dsl
        self.text: str = described["inline"]
        self.stitch: str = described["stitch"]
        self.dreamcoder: str = described["dreamcoder"]
        self.type: str = described["type"]
        self.size: int = described["size"]
        self.mass: int = described["mass"]
        self.file_name: str = described["file_name"]

    @cached_property
    def expanded(self) -> str:
        """The same program without inventions, in beta normal form."""
        return core.call("expand", program=self.text, dsl=self.dsl.handle)

    @cached_property
    def log_likelihood(self) -> float:
        """Natural logarithm of its probability in the grammar of the library."""
        return core.call("log_likelihood", program=self.text, dsl=self.dsl.handle)

    def evaluate(self, *, max_conn: int = 10, step_limit: int = 1_000_000) -> Representation:
        """The graph that the program builds.

        Args:
            max_conn: ports of every node.
            step_limit: primitives run, and elements of the graph looked at, at most.

        Raises:
            InputError: the program is no whole program, ends in a graph that does not count, or takes too long.
        """
        fields = core.call(
            "evaluate", program=self.text, dsl=self.dsl.handle, max_conn=max_conn, step_limit=step_limit
        )
        return Representation(fields)

    def is_equivalent(self, other: Program, *, max_conn: int = 10) -> bool:
        """Whether both build isomorphic simple graphs."""
        return core.call(
            "equivalent",
            program=self.text,
            dsl=self.dsl.handle,
            other={"program": other.text, "dsl": other.dsl.handle},
            max_conn=max_conn,
        )

    def __repr__(self) -> str:
        return self.stitch


@dataclass(frozen=True, eq=False)
class Representation:
    """A program with the graph that it builds: the contents of one representation file.

    Attributes:
        fields: the file's JSON object.
    """

    fields: dict[str, Any] = field(repr=False)

    @classmethod
    def load(cls, path: str | Path) -> Representation:
        """Read a representation file.

        Raises:
            InputError: the file is missing or is no representation.
        """
        path = Path(path)
        try:
            loaded = cls(json.loads(path.read_text()))
            for name, value in vars(cls).items():  # every field is there, and of its form
                if isinstance(value, (property, cached_property)):
                    getattr(loaded, name)
        except OSError as error:
            raise InputError(path, error.strerror or error, "a representation file") from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(path, f"{type(error).__name__}: {error}", "a representation file") from error
        return loaded

    @property
    def program(self) -> str:
        """The program in inline notation."""
        return self.fields["program"]

    @property
    def stitch_program(self) -> str:
        """The program in stitch notation."""
        return self.fields["stitch_program"]

    @property
    def size(self) -> int:
        """Primitives as written."""
        return self.fields["size"]

    @property
    def mass(self) -> int:
        """Base primitives after expanding inventions."""
        return self.fields["mass"]

    @property
    def n_elements(self) -> int:
        """Nodes and edges together; ids run from 0 to `n_elements` - 1."""
        return self.fields["output"]["next_id"]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.fields["output"]["size"]

    @property
    def max_conn(self) -> int:
        """Ports of every node."""
        return self.fields["output"]["max_conn"]

    @property
    def primary_key(self) -> tuple[int, tuple[int, ...]]:
        """Number of nodes, and their degrees in the simple graph, ascending."""
        n_nodes, degrees = self.fields["primary_key"]
        return n_nodes, tuple(degrees)

    @property
    def secondary_key(self) -> dict[int, tuple[int, ...]]:
        """The simple graph: each node's neighbours, ascending."""
        return {node: tuple(neighbours) for node, neighbours in self.fields["secondary_key"]}

    @cached_property
    def edges(self) -> np.ndarray:
        """One row (edge id, node, node, port) per edge, ids ascending, the smaller node first: int64 (m, 4)."""
        rows = {
            (edge, min(node, other), max(node, other), port)
            for (node, port), (edge, other) in self.fields["output"]["edges"]
        }
        return np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)

    @cached_property
    def nodes(self) -> np.ndarray:
        """The ids of the nodes, ascending: int64 (n,)."""
        return np.setdiff1d(np.arange(self.n_elements, dtype=np.int64), self.edges[:, 0])

    def __repr__(self) -> str:
        return f"Representation({self.stitch_program}: {self.n_nodes} nodes, {len(self.edges)} edges)"
