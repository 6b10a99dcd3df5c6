"""The small grey picture that local features are taken from, and these. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.facts.opening import DEEP, brightest, displayed
from holdfast.features import SIDE, extract, joined

_BYTES = SIDE * SIDE + 4
"""Of a square, with the part that it is of."""
_COLOURS = ("RGB", "YCbCr")
"""Modes that can be scaled as they are."""
_GREY = (128, 128, 128, 255)
"""What is seen through a transparent picture."""
_EVEN = 9
"""Levels by which the pixels of a row of a frame differ at most: codings and scalings do that."""
_LEAST, _FRAMED, _OFF_CENTRE = SIDE // 4, 0.6, 5
"""Pixels a side that are left within a frame, the share of the picture from which it stays, and by how much
it may be wider on one side: a page has an even margin, too, which a rotated copy of it has not."""

_LEAST_TURNED, _MOST_TURNED, _REACHING, _BEYOND = 1.2, 2.2, 0.9, 1.18
"""Sides by each other of a canvas whose picture may have been turned in it, for phones take pictures of 4:3
to 19.5:9; and how far such a picture reaches, of the canvas and of the turned one, once rotated a little."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def squashed(image: Image.Image, grey: Image.Image, extent: Box | None, turned: int) -> bytes:
    """SIDE x SIDE grey bytes of the picture as displayed, squashed to a square, without a frame around it;
    then four bytes: the part of the whole picture that this is, in SIDEths (left, top, right, bottom). Of
    what may have been turned by a quarter in its canvas there are two: the first in its former proportions.

    `image` is decoded, `grey` the same in grey, `extent` the part of a draft that is the picture, `turned`
    its orientation. Deep pictures are scaled by their own range, transparent ones lie on grey.
    """
    small = _square(image, grey, extent, (SIDE, SIDE))
    pixels = np.asarray(small)
    left, top, right, bottom = inner = _within_frame(pixels)
    if (right - left) * (bottom - top) >= _FRAMED * SIDE**2:
        return displayed(small, turned).tobytes() + bytes((0, 0, SIDE, SIDE))
    x, y, end_x, end_y = extent or (0.0, 0.0, *image.size)
    wide, high = (end_x - x) / SIDE, (end_y - y) / SIDE
    cut = (x + left * wide, y + top * high, x + right * wide, y + bottom * high)
    part = Image.new("L", (SIDE, SIDE))
    part.paste(255, inner)
    box = displayed(part, turned).getbbox() or inner
    sizes = {(SIDE, SIDE), _size_in_turned(right - left, bottom - top, wide / high)}
    return b"".join(
        _filled(displayed(_square(image, grey, cut, size), turned), box, int(pixels[0, 0]))
        for size in sorted(sizes)
    )


def _filled(within: Image.Image, box: tuple[int, int, int, int], level: int) -> bytes:
    """A part of a picture, filled up to a square with a grey level; then where that square begins and ends if
    the part is the `box` of the picture, in SIDEths."""
    left, top, right, bottom = box
    ends = left + (right - left) * SIDE / within.width, top + (bottom - top) * SIDE / within.height
    square = Image.new("L", (SIDE, SIDE), level)
    square.paste(within)
    return square.tobytes() + bytes((left, top, *(min(round(end), 255) for end in ends)))


def _size_in_turned(wide: int, high: int, aspect: float) -> tuple[int, int]:
    """The pixels that the part within a frame gets, which has so many of the squashed whole: as many as it
    had if the frame were turned by a quarter, for so comes a frame around a picture that was turned in its
    canvas; or the whole square where that is not so."""
    shown = wide * aspect, high / aspect
    fits = _LEAST_TURNED <= max(aspect, 1 / aspect) <= _MOST_TURNED and max(wide, high) >= _REACHING * SIDE
    if not fits or not _REACHING * SIDE <= max(shown) <= _BEYOND * SIDE:
        return SIDE, SIDE
    shrunk = min(1.0, SIDE / max(shown))
    across, down = (round(side * shrunk) for side in shown)
    return across, down


def features_of(squares: Sequence[bytes]) -> list[bytes]:
    """The features of squashed pictures, many at once."""
    ends = [range(_BYTES, len(square) + 1, _BYTES) for square in squares]
    views = [
        square[end - _BYTES : end] for square, places in zip(squares, ends, strict=True) for end in places
    ]
    pixels = [np.frombuffer(view, np.uint8, SIDE**2).reshape(SIDE, SIDE) for view in views]
    found = iter(extract(pixels, [view[SIDE**2 :] for view in views]))
    return [joined([next(found) for _ in places]) for places in ends]


def _square(image: Image.Image, grey: Image.Image, extent: Box | None, size: tuple[int, int]) -> Image.Image:
    if image.mode in DEEP:
        return _scaled(_small(Image.fromarray(np.asarray(image).astype(np.float32)), extent, size))
    if image.has_transparency_data:
        colours = _small(image.convert("RGBA"), extent, size)
        return Image.alpha_composite(Image.new("RGBA", colours.size, _GREY), colours).convert("L")
    if image.mode == "L":
        return _small(grey, extent, size)
    return brightest(_small(image if image.mode in _COLOURS else image.convert("RGB"), extent, size))


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


def _small(image: Image.Image, extent: Box | None, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.BILINEAR, box=extent, reducing_gap=2.0)


def _scaled(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image))
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if 0 < high - low < np.inf else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8))
