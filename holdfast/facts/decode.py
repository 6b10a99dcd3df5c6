"""What one decode of one image gives. Runs in a worker process; every input may be hostile.

A JPEG's cheapest scale (1/8 for most) shows whether its data is whole, since the stream is read to its
end at every scale, and gives a hash that differs from that of the full picture in a few bits at most:
see docs/detection.md. Everything else is decoded in full at once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.facts.faults import OverLimit, explain
from holdfast.facts.hashing import SIDE
from holdfast.facts.jpeg import is_cut
from holdfast.facts.levels import Level
from holdfast.facts.opening import (
    DEEP,
    LIMIT_FRAMES,
    displayed,
    is_animation,
    load,
    open_image,
    orientation_of,
)
from holdfast.fault import Fault
from holdfast.similarity.proof import MIN_SPREAD

MIN_DRAFT = 64
"""Pixels that the shorter side keeps at a cheap scale: below, the hash drifts further."""
_TURNED = (b"eXIf", b"Raw profile type exif", b"XML:com.adobe.xmp")
"""Where a PNG may say how it is turned."""
_VALUES = np.arange(256.0)

Extent = tuple[float, float, float, float]
"""Left, upper, right and lower edge in pixels."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Facts of one file's bytes; sides in pixels as displayed.

    `grey` is the SIDE x SIDE picture to hash, `exact` whether it was made from the full picture,
    `spread` the standard deviation of all grey values (None: more than 8 bits a sample).
    """

    fault: str | None = None
    detail: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    grey: bytes | None = None
    exact: bool = False
    spread: float | None = None


def measure_image(data: bytes, level: Level) -> Measured:
    """Facts of an image file up to a level. Never raises for what the bytes are."""
    if level <= Level.BYTES:
        return Measured()
    image: Image.Image | None = None
    try:
        image = open_image(data)
        if level <= Level.HEADER:
            return Measured(None, None, image.format, *_header_size(image, data))
        if level < Level.EXACT and _can_draft(image):
            with suppress(Exception):  # the full decode below says what is wrong, the same at every level
                measured = _measure(image, data, draft=True)
                if measured.spread is None or measured.spread >= MIN_SPREAD:  # else the noise counts, too
                    return measured
            image = open_image(data)
        return _measure(image, data, draft=False)
    except Exception as error:  # decoders raise nearly everything: one bad file is one finding
        fault, detail = explain(error, data)
        return Measured(fault, detail, image.format if image else None)


def grey_counts(grey: Image.Image) -> NDArray[np.int64]:
    """How many pixels of a grey picture have each of the 256 values."""
    return np.array(grey.histogram(), dtype=np.int64)


def spread_of(counts: NDArray[np.int64]) -> float:
    """Standard deviation of the grey values that a histogram counts."""
    total = counts.sum()
    mean = counts @ _VALUES / total
    return float(np.sqrt(max(counts @ _VALUES**2 / total - mean**2, 0.0)))


def hashed_grey(grey: Image.Image, extent: Extent | None = None) -> Image.Image:
    """The SIDE x SIDE picture that `imagehash.phash` takes the DCT of; `extent` is the part to scale."""
    return grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=extent)


def _shown_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (width, height) if orientation_of(image) < 5 else (height, width)


def _header_size(image: Image.Image, data: bytes) -> tuple[int, int]:
    """Sides as displayed, without a decode: Pillow decodes a PNG to its end in search of an orientation,
    and has turned the sides of a TIFF already."""
    if image.format == "TIFF" or (image.format == "PNG" and not any(word in data for word in _TURNED)):
        return image.size
    if image.format == "PNG":
        with suppress(Exception):  # it is not asked here whether it decodes
            load(image)
    return _shown_size(image)


def _can_draft(image: Image.Image) -> bool:
    return image.format in ("JPEG", "MPO") and min(image.size) >= 2 * MIN_DRAFT


def _measure(image: Image.Image, data: bytes, *, draft: bool) -> Measured:
    """Facts of the pixels, at the cheapest scale or in full. Raises what Pillow raises."""
    size = _shown_size(image) if draft else None
    extent = _draft(image) if draft else None
    load(image, full=not draft)
    size = size or _shown_size(image)  # after loading: TIFF turns the picture then, PNG reads its EXIF
    if image.format == "JPEG" and is_cut(image, data, _draft if draft else None):
        detail = f"data is missing before its end marker, {len(data)} bytes in all"
        return Measured(Fault.TRUNCATED, detail, image.format, *size)
    grey = image.convert("L")
    spread = None if image.mode in DEEP else spread_of(grey_counts(grey))
    turned = orientation_of(image)
    # a draft is turned when it is small, as its extent is that of the stored picture
    small = displayed(hashed_grey(grey, extent), turned) if draft else hashed_grey(displayed(grey, turned))
    _load_frames(image)
    return Measured(None, None, image.format, *size, small.tobytes(), not draft, spread)


def _draft(image: Image.Image) -> Extent | None:
    """Have a JPEG decoded in grey at its cheapest scale; the unrounded extent of the picture at that scale.

    Resizing from the rounded extent would shift the picture by up to a pixel: most of the hash's drift.
    """
    drafted = image.draft("L", (MIN_DRAFT, MIN_DRAFT))
    return drafted[1] if drafted else None


def _load_frames(image: Image.Image) -> None:
    """Decode the frames after the first of an animation."""
    if not is_animation(image):
        return
    for frame in range(1, LIMIT_FRAMES + 1):
        try:
            image.seek(frame)
        except EOFError:
            return
        image.load()
    raise OverLimit(f"more than {LIMIT_FRAMES} frames")
