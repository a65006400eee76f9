"""Trained networks as files: safetensors, with how they were trained as JSON in the header."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path

from pyssnn.errors import InputError

from .latent import Trained, TrainingConfig, mlp


def to_bytes(trained: Trained) -> bytes:
    """The file's content."""
    from safetensors.torch import save

    how = {field.name: getattr(trained, field.name) for field in fields(trained) if field.name != "module"}
    return save(trained.module.state_dict(), metadata={"training": json.dumps(how)})


def load_trained(path: str | os.PathLike, n_inputs: int, config: TrainingConfig) -> Trained:
    """The network that `to_bytes` made a file of.

    Raises:
        InputError: the file is not there, or is none of such a network.
    """
    from safetensors import SafetensorError, safe_open

    path, module = Path(path), mlp(n_inputs, config)
    try:
        with safe_open(path, framework="pt") as file:
            how = json.loads((file.metadata() or {})["training"])
            module.load_state_dict({name: file.get_tensor(name) for name in file.keys()})
        return Trained(module.eval(), **how)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(path, f"no network of {n_inputs} inputs ({reason})", "one that this run wrote", "delete it, and it is trained again") from error
