"""The encoder and the baseline."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.networks import Encoder, NetworkConfig, build_baseline

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "ssn_0_0"


def test_images_become_vectors_and_logits() -> None:
    assert Encoder(NetworkConfig(), 512)(torch.rand(2, 1, 128, 128)).shape == (2, 512)
    assert build_baseline(NetworkConfig(target_dim=3, input_channels=2), seed=0)(torch.rand(2, 2, 128, 128)).shape == (2, 3)


def test_samples_of_a_batch_do_not_mix() -> None:
    network, images = build_baseline(NetworkConfig(), seed=0), torch.rand(3, 1, 128, 128)
    torch.testing.assert_close(network(images), torch.cat([network(image[None]) for image in images]), atol=1e-5, rtol=1e-5)


def test_where_a_patch_stands_matters() -> None:
    """Without positions and the convolutions' borders, average pooling would see a bag of patches."""
    network = build_baseline(NetworkConfig(conv_depth=0), seed=0)
    images = torch.rand(1, 1, 128, 128)
    moved = images.roll((16, 32), dims=(2, 3))
    assert (network(images) - network(moved)).abs().item() > 1e-6
    network.positions.zero_()
    torch.testing.assert_close(network(images), network(moved), atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/reference/ssn_0_0")
def test_the_default_sizes_are_the_archive_s() -> None:
    for iteration in json.loads((ARCHIVE / "log.json").read_text()):
        assert asdict(NetworkConfig(**iteration["network"])) == asdict(NetworkConfig())


@pytest.mark.parametrize(
    "wrong", [{"input_size": 100}, {"vit_dim": 258}, {"graph_dim": 510}, {"vit_heads": 0}, {"dropout_rate": 1.0}, {"gnn_depth": 1.5}]
)
def test_impossible_sizes_are_refused_by_name(wrong: dict) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        NetworkConfig(**wrong)


def test_images_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 1, 64, 64\), expected \(batch, 1, 128, 128\)"):
        build_baseline(NetworkConfig(), seed=0)(torch.rand(2, 1, 64, 64))


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_vector_is_of_the_average_token(depth: int) -> None:
    torch.manual_seed(depth)
    encoder = Encoder(NetworkConfig(vit_depth=depth), 5)
    seen = {}
    encoder.project.register_forward_hook(lambda module, inputs, output: seen.update(average=inputs[0]))
    images = torch.rand(2, 1, 128, 128)
    encoder(images)
    patches = torch.nn.functional.pixel_unshuffle(2 * images - 1, encoder.patch).flatten(2).transpose(1, 2)
    tokens = encoder.transformer(encoder.convs(encoder.embed(patches)) + encoder.positions)
    torch.testing.assert_close(seen["average"], tokens.mean(dim=1), atol=1e-5, rtol=1e-5)
