"""A program's texts: one representation, and for each language the one that is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyssnn.checks import check_choice
from pyssnn.distillation.emit.numpy import numpy_source
from pyssnn.distillation.emit.ocaml import ocaml_source
from pyssnn.distillation.emit.plan import plan
from pyssnn.distillation.emit.python import python_source
from pyssnn.distillation.ir import Program
from pyssnn.distillation.simplify import Form

LANGUAGES = ("python", "numpy", "ocaml")


@dataclass(frozen=True, eq=False)
class Writing:
    """What the texts are printed from.

    Attributes:
        program: every group of the network.
        short: the same without groups that are another's negative.
        forms: groups of `short` in plainer words.
        sizes: sizes at which selectors were looked at for being cut off at an edge.
    """

    program: Program
    short: Program
    forms: dict[str, Form]
    sizes: tuple[tuple[int, ...], ...]
    texts: dict[tuple[str, bool], str] = field(default_factory=dict, repr=False)

    def text(self, language: str, trace: bool = False) -> str:
        """The text in a language of `LANGUAGES`; with `trace`, not in OCaml, of a function that gives every group's array too."""
        check_choice("language", language, LANGUAGES)
        if (language, trace) not in self.texts:
            made = plan(self.program if trace else self.short, self.sizes, trace or language == "numpy")
            if language == "python":
                text = python_source(made, {} if trace else self.forms, trace)
            elif language == "numpy":
                text = numpy_source(made, trace)
            else:
                text = ocaml_source(made, self.forms)
            self.texts[language, trace] = text
        return self.texts[language, trace]

    def function(self, language: str, trace: bool = False) -> Any:
        """The function `program` of a Python or NumPy text."""
        space: dict[str, Any] = {}
        exec(compile(self.text(language, trace), f"<distilled {language}>", "exec"), space)  # noqa: S102
        return space["program"]
