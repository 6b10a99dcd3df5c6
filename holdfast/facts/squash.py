"""The small grey picture that local features are taken from, and these. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.facts.opening import DEEP, brightest, displayed
from holdfast.features import SIDE, extract

_COLOURS = ("RGB", "YCbCr")
"""Modes that can be scaled as they are."""
_GREY = (128, 128, 128, 255)
"""What is seen through a transparent picture."""
_EVEN = 9
"""Levels by which the pixels of a row of a frame differ at most: codings and scalings do that."""
_LEAST, _FRAMED, _OFF_CENTRE = SIDE // 4, 0.6, 5
"""Pixels a side that are left within a frame, the share of the picture from which it stays, and by how much
it may be wider on one side: a page has an even margin, too, which a rotated copy of it has not."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def squashed(image: Image.Image, grey: Image.Image, extent: Box | None, turned: int) -> bytes:
    """SIDE x SIDE grey bytes of the picture as displayed, squashed to a square, without a frame around it;
    then four bytes: the part of the whole picture that this is, in SIDEths (left, top, right, bottom).

    `image` is decoded, `grey` the same in grey, `extent` the part of a draft that is the picture, `turned`
    its orientation. Deep pictures are scaled by their own range, transparent ones lie on grey.
    """
    small = _square(image, grey, extent)
    left, top, right, bottom = inner = _within_frame(np.asarray(small))
    if (right - left) * (bottom - top) < _FRAMED * SIDE**2:
        x, y, end_x, end_y = extent or (0.0, 0.0, *image.size)
        wide, high = (end_x - x) / SIDE, (end_y - y) / SIDE
        small = _square(image, grey, (x + left * wide, y + top * high, x + right * wide, y + bottom * high))
    else:
        inner = (0, 0, SIDE, SIDE)
    part = Image.new("L", (SIDE, SIDE))
    part.paste(255, inner)
    return displayed(small, turned).tobytes() + bytes(displayed(part, turned).getbbox() or inner)


def features_of(squares: Sequence[bytes]) -> list[bytes]:
    """The features of squashed pictures, many at once."""
    pixels = [np.frombuffer(square, np.uint8, SIDE**2).reshape(SIDE, SIDE) for square in squares]
    return extract(pixels, [square[SIDE**2 :] for square in squares])


def _square(image: Image.Image, grey: Image.Image, extent: Box | None) -> Image.Image:
    if image.mode in DEEP:
        return _scaled(_small(Image.fromarray(np.asarray(image).astype(np.float32)), extent))
    if image.has_transparency_data:
        colours = _small(image.convert("RGBA"), extent)
        return Image.alpha_composite(Image.new("RGBA", colours.size, _GREY), colours).convert("L")
    if image.mode == "L":
        return _small(grey, extent)
    return brightest(_small(image if image.mode in _COLOURS else image.convert("RGB"), extent))


def _within_frame(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The part without even rows and columns along the edges: a frame, or what a rotation left empty."""
    whole = (0, 0, SIDE, SIDE)
    rows = np.flatnonzero(np.ptp(pixels, axis=1) > _EVEN)
    if not len(rows):
        return whole
    columns = np.flatnonzero(np.ptp(pixels[rows[0] : rows[-1] + 1], axis=0) > _EVEN)
    if not len(columns):
        return whole
    left, top, right, bottom = (int(end) for end in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    centred = max(abs(left + right - SIDE), abs(top + bottom - SIDE)) <= _OFF_CENTRE
    return (left, top, right, bottom) if centred and min(right - left, bottom - top) >= _LEAST else whole


def _small(image: Image.Image, extent: Box | None = None) -> Image.Image:
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=extent, reducing_gap=2.0)


def _scaled(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image))
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if 0 < high - low < np.inf else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8))
