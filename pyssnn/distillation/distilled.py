"""What a network was condensed to: the program, its texts, runs of it, and the proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from pyssnn.distillation.emit.plan import is_sound
from pyssnn.distillation.emit.words import length_text
from pyssnn.distillation.ir import Poly, Program, augmented
from pyssnn.distillation.reading import Reading
from pyssnn.distillation.symmetry import stable_colours
from pyssnn.distillation.tables import group_table
from pyssnn.distillation.verify import Check, Proof, same_ocaml
from pyssnn.distillation.writing import LANGUAGES, Writing
from pyssnn.errors import InputError


@dataclass(frozen=True, eq=False)
class DistilledProgram:
    """What a network was condensed to, and the proof.

    Attributes:
        proof: the checks and the verdict. Where the verdict is "none" there is no program.
        writing: the representation and its texts, or None.
        readings: the networks as they were read, the first one's first.
        placements: for each of them which of its neurons a group's units are (see `Reading`).
    """

    proof: Proof
    writing: Writing | None
    readings: tuple[Reading, ...] = ()
    placements: tuple[dict[str, np.ndarray], ...] = ()

    @property
    def verdict(self) -> str:
        """ "proven", "approximate" or "none"."""
        return self.proof.verdict

    @property
    def program(self) -> Program | None:
        """The representation, or None."""
        return self.writing.program if self.writing is not None else None

    def source(self, language: str = "python") -> str:
        """The program's text in "python", "numpy" or "ocaml".

        OCaml is run on some inputs before it is given out, where an `ocaml` is installed; `check_ocaml` tells.

        Raises:
            InputError: another language, no program, or an OCaml text that its check found wrong.
        """
        text = self._needed().text(language)
        if language == "ocaml" and (check := self.check_ocaml) is not None and not check.passed:
            raise InputError("ocaml", check.detail, "no difference from the network", "use python or numpy, and report this")
        return text

    def lines(self, language: str = "python") -> int:
        """The lines of its text that are not blank."""
        return sum(1 for line in self._needed().text(language).splitlines() if line.strip())

    def run(self, x: Any, **sizes: int) -> np.ndarray:
        """The output for one input of any size, or a batch.

        Args:
            x: an array (*input shape), (batch, *input shape), or flat where the sizes are given.
            sizes: values of the size variables, to check or to shape `x` by.

        Returns:
            The output (*output shape), after the batch if there is one: what a call of the network gives, but sums for "softmax".

        Raises:
            InputError: no program, or an input whose shape is not the program's.
        """
        return self._function(self._shaped(x, sizes))

    def trace(self, x: Any, **sizes: int) -> dict[str, np.ndarray]:
        """Every group's values for one input or a batch, and "output"; arguments as for `run`. Outside a group's domain stands 0."""
        return self._tracer(self._shaped(x, sizes))

    def report(self) -> str:
        """The verdict, the checks (the OCaml text's, too), the symmetries of the network, and a table of the groups, as text."""
        proof = self.full_proof
        lines = [f"verdict: {proof.told}"]
        lines += [f"  {'ok' if check.passed else 'NO'}  {check.name}: {check.detail}" for check in proof.checks]
        lines += [f"  note: {note}" for note in proof.notes]
        if self.readings:
            classes = [int(colours.max()) + 1 for colours in stable_colours(self.readings[0].merged)]
            lines.append(f"  symmetry: inputs of {classes[0]} kinds, neurons of {', '.join(map(str, classes[1:]))} kinds in the layers")
        if self.writing is not None:
            lines += ["", *group_table(self.writing, self.readings, self.placements)]
        return "\n".join(lines) + "\n"

    @cached_property
    def full_proof(self) -> Proof:
        """The proof with the check of the OCaml text, which is made only when it is asked for."""
        if self.writing is None:
            return self.proof
        check = self.check_ocaml
        if check is None:
            return replace(self.proof, notes=(*self.proof.notes, "no ocaml is installed: that text was not run"))
        notes = self.proof.notes if check.passed else (*self.proof.notes, "the OCaml text is not given out: its check failed")
        return replace(self.proof, checks=(*self.proof.checks, check), notes=notes)

    @cached_property
    def check_ocaml(self) -> Check | None:
        """The OCaml text run on some inputs of the first network; None where no `ocaml` is installed."""
        return same_ocaml(self._needed().text("ocaml"), self.readings[0])

    @cached_property
    def _function(self) -> Any:
        return self._needed().function("numpy")

    @cached_property
    def _tracer(self) -> Any:
        return self._needed().function("numpy", trace=True)

    def _needed(self) -> Writing:
        if self.writing is None:
            raise InputError("program", "none", "a network that has one", "; ".join(self.proof.notes))
        return self.writing

    def _shaped(self, x: Any, sizes: dict[str, int]) -> np.ndarray:
        program, array = self._needed().program, np.asarray(x, dtype=float)
        axes = len(program.input_shape)
        unknown = set(sizes) - set(program.sizes)
        if unknown:
            raise InputError("sizes", ", ".join(sorted(unknown)), ", ".join(program.sizes) or "none: the program is for one size")
        if len(sizes) == len(program.sizes) and array.ndim == 1:
            values = augmented(tuple(sizes[name] for name in program.sizes))
            shape = tuple(int(extent.at(values)) for extent in program.input_shape)
            array = array.reshape(shape) if array.size == np.prod(shape) else array
        found = _sizes_of(program, array.shape[array.ndim - axes :]) if array.ndim in (axes, axes + 1) else None
        if found is None or any(sizes.get(name, size) != size for name, size in zip(program.sizes, found, strict=True)):
            lengths = "x".join(str(sizes.get(text, text)) for text in (length_text(extent, program.variables()) for extent in program.input_shape))
            raise InputError("input", f"an array of shape {array.shape}", f"lengths {lengths}, or a batch of that")
        if not is_sound(program, augmented(found), self._needed().sizes):
            named = ", ".join(f"{name} = {size}" for name, size in zip(program.sizes, found, strict=True))
            raise InputError("input", named, "a larger size: some unit would read what is not there")
        return array


def _sizes_of(program: Program, lengths: tuple[int, ...]) -> tuple[int, ...] | None:
    """The size variables of an input of these lengths, or None where it is none."""
    sizes = tuple(lengths[program.input_shape.index(Poly.size(place))] for place in range(len(program.sizes)))
    values = augmented(sizes)
    return sizes if all(extent.at(values) == length for extent, length in zip(program.input_shape, lengths, strict=True)) else None


__all__ = ["LANGUAGES", "DistilledProgram"]
