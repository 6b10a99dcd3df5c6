"""Small pictures ever more blurred, and their values between the pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LEVELS = 7
"""Level k is the picture blurred by a Gaussian of variance 2^k (pixels)."""
_STEPS = ((1, 2), (1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (8, 1))
"""For each level the distance of the taps, and how often the one before is blurred."""
_HALF, _QUARTER = np.float32(0.5), np.float32(0.25)


def blurred(pictures: NDArray[np.uint8]) -> Floats:
    """Pictures (n, side, side) at all levels: (n, LEVELS, side, side). Beyond an edge is what is on it.

    A blur is the taps 1 2 1, which add half the square of their distance to the variance (Burt, "Fast Filter
    Transforms for Image Processing", 1981).
    """
    count, height, width = pictures.shape
    levels = np.empty((count, LEVELS, height, width), np.float32)
    before = pictures.astype(np.float32)
    for level, (distance, times) in enumerate(_STEPS):
        for _ in range(times):
            before = _down(_across(before, distance), distance)
        levels[:, level] = before
    return levels


def _across(pictures: Floats, distance: int) -> Floats:
    wide = np.pad(pictures, ((0, 0), (0, 0), (distance, distance)), mode="edge")
    result = wide[:, :, : -2 * distance] + wide[:, :, 2 * distance :]
    result *= _QUARTER
    result += pictures * _HALF
    return result


def _down(pictures: Floats, distance: int) -> Floats:
    high = np.pad(pictures, ((0, 0), (distance, distance), (0, 0)), mode="edge")
    result = high[:, : -2 * distance] + high[:, 2 * distance :]
    result *= _QUARTER
    result += pictures * _HALF
    return result


def sampled(levels: Floats, picture: Ints, level: Ints, y: Floats, x: Floats) -> Floats:
    """Values at places between the pixels, bilinear; beyond an edge those on it. All arguments broadcast."""
    _, _, height, width = levels.shape
    y, x = np.clip(y, 0, height - 1.001), np.clip(x, 0, width - 1.001)
    top, left = y.astype(np.int32), x.astype(np.int32)
    below, right = y - top, x - left
    start = ((picture * LEVELS + level) * height + top) * width + left
    flat = levels.reshape(-1)
    upper: Floats = flat[start]
    lower = flat[start + width]
    upper += (flat[start + 1] - upper) * right
    lower += (flat[start + width + 1] - lower) * right
    upper += (lower - upper) * below
    return upper
