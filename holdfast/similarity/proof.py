"""Proof that two pictures are the same: they are compared, not only their hashes.

Normalised cross-correlation (J. P. Lewis, "Fast Normalized Cross-Correlation", 1995) of the grey
pictures at 64 x 64. A picture without structure correlates with anything, or with nothing: there the
colours decide, and there is no verdict beyond "the same flat colour".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 64
MIN_SPREAD = 4.0
"""Standard deviation of grey (0 to 255) below which a picture has no structure to compare."""

_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison gave: the correlation (-1 to 1), and whether there was structure to compare."""

    correlation: float
    structured: bool


def grey_of(colour: bytes) -> NDArray[np.float64]:
    """The SIDE x SIDE grey picture (0 to 255) of SIDE x SIDE x 3 bytes of RGB (ITU-R BT.601 luma)."""
    pixels = np.frombuffer(colour, dtype=np.uint8).reshape(SIDE, SIDE, 3)
    grey: NDArray[np.float64] = pixels @ _LUMA
    return grey


def compare(first: NDArray[np.float64], second: NDArray[np.float64]) -> Proof:
    """Compare two grey pictures of one size."""
    a, b = first - first.mean(), second - second.mean()
    spread = min(float(a.std()), float(b.std()))
    if spread < MIN_SPREAD:
        return Proof(0.0, False)
    correlation = float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
    return Proof(round(correlation, 4), True)
