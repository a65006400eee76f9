"""Programs from what was found: an update and an output, which a program reads off the new state."""

from __future__ import annotations

from collections.abc import Sequence

from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.program import Program


def mealy(initial: Sequence[int], update: Sequence[Expression], output: Expression, components: int, method: str, unused: int = 0) -> Program:
    """The program whose output is over the state *before* the step and the input.

    An output that some variable becomes, or that needs no state, is read off; any other gets a variable of its own, which starts at `unused`.
    """
    if output in update:
        return Program(tuple(initial), tuple(update), state(update.index(output)), components, method)
    if not any(node.op == "state" for node in output.nodes()):
        return trimmed(Program(tuple(initial), tuple(update), output, components, method))
    return trimmed(Program((*initial, unused), (*update, output), state(len(update)), components, method))


def trimmed(program: Program) -> Program:
    """The program without the variables that its output does not depend on."""
    needed = _states(program.output)
    while True:
        more = needed.union(*(_states(program.update[i]) for i in needed))
        if more == needed:
            break
        needed = more
    kept = sorted(needed)
    if len(kept) == len(program.initial):
        return program
    places = [state(kept.index(i)) if i in needed else state(i) for i in range(len(program.initial))]
    return Program(
        tuple(program.initial[i] for i in kept),
        tuple(_moved(program.update[i], places, program.components) for i in kept),
        _moved(program.output, places, program.components),
        program.components,
        program.method,
    )


def _states(expression: Expression) -> set[int]:
    return {node.value for node in expression.nodes() if node.op == "state"}


def _moved(expression: Expression, places: Sequence[Expression], components: int) -> Expression:
    return expression.substitute(places, [inp(k) for k in range(components)])
