"""The small grey picture that local features are taken from, and these. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from holdfast.facts.opening import DEEP, brightest, displayed
from holdfast.features import SIDE, extract

_COLOURS = ("RGB", "YCbCr")
"""Modes that can be scaled as they are."""
_GREY = (128, 128, 128, 255)
"""What is seen through a transparent picture."""


def squashed(
    image: Image.Image, grey: Image.Image, extent: tuple[float, float, float, float] | None, turned: int
) -> bytes:
    """SIDE x SIDE grey bytes of the whole picture as displayed, squashed to a square.

    `image` is decoded, `grey` the same in grey, `extent` the part of a draft that is the picture, `turned`
    its orientation. Deep pictures are scaled by their own range, transparent ones lie on grey.
    """
    if image.mode in DEEP:
        small = _scaled(_small(Image.fromarray(np.asarray(image).astype(np.float32))))
    elif image.has_transparency_data:
        colours = _small(image.convert("RGBA"))
        small = Image.alpha_composite(Image.new("RGBA", colours.size, _GREY), colours).convert("L")
    elif image.mode == "L":
        small = _small(grey, extent)
    else:
        small = brightest(_small(image if image.mode in _COLOURS else image.convert("RGB"), extent))
    return displayed(small, turned).tobytes()


def features_of(squares: Sequence[bytes]) -> list[bytes]:
    """The features of squashed pictures, many at once."""
    return extract([np.frombuffer(square, np.uint8).reshape(SIDE, SIDE) for square in squares])


def _small(image: Image.Image, extent: tuple[float, float, float, float] | None = None) -> Image.Image:
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=extent, reducing_gap=2.0)


def _scaled(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image))
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if 0 < high - low < np.inf else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8))
