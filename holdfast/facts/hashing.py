"""The perceptual hash of small grey pictures, many at once: that of `imagehash.phash`, to the bit.

https://pypi.org/project/ImageHash/: the DCT-II of the 32 x 32 grey picture, its 8 x 8 lowest
frequencies, one bit each for "above their median". The DCT must be SciPy's own: a product of
matrices rounds otherwise, and decides otherwise on pictures without structure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from holdfast.facts.messages import THUMB_SIDE

SIDE = 32
"""Side of the grey picture that is hashed."""
_LOW = 8
_ROUNDING = 40.0
"""Standard deviation of a frequency between cheap and full picture: measured, see docs/detection.md."""
MAX_DOUBT = 8
"""Doubtful bits of a cheap hash; beyond, it tells too little: smooth pictures have few other bits."""


class Hashed(NamedTuple):
    """For each picture its hash, first bit highest, and how many of its bits a rounding might turn."""

    hash: NDArray[np.uint64]
    doubtful: NDArray[np.int64]


def perceptual_hashes(greys: Sequence[bytes]) -> NDArray[np.uint64]:
    """One hash a picture of SIDE x SIDE bytes; its first bit is the highest."""
    return hashed(greys).hash


def hashed(greys: Sequence[bytes]) -> Hashed:
    """The hashes of pictures of SIDE x SIDE bytes, with their doubts."""
    pixels = np.frombuffer(b"".join(greys), np.uint8).reshape(-1, SIDE, SIDE).astype(np.float64)
    rows = scipy.fft.dct(pixels, axis=1)[:, :_LOW]
    low = scipy.fft.dct(rows, axis=2)[:, :, :_LOW].reshape(-1, _LOW * _LOW)
    height = low - np.median(low, axis=1, keepdims=True)
    values = np.packbits(height > 0, axis=1).view(">u8").astype(np.uint64).ravel()
    return Hashed(values, np.count_nonzero(np.abs(height) < _ROUNDING, axis=1))


def thumbnails(greys: Sequence[bytes]) -> list[bytes]:
    """Each picture of SIDE x SIDE bytes at THUMB_SIDE x THUMB_SIDE, four pixels made one."""
    pixels = np.frombuffer(b"".join(greys), np.uint8).reshape(-1, THUMB_SIDE, 2, THUMB_SIDE, 2)
    means = (pixels.astype(np.uint16).sum(axis=(2, 4)) + 2) // 4
    return [small.tobytes() for small in means.astype(np.uint8)]
