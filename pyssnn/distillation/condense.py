"""Networks to a program: read each, fit sizes, simplify, write down, check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pyssnn.checks import check_choice
from pyssnn.distillation.emit.numpy import numpy_source
from pyssnn.distillation.emit.plan import plan
from pyssnn.distillation.emit.python import python_source
from pyssnn.distillation.grouping import NotCompact
from pyssnn.distillation.ir import Poly, Program, augmented
from pyssnn.distillation.network import THRESHOLDS, Network
from pyssnn.distillation.reading import Reading, read
from pyssnn.distillation.simplify import Form
from pyssnn.distillation.sizes import Sizing, any_size
from pyssnn.distillation.verify import Proof, same_runs, same_text, same_weights
from pyssnn.errors import InputError

LANGUAGES = ("python", "numpy")
TOLERANCE = 0.05
TEXT_INPUTS = 24


@dataclass(frozen=True, eq=False)
class DistilledProgram:
    """What a network was condensed to, and the proof.

    Attributes:
        proof: the checks and the verdict. Where the verdict is "none" there is no program.
        program: the representation, or None.
        forms: threshold groups that are written in plainer words.
        sizes: the size variables' values at each size looked at.
        readings: the networks as they were read, the first one's first.
    """

    proof: Proof
    program: Program | None
    forms: dict[str, Form]
    sizes: tuple[tuple[int, ...], ...]
    readings: tuple[Reading, ...]

    def source(self, language: str = "python") -> str:
        """The program's text. Raises `InputError` for another language, or where there is no program."""
        check_choice("language", language, LANGUAGES)
        return _source(self._needed(), self.forms, self.sizes, language, trace=False)

    def run(self, x: Any, **sizes: int) -> np.ndarray:
        """The output for one input of any size, or a batch.

        Args:
            x: an array (*input shape), (batch, *input shape), or flat where the sizes are given.
            sizes: values of the size variables, to check or to shape `x` by.

        Raises:
            InputError: no program, or an input whose shape is not the program's.
        """
        return self._function(self._shaped(x, sizes))

    def trace(self, x: Any, **sizes: int) -> dict[str, np.ndarray]:
        """Every group's values for one input or a batch, and "output"; arguments as for `run`."""
        return self._tracer(self._shaped(x, sizes))

    def report(self) -> str:
        """The verdict, the checks and a table of the groups, as text."""
        lines = [f"verdict: {self.proof.verdict}" + (f" (bound {self.proof.bound:g})" if self.proof.bound else "")]
        lines += [f"  {'ok ' if check.passed else 'NO '} {check.name}: {check.detail}" for check in self.proof.checks]
        lines += [f"  note: {note}" for note in self.proof.notes]
        return "\n".join(lines) + "\n"

    @property
    def verdict(self) -> str:
        """ "proven", "approximate" or "none"."""
        return self.proof.verdict

    @cached_property
    def _function(self) -> Any:
        return compiled(_source(self._needed(), self.forms, self.sizes, "numpy", trace=False))

    @cached_property
    def _tracer(self) -> Any:
        return compiled(_source(self._needed(), self.forms, self.sizes, "numpy", trace=True))

    def _needed(self) -> Program:
        if self.program is None:
            raise InputError("program", "none", "a network that has one", "; ".join(self.proof.notes))
        return self.program

    def _shaped(self, x: Any, sizes: dict[str, int]) -> np.ndarray:
        program, array = self._needed(), np.asarray(x, dtype=float)
        axes = len(program.input_shape)
        unknown = set(sizes) - set(program.sizes)
        if unknown:
            raise InputError("sizes", ", ".join(sorted(unknown)), ", ".join(program.sizes) or "none: the program is for one size")
        if len(sizes) == len(program.sizes):
            values = augmented(tuple(sizes[name] for name in program.sizes))
            shape = tuple(int(extent.at(values)) for extent in program.input_shape)
            if array.ndim == 1 and array.size == np.prod(shape):
                array = array.reshape(shape)
        lengths = array.shape[-axes:]
        if array.ndim not in (axes, axes + 1) or not fits(program, lengths):
            expected = "x".join(str(program.sizes) if not extent.is_const else str(extent.at(())) for extent in program.input_shape)
            raise InputError("input", f"an array of shape {array.shape}", f"lengths {expected}, or a batch of that")
        return array


