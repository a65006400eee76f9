"""Compression with stitch (Bowers et al., *Top-down synthesis for library learning*, 2023)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..checks import check_number
from ..errors import InputError
from .objects import Dsl

_ATOM = re.compile(r"[^\s()]+")


@dataclass(frozen=True)
class Compression:
    """What stitch proposes.

    Attributes:
        invented_primitives: ``name`` and ``body`` of each abstraction, in the order in which it was found.
        rewritten: the programs written with them, in the order given.
        representatives: the program of each class before it was rewritten: the one given, or one of its alternatives.
        cost: what the library's new entries and the rewritten programs cost together, the latter weighted (see `program_cost`).
    """

    invented_primitives: tuple[dict[str, str], ...]
    rewritten: tuple[str, ...]
    representatives: tuple[str, ...]
    cost: float


def stitch_compress(
    stitch_programs: Sequence[str],
    *,
    dsl: Dsl,
    iterations: int = 3,
    max_arity: int = 2,
    weights: Sequence[float] | None = None,
    alternatives: Sequence[Sequence[str]] | None = None,
    taken: Sequence[str] = (),
) -> Compression:
    """Find the abstractions that shorten the programs most.

    With alternatives, each program stands for a class of programs that mean the same, and a class costs what its cheapest
    rewritten program does. What is found so is kept only if it costs less than what is found for the programs given alone.

    Args:
        stitch_programs: programs in stitch notation.
        dsl: their library; new names go on from its highest ``fn_i``.
        iterations: abstractions to look for, at most.
        max_arity: parameters of an abstraction, at most.
        weights: what a unit of cost counts for in each program, above 0; their mean is what it counts for in the library. Equal
            if None.
        alternatives: other programs for each program, in stitch notation.
        taken: names ``fn_i`` beyond those of the library that shall not be given again.

    Raises:
        InputError: weights or alternatives are not one for each program, or a weight is no finite number above 0.
    """
    for name, given in (("weights", weights), ("alternatives", alternatives)):
        if given is not None and len(given) != len(stitch_programs):
            raise InputError(name, f"{len(given)}", f"{len(stitch_programs)}, one for each program")
    for i, weight in enumerate(weights if weights is not None else ()):
        check_number(f"weights[{i}]", weight, above=0)
    if not stitch_programs:
        return Compression((), (), (), 0.0)
    weights = _of_mean_one([1.0] * len(stitch_programs) if weights is None else list(map(float, weights)))
    names = [p.name for p in dsl.primitives] + list(taken)
    first = max((int(match[1]) for name in names if (match := re.fullmatch(r"fn_(\d+)", name))), default=-1) + 1
    alone = [[program] for program in stitch_programs]
    found = _compress(alone, weights, iterations, max_arity, first)
    if alternatives is None or not any(map(len, alternatives)):
        return found
    classes = [[program, *others] for program, others in zip(stitch_programs, alternatives, strict=True)]
    shared = _compress(classes, weights, iterations, max_arity, first)
    return shared if shared.cost < found.cost else found


def program_cost(text: str) -> int:
    """Stitch's cost of a program or of an abstraction's body: 100 for a primitive or ``$i``, 1 for an application or ``lam``,
    nothing for a parameter ``#i``."""
    atoms = _ATOM.findall(text)
    free = sum(atom == "lam" or atom.startswith("#") for atom in atoms)
    return 100 * (len(atoms) - free) + len(atoms) - 1  # each list has one application or lam fewer than parts


def _of_mean_one(weights: Sequence[float]) -> list[float]:
    if min(weights) == max(weights):
        return [1.0] * len(weights)
    mean = sum(weights) / len(weights)
    return [weight / mean for weight in weights]


def _compress(classes: list[list[str]], weights: list[float], iterations: int, max_arity: int, first: int) -> Compression:
    """What stitch finds for classes of programs, named from ``fn_<first>`` on; the first program of a class wins ties."""
    import stitch_core

    heaviest = max(weights)
    options = {}
    if any(weight != heaviest for weight in weights):
        # Stitch's upper bound leaves weights out, so they must not be above 1; the library's cost is scaled like them. It takes
        # numbers that are not whole as text only.
        options["weights"] = [weight / heaviest for weight, members in zip(weights, classes) for _ in members]
        options["structure_penalty"] = repr(1 / heaviest)
    if any(len(members) > 1 for members in classes):
        options["tasks"] = [str(number) for number, members in enumerate(classes) for _ in members]
    result = stitch_core.compress(
        [program for members in classes for program in members],
        iterations=iterations,
        max_arity=max_arity,
        abstraction_prefix="fn_new_",
        silent=True,
        threads=1,
        # Stitch's check of its own arithmetic panics now and then; what it finds is costed here and proven by the core.
        no_mismatch_check=True,
        **options,
    )
    names = {a.name: f"fn_{first + i}" for i, a in enumerate(result.abstractions)}

    def rename(text: str) -> str:
        return re.sub(r"fn_new_\d+", lambda match: names[match[0]], text)

    rewritten = iter(result.rewritten)
    chosen = [min(zip(members, rewritten), key=lambda pair: program_cost(pair[1])) for members in classes]
    library = sum(program_cost(a.body) for a in result.abstractions)
    programs = sum(weight * program_cost(after) for weight, (_, after) in zip(weights, chosen, strict=True))
    return Compression(
        tuple({"name": names[a.name], "body": rename(a.body)} for a in result.abstractions),
        tuple(rename(after) for _, after in chosen),
        tuple(before for before, _ in chosen),
        library + programs,
    )
