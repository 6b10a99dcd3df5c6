"""How two pictures differ where both show something: a map of it, after evening out brightness and colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from holdfast.proof.tones import toned

_BLUR = 1.0
"""Standard deviation in pixels of what is averaged: the noise of an encoder is no difference."""
_FULL = 96.0
"""Levels of 255 that count as a full difference."""
_LEAST = 16
"""Pixels in common that colours can be fitted to."""

Pixels = NDArray[np.uint8]


class Differences(NamedTuple):
    """For each pixel of the first picture how much the second differs there (0 to 1), and whether it shows
    something there at all."""

    amount: NDArray[np.float32]
    common: NDArray[np.bool_]


def differences(first: Pixels, second: Pixels, affine: NDArray[np.float64]) -> Differences:
    """Compare two RGB pictures; `affine` leads from fractions of the first's sides to the second's.

    Tones and colours of the second are fitted to the first, as the proof does it.
    """
    height, width = first.shape[:2]
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    across = affine[0, 0] * x + affine[0, 1] * y + affine[0, 2]
    down = affine[1, 0] * x + affine[1, 1] * y + affine[1, 2]
    common = (across >= 0) & (across <= 1) & (down >= 0) & (down <= 1)
    if common.sum() < _LEAST:
        return Differences(np.zeros((height, width), np.float32), common)
    ours = np.stack([_smooth(first[:, :, channel]) for channel in range(3)], axis=2)
    places = np.stack([down * second.shape[0] - 0.5, across * second.shape[1] - 0.5])
    theirs = np.stack([_laid(second[:, :, channel], places) for channel in range(3)], axis=2)
    amount = np.abs(toned(theirs, ours, common).made - ours).max(axis=2)
    return Differences(np.where(common, np.minimum(amount / _FULL, 1), 0).astype(np.float32), common)


def _laid(channel: Pixels, places: NDArray[np.float64]) -> NDArray[np.float32]:
    laid: NDArray[np.float32] = scipy.ndimage.map_coordinates(
        _smooth(channel), places, order=1, mode="nearest"
    )
    return laid


def _smooth(channel: Pixels) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = scipy.ndimage.gaussian_filter(channel.astype(np.float32), _BLUR)
    return smooth