def distill(network: Network, also: Sequence[Network] = (), check: Network | Sequence[Network] | None = None) -> DistilledProgram:
    """Condense a network to a program that is proven equal to it.

    Args:
        network: the layers; hidden neurons in any order.
        also: networks of the same kind and of other sizes. With them the program is for every size.
        check: one or more of further sizes that confirm it.

    Returns:
        The program with its proof; verdict "none" and no program where none is shorter than the weights or a check fails.
    """
    held_out = [] if check is None else [check] if isinstance(check, Network) else list(check)
    everyone = [network, *also, *held_out]
    try:
        readings = _read_all(everyone, 1 + len(also))
    except NotCompact as reason:
        return DistilledProgram(Proof("none", 0.0, (), (f"no compact program: {reason}",)), None, {}, (), ())
    made = any_size([reading.program for reading in readings], 1 + len(also))
    result = _checked(made, everyone, readings)
    if result.program is None and made.program.sizes:
        alone = Sizing(readings[0].program, ((),), False, "the program for every size failed a check: its numbers are for one size")
        result = _checked(alone, everyone[:1], readings[:1])
    return result


def compiled(source: str) -> Any:
    """The function `program` of a text that this package wrote."""
    space: dict[str, Any] = {}
    exec(compile(source, "<distilled>", "exec"), space)  # noqa: S102
    return space["program"]


def fits(program: Program, lengths: tuple[int, ...]) -> bool:
    """Whether an input of these lengths is one of the program's sizes."""
    sizes = augmented(tuple(lengths[program.input_shape.index(Poly.size(number))] for number in range(len(program.sizes))))
    return all(extent.at(sizes) == length for extent, length in zip(program.input_shape, lengths, strict=True))


def _read_all(networks: list[Network], fitted: int) -> list[Reading]:
    """All networks; the largest that is fitted, which says most about what varies with the size, guides the others."""
    for tolerance in (0.0, TOLERANCE):
        try:
            largest = max(range(fitted), key=lambda number: networks[number].n_parameters)
            first = read(networks[largest], tolerance)
            return [first if number == largest else read(network, tolerance, first.program) for number, network in enumerate(networks)]
        except NotCompact:
            if tolerance or networks[0].layers[-1].activation in THRESHOLDS:
                raise
    raise AssertionError("the last tolerance returns or raises")


def _checked(made: Sizing, networks: list[Network], readings: list[Reading]) -> DistilledProgram:
    program, checks, notes = made.program, [], [made.reason] if made.reason else []
    several = bool(program.sizes)
    count = len(networks) if several else 1
    sizes = made.sizes if several else ((),)
    renamed = made.renamed if several else ({group.name: group.name for group in program.groups},)
    placements = [{renamed[number][name]: ids for name, ids in readings[number].placements.items()} for number in range(count)]
    forms: dict[str, Form] = {}
    for number in range(count):
        checks.append(same_weights(program, sizes[number], readings[number], placements[number]))
    if all(check.passed for check in checks):
        run, traced = compiled(_source(program, forms, sizes, "python", False)), compiled(_source(program, forms, sizes, "numpy", True))
        for number in range(count):
            shape = "x".join(map(str, networks[number].input_shape))
            checks.append(same_runs(program, readings[number], networks[number], placements[number], traced, f"numpy at {shape}"))
            checks.append(same_text(run, networks[number], readings[number], f"python at {shape}", TEXT_INPUTS))
    bound = max(float(reading.exact.bounds[-1].max(initial=0)) for reading in readings[:count])
    if not all(check.passed for check in checks):
        notes.append("a check failed: no program is given out")
        return DistilledProgram(Proof("none", 0.0, tuple(checks), tuple(notes)), None, {}, (), tuple(readings))
    verdict = "proven" if all(reading.exact.is_certified for reading in readings[:count]) else "approximate"
    return DistilledProgram(Proof(verdict, bound, tuple(checks), tuple(notes)), program, forms, sizes, tuple(readings))


def _source(program: Program, forms: dict[str, Form], sizes: tuple[tuple[int, ...], ...], language: str, trace: bool) -> str:
    made = plan(program, sizes, trace or language == "numpy")
    return python_source(made, forms, trace) if language == "python" else numpy_source(made, trace)


__all__ = ["DistilledProgram", "compiled", "distill"]
