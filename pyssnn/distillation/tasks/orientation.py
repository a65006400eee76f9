"""Whether a shape lies or stands. Trained on the 2n full lines of an image of n×n; tested on shapes that it has not seen."""

from __future__ import annotations

from functools import partial

import numpy as np

from pyssnn.distillation.enn import EnnConfig, Symbolic, train_enn
from pyssnn.distillation.network import Layer, Network
from pyssnn.distillation.tasks.task import Examples, Size, Task, Test

SHAPES = ("standard", "diagonal", "dotted", "dotted diagonal", "outline", "zigzag")


def full_lines(n: int) -> Examples:
    """The n horizontal lines, then the n vertical ones, (2n, n, n), and one-hot (2n, 2): lying, standing."""
    images = np.zeros((2 * n, n, n))
    for i in range(n):
        images[i, i, :] = 1
        images[n + i, :, i] = 1
    return images, np.repeat(np.eye(2), n, axis=0)


def shape_image(shape: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """A lying shape on an image (n, n) of 0 and 1, half to all of the image wide, at a random place.

    "standard" is a bar up to n/14 thick, a "diagonal" rises 0.1 to 0.7 a pixel either way (a dotted one up to 0.4, so that some dots
    share a row), a dotted line has every second pixel, an "outline" is a rectangle's, up to n/7 high, a "zigzag" climbs and falls by up to n/10.
    """
    length = int(rng.integers(n // 2, n - 1))
    left = int(rng.integers(0, n - length + 1))
    columns = np.arange(length)
    image = np.zeros((n, n))
    if shape in ("standard", "outline"):
        height = int(rng.integers(1, n // 14 + 1)) if shape == "standard" else int(rng.integers(3, max(n // 7, 3) + 1))
        top = int(rng.integers(0, n - height + 1))
        image[top : top + height, left : left + length] = 1
        if shape == "outline":
            image[top + 1 : top + height - 1, left + 1 : left + length - 1] = 0
        return image
    rows = np.zeros(length, dtype=int)
    if "diagonal" in shape:
        rows = np.round(columns * rng.uniform(0.1, 0.4 if "dotted" in shape else 0.7)).astype(int)
    elif shape == "zigzag":
        swing = int(rng.integers(1, n // 10 + 1))
        rows = np.abs((columns + rng.integers(0, 2 * swing)) % (2 * swing) - swing)
    rows = rows if rng.random() < 0.5 else rows.max() - rows
    rows = rows + int(rng.integers(0, n - rows.max()))
    dots = slice(None, None, 2 if "dotted" in shape else 1)
    image[rows[dots], left + columns[dots]] = 1
    return image


def shapes(shape: str, n: int, rng: np.random.Generator, count: int = 500) -> Examples:
    """Images (count, n, n) of which every second one stands, and one-hot (count, 2): lying, standing."""
    standing = np.arange(count) % 2
    images = [shape_image(shape, n, rng) for _ in range(count)]
    return np.stack([image.T if stands else image for image, stands in zip(images, standing, strict=True)]), np.eye(2)[standing]


def busiest(images: np.ndarray) -> np.ndarray:
    """The rule that compares the fullest row with the fullest column."""
    difference = images.sum(axis=2).max(axis=1) - images.sum(axis=1).max(axis=1)
    lying = (1 + np.sign(difference)) / 2
    return np.column_stack([lying, 1 - lying])


def train(size: Size) -> Network:
    """The network of n² differentiae, 2n subconcepts and two concepts; weights below a fifth of the largest are kept.

    At n = 28 it has 86,408 parameters that are not 0.
    """
    n, _ = size
    images, labels = full_lines(n)
    config = EnnConfig(division="single", distinct=False, symbolic=Symbolic(zero_below=0))
    found = train_enn(images.reshape(2 * n, -1), labels[:, 1], config)
    layers = tuple(_shaped(layer, shape) for layer, shape in zip(found.layers, ((n, n), (2, n), (2,)), strict=True))
    return Network(layers, size, found.input_encoding)


def _shaped(layer: Layer, shape: Size) -> Layer:
    return Layer(layer.weights, layer.biases, layer.activation, layer.encoding, shape)


def orientation() -> Task:
    """The task of this module."""
    return Task(
        name="orientation",
        summary="whether a shape lies or stands",
        train=train,
        sizes=((8, 8), (12, 12), (28, 28)),
        held_out=((16, 16),),
        tests=tuple(Test(f"{n}x{n} {shape}", (n, n), partial(shapes, shape, n)) for n in (28, 64) for shape in SHAPES),
        trivial=busiest,
        trivial_rule="the fullest row against the fullest column",
        examples=lambda size, rng: full_lines(size[0]),
        image=True,
    )
