"""The search for the smallest architecture that learns a task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyssnn.regression.training.adam import Schedule, fit_large
from pyssnn.regression.training.data import Source
from pyssnn.regression.training.fitting import Effort, Fitted, fit
from pyssnn.regression.training.screening import affine_order, answer_is_state
from pyssnn.regression.training.types import Architecture

_ONE, _TWO, _THREE = (3, 6, 10, 16, 24), (4, 6, 10), (5, 8)
_FURTHER = ((1, 2), (1, 4), (2, 2), (2, 4), (3, 4), (4, 4))
_LARGE = Architecture(8, 2, 64)
_LM, _CHANCES = "Levenberg–Marquardt", 2
EFFORTS = (Effort(), Effort(800_000, rounds=10), Effort(1_500_000, rounds=8))


@dataclass(frozen=True)
class Candidate:
    """A fitted network with its architecture and what trained it."""

    architecture: Architecture
    fitted: Fitted
    method: str

    @property
    def generalises(self) -> bool:
        """Whether it is exact, also on sequences of three times the length."""
        return self.fitted.solved and self.fitted.off == 0 and self.fitted.long_errors == 0


def architectures(source: Source) -> Iterator[Architecture]:
    """Architectures worth trying, in the order of output depth, hidden depth, hidden size, output width, hidden width.

    What the examples rule out is left out: affine networks, unless the answers are affine in the inputs; one hidden number that g reads affinely, unless an
    answer follows from the one before and the input, in which case more are not needed.
    """
    order = affine_order(source.training)
    if order is not None:
        yield from (Architecture(d) for d in range(max(1, order), order + 2))
        return
    if answer_is_state(source.training):
        yield from (Architecture(1, 2, width) for width in _ONE)
        return
    yield from (Architecture(2, 2, width) for width in _TWO)
    yield from (Architecture(3, 2, width) for width in _THREE)
    yield from (Architecture(d, 1, 0, 2, width) for d, width in _FURTHER)


def search(source: Source, seed: int, levels: int = len(EFFORTS), fallback: bool = True) -> Candidate:
    """The first architecture that is learned exactly, its width then made smaller while that goes, or the candidate with the fewest errors.

    Args:
        source: the examples.
        seed: decides all random numbers.
        levels: how often the architectures are tried, with more effort each time.
        fallback: whether to train a large network by Adam where the first level fails; the levels that follow are for what that does not learn.
    """
    shapes = tuple(architectures(source))
    tried: list[Candidate] = []
    for level, effort in enumerate(EFFORTS[:levels]):
        for place, shape in enumerate(shapes):
            tried.append(Candidate(shape, fit(source, shape, _seed(seed, level, place, 0), effort), _LM))
            # One that is exact on what it was trained for may be so on longer sequences with more units; that is looked for a few times.
            if tried[-1].generalises or sum(one.fitted.solved for one in tried) > _CHANCES:
                return _narrowed(source, _best(tried), seed, effort)
        if any(one.fitted.solved for one in tried):
            return _narrowed(source, _best(tried), seed, effort)
        if fallback and level == 0 and shapes[0].hidden > 1:
            tried.append(Candidate(_LARGE, fit_large(source, _LARGE, _seed(seed, level, 99, 0), Schedule()), "Adam"))
        if _best(tried).fitted.errors == 0:
            break
    return _best(tried)


def _best(tried: list[Candidate]) -> Candidate:
    solved = [one for one in tried if one.fitted.solved]
    return min(solved or tried, key=lambda one: one.fitted.rank)


def _narrowed(source: Source, found: Candidate, seed: int, effort: Effort) -> Candidate:
    while True:
        shape = found.architecture
        if shape.update_width > 1:
            smaller = replace(shape, update_width=shape.update_width - 1)
        elif shape.output_width > 1:
            smaller = replace(shape, output_width=shape.output_width - 1)
        else:
            return found
        tried = fit(source, smaller, _seed(seed, 9, smaller.update_width, smaller.output_width), effort)
        if not tried.solved or tried.rank[:3] > found.fitted.rank[:3]:
            return found
        found = replace(found, architecture=smaller, fitted=tried)


def _seed(*parts: int) -> int:
    total = 0
    for part in parts:
        total = total * 1009 + part
    return total % 2**31
