"""Programs that fit a table of examples, found by the core's search over integers and Booleans."""
# coupling: synth/wire/table_message.ml reads this request and writes this reply.

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from .service import default_service


_LIMIT = 2**62


@dataclass(frozen=True)
class Solution:
    """A program that fits.

    Attributes:
        program: in stitch notation, ``(mod (add x y) 3)``.
        python: the same as an expression of Python over the inputs' names, ``(x + y) % 3``.
        size: primitives as written, inputs and constants among them.
        cost: negative log-likelihood in nats under the domain's weights.
    """

    program: str
    python: str
    size: int
    cost: float


@dataclass(frozen=True)
class Solutions:
    """What a search for programs found.

    Attributes:
        found: the programs, cheapest first.
        n_enumerated: programs valued, of all types.
        n_undefined: of these, undefined on some example.
        n_distinct: different meanings on the examples.
        max_description_length: negative log-likelihood of the last program of the outputs' type, in nats.
        stopped: ``solved``, ``programs`` (the budget), ``exhausted`` (there are no more meanings), ``memory`` (the limit),
            or ``clock`` (the safety stop: the result then depends on the machine).
    """

    found: tuple[Solution, ...]
    n_enumerated: int
    n_undefined: int
    n_distinct: int
    max_description_length: float
    stopped: str

    @property
    def best(self) -> Solution | None:
        """The cheapest program, if one was found."""
        return self.found[0] if self.found else None


def _integer(where: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(where, repr(value), "an integer") from None


def _cell(where: str, value: object) -> int | bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    number = _integer(where, value)
    if abs(number) >= _LIMIT:
        raise InputError(where, "an integer too large", "one between -2^62 and 2^62")
    return number


def _column(where: str, values: Sequence[object]) -> list[int | bool]:
    if isinstance(values, str) or not isinstance(values, (Sequence, np.ndarray)):
        raise InputError(where, repr(values), "a list of integers, or of True and False")
    return [_cell(f"{where}[{i}]", value) for i, value in enumerate(values)]


def solve(
    inputs: Mapping[str, Sequence[int] | Sequence[bool]],
    outputs: Sequence[int] | Sequence[bool],
    *,
    constants: Sequence[int] = (0, 1, 2),
    primitives: Sequence[str] | None = None,
    n_solutions: int = 1,
    max_programs: int = 10_000_000,
    program_size_limit: int | None = None,
    exploration_timeout: float = 600.0,
    memory_limit: int = 2**30,
    on_progress: Callable[[int, float], None] | None = None,
) -> Solutions:
    """Search for programs that give the outputs from the inputs, in order of likelihood.

    The search is bottom up, and of programs that agree on all examples it goes on with the cheapest only. The first
    program found costs least of all that fit. A program with a part that is undefined on some example (division by zero,
    a value beyond ±(2^62 - 1)) is dropped, also where the part is in a branch that is not taken.

    Args:
        inputs: for each input, by name, its values on the n examples, all integers or all Booleans; names are
            identifiers of Python.
        outputs: the n values wanted, n at least 1.
        constants: integers that programs may use.
        primitives: names of the operations that programs may use, of ``add sub mul div mod min max neg abs if eq lt le and
            or xor not if_bool``; all unless given.
        n_solutions: how many programs to find.
        max_programs: how many programs to value.
        program_size_limit: primitives, as written, above which a program is dropped.
        exploration_timeout: seconds, a safety stop.
        memory_limit: bytes at which the search stops.
        on_progress: told the programs valued and the seconds since the search began, ten times a second at most.

    Raises:
        InputError: an argument cannot be used.
        CoreError: an OCaml exception, or the end of the process that searches.
        KeyboardInterrupt: Ctrl-C; the search was stopped.

    Source: Albarghouthi, Gulwani and Kincaid, *Recursive Program Synthesis*, 2013 (observational equivalence).
    """
    if not isinstance(inputs, Mapping):
        raise InputError("inputs", repr(inputs), "a dictionary of columns")
    message: dict[str, Any] = {
        "domain": "integer",
        "inputs": {str(name): _column(f"inputs.{name}", values) for name, values in inputs.items()},
        "outputs": _column("outputs", outputs),
        "constants": _column("constants", constants),
        "primitives": None if primitives is None else list(primitives),
        "n_solutions": _integer("n_solutions", n_solutions),
        "max_programs": _integer("max_programs", max_programs),
        "program_size_limit": None if program_size_limit is None else _integer("program_size_limit", program_size_limit),
        "exploration_timeout": exploration_timeout,
        "memory_limit": _integer("memory_limit", memory_limit),
    }
    reply = default_service().call("explore", message, on_progress=on_progress)
    return Solutions(
        found=tuple(Solution(**solution) for solution in reply["solutions"]),
        n_enumerated=reply["n_enumerated"],
        n_undefined=reply["n_undefined"],
        n_distinct=reply["n_distinct"],
        max_description_length=reply["max_description_length"],
        stopped=reply["stopped"],
    )
