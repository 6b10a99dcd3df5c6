"""Pairs of pictures that share enough features, with the map from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.features.alike import alike
from holdfast.features.fit import fitted
from holdfast.features.packed import unpack
from holdfast.features.scales import Ints
from holdfast.features.seeds import guesses

LEAST = 2
"""Features of two pictures that have to agree at first."""
MIN_AGREEING = 5
"""Features that have to agree in the end; one less where a picture has few, FEW or less."""
FEW = 24
MIN_SPREAD = 0.1
"""Of these over the picture, in sides: features in one spot agree by chance."""
MAX_SCALE, MAX_STRETCH = 2.5, 5.0
"""How much larger or smaller, and how much longer than wide, one picture may have become of the other: a
quarter turn of a picture of 16:9, squashed to a square before and after, makes 3.2."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of pictures (first < second), in order; `score` counts the features that agree.

    `transforms` (n, 2, 3) map a place in the first picture, in fractions of its sides, to the second.
    `complete` is false where more features are alike than are looked at.
    """

    first: Ints
    second: Ints
    score: Ints
    transforms: NDArray[np.float64]
    complete: bool


def similar(
    blobs: Sequence[bytes], progress: Progress = lambda *_: None, asked: NDArray[np.bool_] | None = None
) -> Found:
    """Pairs of pictures by their features, as `extract` gives them, one of each `asked` (None: all are).

    Never raises, whatever the bytes are.
    """
    features = unpack(blobs)
    progress("comparing features", 0, len(blobs))
    pairs, complete = alike(features, asked)
    guessed = guesses(features, pairs, LEAST)
    fits = fitted(features, guessed)
    progress("comparing features", len(blobs), len(blobs))
    long, short = _stretches(fits.maps)
    sane = (long < MAX_SCALE) & (short > 1 / MAX_SCALE) & (long < MAX_STRETCH * short)
    counts = np.diff(features.starts)
    few = np.minimum(counts[guessed.first], counts[guessed.second]) <= FEW
    kept = sane & (fits.agreeing >= MIN_AGREEING - few) & (fits.spread >= MIN_SPREAD)
    return Found(guessed.first[kept], guessed.second[kept], fits.agreeing[kept], fits.maps[kept], complete)


def _stretches(maps: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how much each map stretches what it stretches most, and least (singular values)."""
    a, b, c, d = maps[:, 0, 0], maps[:, 0, 1], maps[:, 1, 0], maps[:, 1, 1]
    half, other = np.hypot(a + d, c - b) / 2, np.hypot(a - d, b + c) / 2
    return half + other, np.abs(half - other)
