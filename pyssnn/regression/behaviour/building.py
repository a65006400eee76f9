"""Programs from what was found: an update and an output, which a program reads off the new state."""

from __future__ import annotations

from collections.abc import Sequence

from pyssnn.regression.expression import Expression, state
from pyssnn.regression.program import Program
from pyssnn.regression.tidying import tidied


def mealy(initial: Sequence[int], update: Sequence[Expression], output: Expression, components: int, method: str, unused: int = 0) -> Program:
    """The program whose output is over the state *before* the step and the input.

    An output that some variable becomes, or that needs no state, is read off; any other gets a variable of its own, which starts at `unused`.
    """
    if output in update:
        return tidied(Program(tuple(initial), tuple(update), state(update.index(output)), components, method))
    if not any(node.op == "state" for node in output.nodes()):
        return tidied(Program(tuple(initial), tuple(update), output, components, method))
    return tidied(Program((*initial, unused), (*update, output), state(len(update)), components, method))
