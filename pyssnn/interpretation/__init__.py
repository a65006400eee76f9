"""What a latent neuron computes, as a closed form found by its gradients.

A neuron z can only be known up to z = h(f): functions with the same level sets have parallel gradients, so a form is judged by the
angle between its gradient and the neuron's (Patel and Wetzel, *Closed-Form Interpretation of Neural Network Latent Spaces with Symbolic
Gradients*, 2024; Wetzel, *Closed-Form Interpretation of Neural Network Classifiers with Symbolic Gradients*, 2024).
"""

from __future__ import annotations

from .candidates import SearchConfig
from .experiments import EXPERIMENTS, Experiment
from .forms import Form
from .interpretation import Interpretation, interpret
from .judgement import Candidate
from .latent import Trained, TrainingConfig, train
from .loading import load_model, load_points
from .proof import same_level_sets
from .running import RunConfig, interpret_network, run_experiments, run_model
from .truth import Verdict

__all__ = [
    "EXPERIMENTS",
    "Candidate",
    "Experiment",
    "Form",
    "Interpretation",
    "RunConfig",
    "SearchConfig",
    "Trained",
    "TrainingConfig",
    "Verdict",
    "interpret",
    "interpret_network",
    "load_model",
    "load_points",
    "run_experiments",
    "run_model",
    "same_level_sets",
    "train",
]
