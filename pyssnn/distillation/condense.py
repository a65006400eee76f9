"""Networks to a program: read each, fit the sizes, shorten and simplify, write down, check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pyssnn.distillation.copies import without_copies
from pyssnn.distillation.distilled import DistilledProgram
from pyssnn.distillation.flatten import flattened
from pyssnn.distillation.grouping import NotCompact
from pyssnn.distillation.negated import without_negatives
from pyssnn.distillation.network import THRESHOLDS, Network
from pyssnn.distillation.places import plain_places
from pyssnn.distillation.probing import Inputs
from pyssnn.distillation.reading import Reading, read
from pyssnn.distillation.simplify import simplify, sizes_around
from pyssnn.distillation.sizes import Sizing, any_size
from pyssnn.distillation.verify import Check, Proof, same_batches, same_runs, same_short, same_text, same_weights
from pyssnn.distillation.writing import Writing

TOLERANCE = 0.05


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
        if len(everyone) > 1:
            alone = distill(network)
            notes = (f"a network of another size has no compact program: {reason}", *alone.proof.notes)
            return replace(alone, proof=replace(alone.proof, notes=notes))
        return DistilledProgram(Proof("none", 0.0, (), (f"no compact program: {reason}",)), None)
    made = any_size([reading.program for reading in readings], 1 + len(also))
    result = _checked(made, everyone, readings, 1 + len(also))
    if result.program is None and made.program.sizes:
        alone = Sizing(readings[0].program, ((),), False, "the program for every size failed a check: its numbers are for one size")
        result = _checked(alone, everyone[:1], readings[:1], 1)
    return result


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


def _checked(made: Sizing, networks: list[Network], readings: list[Reading], fitted: int) -> DistilledProgram:
    several = bool(made.program.sizes)
    count = len(networks) if several else 1
    sizes = made.sizes if several else ((),)
    renamed = made.renamed if several else ({group.name: group.name for group in made.program.groups},)
    placements = tuple({renamed[number][name]: ids for name, ids in readings[number].placements.items()} for number in range(count))
    shapes = ["x".join(map(str, network.input_shape)) for network in networks]
    shapes = [shape if number < fitted else f"{shape} (held out)" for number, shape in enumerate(shapes)]
    notes = (made.reason,) if made.reason else ()
    bound = max(float(reading.exact.bounds[-1].max(initial=0)) for reading in readings[:count])
    checks = [
        replace(same_weights(made.program, sizes[number], readings[number], placements[number]), name=f"weights at {shapes[number]}")
        for number in range(count)
    ]
    writing = None
    if all(check.passed for check in checks):
        short = without_negatives(made.program)
        looked = tuple(dict.fromkeys((*sizes, *sizes_around(made.program, sizes))))
        direct = without_copies(plain_places(short.program))
        flat = flattened(direct.program, simplify(direct.program, sizes).values)
        simplified = simplify(flat.program, sizes)
        writing = Writing(made.program, flat.program, simplified.forms, looked)
        if short.gone:
            checks += [same_short(made.program, short, sizes[number], readings[number], placements[number]) for number in range(count)]
        if direct.gone:
            checks.append(Check("copies", True, f"{len(direct.gone)} groups hand on what they read, on all of {direct.values} values"))
        if flat.changed:
            checks.append(
                Check(
                    "tables",
                    True,
                    f"{flat.changed} groups read straight from what they depend on, equal on all {flat.compared} joint values",
                )
            )
        if simplified.forms:
            checks.append(Check("forms", True, f"{len(simplified.forms)} groups in plainer words, equal on {simplified.sums} sums"))
        for number in range(count):
            checks += _runs(writing, networks[number], readings[number], placements[number], shapes[number])
    if writing is None or not all(check.passed for check in checks):
        return DistilledProgram(
            Proof("none", 0.0, tuple(checks), (*notes, "a check failed: no program is given out")), None, tuple(readings), placements
        )
    verdict = "proven" if all(reading.exact.is_certified for reading in readings[:count]) else "approximate"
    scope = "at this size" if not several else "for any size" if made.confirmed else "for any size, not confirmed"
    return DistilledProgram(Proof(verdict, bound, tuple(checks), notes, scope), writing, tuple(readings[:count]), placements)


def _runs(writing: Writing, network: Network, reading: Reading, placements: dict, shape: str) -> list[Check]:
    """The texts run: the vectorised one with every neuron, its short form and the plain one."""
    inputs = Inputs.of(network)
    made: list[tuple[str, Callable[[], Check]]] = [
        (f"neurons at {shape}", lambda: same_runs(writing.program, reading, placements, writing.function("numpy", trace=True), inputs)),
        (f"python at {shape}", lambda: same_text(writing.function("python"), network, reading, inputs)),
        (f"numpy at {shape}", lambda: same_batches(writing.function("numpy"), network, reading, inputs)),
    ]
    found = []
    for name, run in made:
        try:
            check = run()
            found.append(Check(name, check.passed, check.detail, check.compared, check.differing))
        except Exception as error:  # noqa: BLE001 - whatever a text of ours raises, it is wrong
            found.append(Check(name, False, f"{type(error).__name__}: {error}"))
    return found
