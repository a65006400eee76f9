"""Programs that do the same with less: state that is the input read at once, state that nothing reads."""

from __future__ import annotations

from dataclasses import replace

from pyssnn.regression.expression import Expression, inp, state
from pyssnn.regression.program import Program


def tidied(program: Program) -> Program:
    """A program of the same outputs, not longer: the output reads inputs directly where that is shorter, and unread state is dropped."""
    inputs = [inp(k) for k in range(program.components)]
    for i, new in enumerate(program.update):
        if any(node.op == "state" for node in new.nodes()):
            continue
        # The output is taken after the update, so a variable that depends on the input only can be written out there.
        places = [new if j == i else state(j) for j in range(len(program.update))]
        trial = _live(replace(program, output=program.output.substitute(places, inputs)))
        if trial != program and trial.description_length <= program.description_length:
            return tidied(trial)
    return _live(program)


def _reads(expression: Expression) -> set[int]:
    return {node.value for node in expression.nodes() if node.op == "state"}


def _live(program: Program) -> Program:
    live = _reads(program.output)
    while True:
        more = live.union(*(_reads(program.update[i]) for i in live))
        if more == live:
            break
        live = more
    kept = sorted(live)
    if len(kept) == len(program.update):
        return program
    names = [state(kept.index(i)) if i in live else state(0) for i in range(len(program.update))]
    inputs = [inp(k) for k in range(program.components)]
    return replace(
        program,
        initial=tuple(program.initial[i] for i in kept),
        update=tuple(program.update[i].substitute(names, inputs) for i in kept),
        output=program.output.substitute(names, inputs),
    )
