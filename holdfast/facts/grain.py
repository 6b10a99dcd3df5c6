"""The grain of a picture: small pieces at full scale, where its coding keeps the noise of the camera."""

from __future__ import annotations

import numpy as np
from PIL import Image

PIECES, PIECE = 3, 64
"""Pieces along each side, and pixels along the side of one."""
_LOSSLESS = frozenset({"PNG", "TIFF", "BMP", "PPM"})
_COARSEST = 30.0
"""Mean step of a JPEG's quantization up to which it keeps noise: that of libjpeg's quality 75 is 29."""


def grain_of(image: Image.Image, grey: Image.Image) -> bytes:
    """PIECES x PIECES pieces of PIECE x PIECE bytes, evenly spread over `grey`: `image` as it is displayed.

    Nothing where the coding is coarser, or unknown, or the picture too small.
    """
    if min(grey.size) < PIECES * PIECE or not _keeps_noise(image):
        return b""
    values = np.asarray(grey)
    return b"".join(values[y : y + PIECE, x : x + PIECE].tobytes() for x, y in corners_of(*grey.size))


def corners_of(width: int, height: int) -> list[tuple[int, int]]:
    """Left and top of each piece of a picture, in their order."""
    lefts, tops = (
        [(side - PIECE) * (2 * place + 1) // (2 * PIECES) for place in range(PIECES)]
        for side in (width, height)
    )
    return [(x, y) for y in tops for x in lefts]


def _keeps_noise(image: Image.Image) -> bool:
    if image.format not in ("JPEG", "MPO"):
        return image.format in _LOSSLESS
    tables: dict[int, list[int]] = getattr(image, "quantization", {})
    steps = next(iter(tables.values()), [])
    return bool(steps) and sum(steps) / len(steps) <= _COARSEST
