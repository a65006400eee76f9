"""Networks as files: safetensors, with the architecture as JSON in the header. No pickle is read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from pyssnn.errors import InputError
from pyssnn.files import atomic_write_bytes
from pyssnn.kan.layers import Layer, LinearLayer, SplineLayer
from pyssnn.kan.network import Network
from pyssnn.kan.symbolic import SHAPES, SymbolicEdge

_FORMAT = "pyssnn kan 1"


def save_network(network: Network, path: str | os.PathLike) -> None:
    """Write a network whole. Raises `OSError` where that cannot be done."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    atomic_write_bytes(path, save(tensors, metadata={"format": _FORMAT, "architecture": json.dumps(_architecture(network))}))


def load_network(path: str | os.PathLike) -> Network:
    """The network in a file.

    Raises:
        InputError: there is none, or it is damaged.
    """
    try:
        with safe_open(Path(path), framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != _FORMAT:
                raise InputError(path, "no network of pyssnn.kan", f"safetensors with the format {_FORMAT!r}")
            network = _built(json.loads(metadata["architecture"]))
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        network.to(tensors["layers.0.weight"].dtype).load_state_dict(tensors)
    except InputError:
        raise
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise InputError(path, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", "a network of pyssnn.kan") from error
    for layer in network.layers:
        layer.full = bool(layer.mask.all())
    return network


def _architecture(network: Network) -> dict:
    return {"n_columns": network.n_columns, "n_inputs": len(network.inputs), "arities": network.arities, "layers": list(map(_layer, network.layers))}


def _layer(layer: Layer) -> dict:
    symbolic = {f"{j}_{i}": edge.name for (j, i), edge in layer.formulas().items()}
    if isinstance(layer, SplineLayer):
        kind = {"kind": "spline", "n_intervals": layer.n_intervals, "order": layer.order, "uniform": layer.uniform}
    else:
        kind = {"kind": "linear", "activated": layer.activated}
    return {**kind, "n_in": layer.n_in, "n_out": layer.n_out, "symbolic": symbolic}


def _built(architecture: dict) -> Network:
    layers = []
    for described in architecture["layers"]:
        n_in, n_out = described["n_in"], described["n_out"]
        if described["kind"] == "spline":
            layer: Layer = SplineLayer(n_in, n_out, n_intervals=described["n_intervals"], order=described["order"])
            layer.uniform = described["uniform"]
        else:
            layer = LinearLayer(n_in, n_out, activated=described["activated"])
        layer.symbolic = nn.ModuleDict({key: SymbolicEdge(name, [0.0] * 4) for key, name in described["symbolic"].items() if name in SHAPES})
        layers.append(layer)
    network = Network(layers, architecture["arities"], architecture["n_columns"])
    network.inputs = torch.arange(architecture["n_inputs"])
    return network
