"""From a network to a program: both paths' candidates, chosen by the network alone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pyssnn.regression import behaviour, mips
from pyssnn.regression.choosing import Candidate, ChoiceConfig, Evidence, evidence, rank
from pyssnn.regression.inputs import Inputs
from pyssnn.regression.network import RecurrentNetwork
from pyssnn.regression.program import Program

PAPER, BEHAVIOUR = "paper", "behaviour"


class NotRead(RuntimeError):
    """No program that was found says what the network says."""


@dataclass(frozen=True)
class Reading:
    """What was read from a network.

    Attributes:
        candidates: programs that say what the network says, the best first.
        evidence: what the network said.
        seconds: wall-clock time.
    """

    candidates: tuple[Candidate, ...]
    evidence: Evidence
    seconds: float

    def best(self, path: str | None = None) -> Candidate | None:
        """The best candidate, or the best that a path proposed."""
        return next((each for each in self.candidates if path in (None, each.path)), None)


def read(network: RecurrentNetwork, inputs: Inputs, config: ChoiceConfig = ChoiceConfig(), *, seed: int = 0) -> Reading:
    """Read a network back, if its outputs are integers on the whole: normalise, find the lattice and regress, as the paper does; and by its behaviour.

    Raises:
        InputError: the network does not take such inputs, or is not finite on them.
    """
    inputs.check(network)
    began = time.perf_counter()
    seen = evidence(network, inputs, config, seed=seed)
    proposed: list[tuple[str, Program]] = []
    if seen.has_integers:
        proposed += [(PAPER, program) for program in mips.candidates(network, seen.words[0][0])]
        proposed += [(BEHAVIOUR, program) for program in behaviour.candidates(network, inputs, seed=seed)]
    return Reading(tuple(rank(proposed, seen, config)), seen, time.perf_counter() - began)


def regress(network: RecurrentNetwork, inputs: Inputs, *, seed: int = 0) -> Program:
    """The program that a network computes.

    Raises:
        InputError: the network does not take such inputs, or is not finite on them.
        NotRead: there is none of whose answers at most one in a hundred differs from the network's.
    """
    found = read(network, inputs, seed=seed).best()
    if found is None:
        raise NotRead("no program was found that says what the network says")
    return found.program
