"""How two pictures differ where both show something: a map of it, after evening out brightness and colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

_BLUR = 1.0
"""Standard deviation in pixels of what is averaged: the noise of an encoder is no difference."""
_FULL = 96.0
"""Levels of 255 that count as a full difference."""

Pixels = NDArray[np.uint8]


class Differences(NamedTuple):
    """For each pixel of the first picture how much the second differs there (0 to 1), and whether it shows
    something there at all."""

    amount: NDArray[np.float64]
    common: NDArray[np.bool_]


def differences(first: Pixels, second: Pixels, affine: NDArray[np.float64]) -> Differences:
    """Compare two RGB pictures; `affine` leads from fractions of the first's sides to the second's.

    Brightness, contrast and colour of the second are fitted to the first, channel by channel.
    """
    height, width = first.shape[:2]
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    across = affine[0, 0] * x + affine[0, 1] * y + affine[0, 2]
    down = affine[1, 0] * x + affine[1, 1] * y + affine[1, 2]
    common = (across >= 0) & (across <= 1) & (down >= 0) & (down <= 1)
    places = np.stack([down * second.shape[0] - 0.5, across * second.shape[1] - 0.5])
    amount = np.zeros((height, width))
    for channel in range(3):
        theirs = scipy.ndimage.map_coordinates(
            _smooth(second[:, :, channel]), places, order=1, mode="nearest"
        )
        ours = _smooth(first[:, :, channel])
        amount = np.maximum(amount, np.abs(ours - _fitted(ours, theirs, common)))
    return Differences(np.where(common, np.minimum(amount / _FULL, 1.0), 0.0), common)


def _smooth(channel: Pixels) -> NDArray[np.float64]:
    smooth: NDArray[np.float64] = scipy.ndimage.gaussian_filter(channel.astype(np.float64), _BLUR)
    return smooth


def _fitted(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], common: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The second with the gain and offset that bring it nearest to the first (least squares)."""
    if not common.any():
        return theirs
    a, b = ours[common], theirs[common]
    variance = float(b.var())
    gain = float(((a - a.mean()) * (b - b.mean())).mean()) / variance if variance > 1 else 1.0
    fitted: NDArray[np.float64] = a.mean() + max(gain, 0.1) * (theirs - b.mean())
    return fitted
