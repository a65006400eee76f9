"""Which candidate is the answer: the knee of the front of size against error on held-out points, and what else is within the noise.

The error of a form is the mean of 1 − cos² between its gradient and the latent's. The knee is where a line whose slope is the exchange
rate (nats of error for a unit of size) touches the front from below: left of it size earns more than it costs, right of it less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Form
from .gradients import misalignment, projected

NOT_FOUND = 0.05  # an error above this says that no candidate is near
_EXACT = 1e-7  # errors below this are equal
_RIVAL_ERROR, _RIVAL_SCORE = 2.0, 1.0  # times the best error, nats above the best score


@dataclass(frozen=True)
class Candidate:
    """A form and how well it fits.

    Attributes:
        form: of the inputs.
        error: mean of 1 − cos² on the held-out points, from 0 to 1.
        noise: standard error of that mean.
    """

    form: Form
    error: float
    noise: float

    @property
    def size(self) -> float:
        return self.form.size

    def score(self, exchange: float) -> float:
        """Nats: the smaller, the better."""
        return float(np.log(self.error + _EXACT)) + exchange * self.size


@dataclass(frozen=True)
class Judgement:
    """The answer among candidates.

    Attributes:
        best: the knee of the front.
        front: candidates of growing size and falling error.
        rivals: other forms within the noise of the best, best score first; none has the level sets of another. Beside a best form of
            exact constants a form with a fitted one is no rival.
    """

    best: Candidate
    front: tuple[Candidate, ...]
    rivals: tuple[Candidate, ...]


def judge(forms: Sequence[Form], points: np.ndarray, gradients: np.ndarray, tangents: np.ndarray | None, exchange: float) -> Judgement:
    """Judge forms by the latent's gradients (n, d) at held-out points (n, d).

    Args:
        tangents: (n, d, k), or None.
        exchange: nats of error that a unit of size has to earn.

    Raises:
        ValueError: no form is defined at all points.
    """
    latent = projected(gradients, tangents)
    distinct: dict[bytes, Candidate] = {}
    for form in forms:
        values, made = form.values_and_gradients(points)
        made = projected(made, tangents)
        if not (np.isfinite(values).all() and np.isfinite(made).all()):
            continue
        lost = misalignment(made, latent)
        candidate = Candidate(form, float(lost.mean()), float(lost.std() / np.sqrt(len(lost))))
        key = _signature(made)
        if key not in distinct or candidate.size < distinct[key].size:
            distinct[key] = candidate
    if not distinct:
        raise ValueError("no form is defined at all points")
    ranked = sorted(distinct.values(), key=lambda c: c.score(exchange))
    best = ranked[0]
    limit = _RIVAL_ERROR * best.error + 2 * best.noise
    near = [c for c in ranked[1:] if c.error <= limit and c.score(exchange) <= best.score(exchange) + _RIVAL_SCORE]
    rivals = [c for c in near if c.form.exact or not best.form.exact]
    return Judgement(best, _front(list(distinct.values())), tuple(rivals[:12]))


def _front(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    front: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.size, c.error)):
        if not front or candidate.error < front[-1].error:
            front.append(candidate)
    return tuple(front)


def _signature(gradients: np.ndarray) -> bytes:
    """Equal for forms of the same level sets: the unit gradient's outer square at a few points, rounded."""
    some = gradients[:: max(len(gradients) // 24, 1)]
    unit = some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-300)
    return (np.round(unit[:, :, None] * unit[:, None, :] * 1e6) + 0.0).astype(np.int32).tobytes()
