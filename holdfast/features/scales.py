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


def blurred(pictures: Floats) -> Floats:
    """Pictures (n, side, side) at all levels: (n, LEVELS, side, side). Beyond an edge is what is on it.

    A blur is the taps 1 2 1, which add half the square of their distance to the variance (Burt, "Fast Filter
    Transforms for Image Processing", 1981).
    """
    count, height, width = pictures.shape
    levels = np.empty((count, LEVELS, height, width), np.float32)
    share = 1.0
    for level, (distance, times) in enumerate(_STEPS):
        for _ in range(times):
            pictures = _summed(pictures, distance)
            share /= 16
        np.multiply(pictures, np.float32(share), out=levels[:, level])
    return levels


def _summed(pictures: Floats, distance: int) -> Floats:
    """The taps 1 2 1 across and down: sixteen times too bright."""
    count, height, width = pictures.shape
    wide = np.empty((count, height, width + 2 * distance), np.float32)
    wide[:, :, distance:-distance] = pictures
    wide[:, :, :distance], wide[:, :, -distance:] = pictures[:, :, :1], pictures[:, :, -1:]
    once = wide[:, :, distance:] + wide[:, :, :-distance]
    high = np.empty((count, height + 2 * distance, width), np.float32)
    middle = high[:, distance:-distance]
    np.add(once[:, :, distance:], once[:, :, :-distance], out=middle)
    high[:, :distance], high[:, -distance:] = middle[:, :1], middle[:, -1:]
    once = high[:, distance:] + high[:, :-distance]
    result: Floats = once[:, distance:] + once[:, :-distance]
    return result


def halved(pictures: Floats) -> Floats:
    """Pictures (n, side, side) of an even side at half the size."""
    count, height, width = pictures.shape
    parts = pictures.reshape(count, height // 2, 2, width // 2, 2)
    halves: Floats = parts.mean(axis=(2, 4), dtype=np.float32)
    return halves


def sampled(levels: Floats, picture: Ints, level: Ints, y: Floats, x: Floats) -> Floats:
    """Values at places between the pixels, bilinear; beyond an edge those on it. All arguments broadcast."""
    _, _, height, width = levels.shape
    y, x = y.clip(0, height - 1.001), x.clip(0, width - 1.001)
    top, left = y.astype(np.int64), x.astype(np.int64)
    below, right = y - top.astype(np.float32), x - left.astype(np.float32)
    start = ((picture * LEVELS + level) * height + top) * width + left
    flat = levels.reshape(-1)
    upper: Floats = flat.take(start)
    lower: Floats = flat.take(start + width)
    start += 1
    upper += (flat.take(start) - upper) * right
    lower += (flat.take(start + width) - lower) * right
    lower -= upper
    upper += lower * below
    return upper
