"""An interpretation beside a known truth: proof, and how well the network itself knows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .experiments import Experiment
from .forms import Form
from .gradients import misalignment, projected, value_and_gradient
from .interpretation import Interpretation
from .proof import same_level_sets


@dataclass(frozen=True)
class Verdict:
    """What became of a known truth.

    Attributes:
        verdict: "recovered" (sympy proves that the best form has the truth's level sets, or is a function of its two invariants),
            "ambiguous" (a rival has), "not found".
        proven: the form that has them, as text; None if there is none.
        truth: for each invariant, the mean of 1 − cos² of its gradient and the latent's.
        outside: the mean share of the latent's squared unit gradient outside the span of the invariants' gradients.
    """

    verdict: str
    proven: str | None
    truth: tuple[float, ...]
    outside: float


def compare(found: Interpretation, experiment: Experiment, module) -> Verdict:
    """Compare the best form and its rivals with the experiment's truth.

    Args:
        module: what was interpreted.
    """
    truth = [Form.of(text, experiment.inputs) for text in experiment.truth]
    proven, verdict = None, "not found"
    for candidate in (found.best, *found.rivals):
        if same_level_sets(candidate.form, truth, experiment.chart):
            proven, verdict = str(candidate.form), "recovered" if candidate is found.best else "ambiguous"
            break
    _, gradients = value_and_gradient(module, found.points)
    bases = found.bases
    latent = projected(gradients, bases)
    made = [projected(form.values_and_gradients(found.points)[1], bases) for form in truth]
    errors = tuple(float(misalignment(each, latent).mean()) for each in made)
    return Verdict(verdict, proven, errors, _outside(np.stack(made, axis=2), latent))


def _outside(gradients: np.ndarray, latent: np.ndarray) -> float:
    unit = latent / np.maximum(np.linalg.norm(latent, axis=1, keepdims=True), 1e-300)
    basis, _ = np.linalg.qr(gradients)
    inside = np.einsum("nki,nk->ni", basis, unit)
    return float(np.mean(np.sum((unit - np.einsum("nki,ni->nk", basis, inside)) ** 2, axis=1)))
