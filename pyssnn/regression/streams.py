"""Words of inputs on which programs and networks are compared: every short one, low-entropy ones, ones at the range's ends."""

from __future__ import annotations

from itertools import product

import numpy as np


def short_words(low: int, high: int, components: int, limit: int, longest: int | None = None) -> np.ndarray:
    """Every word of one length, which contain every shorter one: the longest length at which there are at most `limit`, at least 1.

    With more than `limit` symbols, words of length 1: all with each component at 0, ±1 or an end of the range, then evenly spread ones.

    Returns:
        int64 (n, length, components).
    """
    symbols = (high - low) ** components
    if symbols > limit:
        corners = np.array(list(product(landmarks(low, high), repeat=components)), np.int64)[:limit]
        spread = np.unique(np.linspace(0, symbols - 1, max(limit - len(corners), 0)).astype(np.int64))
        return np.concatenate([corners, _symbols(spread, low, high, components)])[:, None, :]
    length = 1
    while symbols > 1 and symbols ** (length + 1) <= limit and (longest is None or length < longest):
        length += 1
    numbers = np.arange(symbols**length)
    letters = numbers[:, None] // symbols ** np.arange(length - 1, -1, -1) % symbols
    return _symbols(letters, low, high, components)


def _symbols(numbers: np.ndarray, low: int, high: int, components: int) -> np.ndarray:
    return low + numbers[..., None] // (high - low) ** np.arange(components) % (high - low)


def landmarks(low: int, high: int) -> list[int]:
    """The values of a component that differ in kind: the ends of the range, their neighbours, the middle, and −1, 0, 1."""
    wanted = (low, high - 1, 0, 1, -1, low + 1, high - 2, (low + high) // 2)
    return list(dict.fromkeys(value for value in wanted if low <= value < high))


def low_entropy(low: int, high: int, components: int, length: int, n: int, generator: np.random.Generator) -> np.ndarray:
    """n words with little in them, int64 (n, length, components): constant, periodic, sparse, with runs, monotone, mirrored, of two values.

    The first are constant, at each landmark.
    """
    marks = np.array(landmarks(low, high))
    words = np.empty((n, length, components), np.int64)
    constants = list(product(marks, repeat=components)) if len(marks) ** components <= n // 4 else [(m,) * components for m in marks]
    for i in range(n):
        words[i] = constants[i] if i < len(constants) else _KINDS[i % len(_KINDS)](low, high, components, length, marks, generator)
    return words


def _letters(low: int, high: int, shape: tuple[int, ...], marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return np.where(generator.random(shape) < 0.5, generator.choice(marks, shape), generator.integers(low, high, shape))


def _periodic(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    period = int(generator.integers(2, 6))
    return np.resize(_letters(low, high, (period, components), marks, generator), (length, components))


def _sparse(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    word = np.tile(_letters(low, high, (1, components), marks, generator), (length, 1))
    places = generator.integers(0, length, int(generator.integers(1, 4)))
    word[places] = _letters(low, high, (len(places), components), marks, generator)
    return word


def _runs(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    fresh = _letters(low, high, (length, components), marks, generator)
    starts = generator.random(length) < generator.choice([0.1, 0.3])
    starts[0] = True
    return fresh[np.maximum.accumulate(np.where(starts, np.arange(length), 0))]


def _monotone(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    word = np.sort(generator.integers(low, high, (length, components)), axis=0)
    return word if generator.random() < 0.5 else word[::-1]


def _mirrored(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    word = generator.integers(low, high, (length, components))
    n = int(generator.integers(2, length + 1)) if length > 1 else 1
    word[n - n // 2 : n] = word[: n // 2][::-1]
    return word


def _two_values(low: int, high: int, components: int, length: int, marks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    pair = _letters(low, high, (2, components), marks, generator)
    return pair[(generator.random(length) < generator.choice([0.15, 0.5, 0.85])).astype(int)]


_KINDS = (_periodic, _sparse, _runs, _monotone, _mirrored, _two_values)
