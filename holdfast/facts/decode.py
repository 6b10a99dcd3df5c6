"""What one decode of one image gives. Runs in a worker process; every input may be hostile.

A JPEG's cheapest scale (1/8 for most) shows whether its data is whole, since the stream is read to its
end at every scale, and gives a hash that differs from that of the full picture in a few bits at most:
see docs/detection.md. Everything else is decoded in full at once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from PIL import Image

from holdfast.facts.capture import capture_of
from holdfast.facts.faults import OverLimit, explain
from holdfast.facts.figures import Figures
from holdfast.facts.hashing import SIDE
from holdfast.facts.jpeg import is_cut, is_rgb
from holdfast.facts.levels import Level
from holdfast.facts.opening import (
    DEEP,
    LIMIT_FRAMES,
    displayed,
    is_animation,
    load,
    open_image,
    orientation_of,
    pages_of,
    stored_mode,
)
from holdfast.facts.quality import Quality, quality_of, tones_of
from holdfast.facts.squash import squashed
from holdfast.fault import Fault
from holdfast.similarity.proof import MIN_SPREAD

MIN_DRAFT = 64
"""Pixels that the shorter side keeps at a cheap scale: below, the hash drifts further."""
_TURNED = (b"eXIf", b"Raw profile type exif", b"XML:com.adobe.xmp")
"""Where a PNG may say how it is turned."""

Extent = tuple[float, float, float, float]
"""Left, upper, right and lower edge in pixels."""


class Measured(NamedTuple):
    """Facts of one file's bytes; sides in pixels as displayed.

    `grey` is the SIDE x SIDE picture to hash, `exact` whether it was made from the full picture,
    `spread` the standard deviation of all grey values (None: more than 8 bits a sample), `squashed` the
    picture of `holdfast.facts.squash`. What the header says is there whatever is wrong behind it.
    """

    fault: str | None = None
    detail: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    grey: bytes | None = None
    exact: bool = False
    spread: float | None = None
    mode: str | None = None
    figures: Figures = Figures()
    squashed: bytes | None = None


def measure_image(data: bytes, level: Level, *, squash: bool = False) -> Measured:
    """Facts of an image file up to a level; with `squash` also the picture that features are taken from.

    Never raises for what the bytes are.
    """
    if level <= Level.BYTES:
        return Measured()
    try:
        return _header(data) if level <= Level.HEADER else _decoded(data, level, squash)
    except Exception as error:  # decoders raise nearly everything: one bad file is one finding
        fault, detail = explain(error, data)
    known = Measured()
    with suppress(Exception):
        known = _header(data)
    return known._replace(fault=fault, detail=detail)


def _decoded(data: bytes, level: Level, squash: bool) -> Measured:
    """Facts of the pixels. The figures of a JPEG that has a cheap scale are always measured there, and its
    features, so that they are the same at every level. Raises what Pillow raises."""
    image = open_image(data)
    sketch = None
    if _can_draft(image):
        with suppress(Exception):  # the full decode below says what is wrong, the same at every level
            sketch = _measure(image, data, draft=True, squash=squash)
            if level < Level.EXACT and (sketch.spread is None or sketch.spread >= MIN_SPREAD):
                return sketch  # else the noise counts, too
        image = open_image(data)
    if sketch is None:
        return _measure(image, data, draft=False, squash=squash)
    whole = _measure(image, data, draft=False, figures=sketch.figures)
    return whole._replace(squashed=sketch.squashed)


def hashed_grey(grey: Image.Image, extent: Extent | None = None) -> Image.Image:
    """The SIDE x SIDE picture that `imagehash.phash` takes the DCT of; `extent` is the part to scale."""
    return grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=extent)


def _shown_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (width, height) if orientation_of(image) < 5 else (height, width)


def _header(data: bytes) -> Measured:
    """What the header says, without a decode: Pillow decodes a PNG to its end in search of an orientation,
    and has turned the sides of a TIFF already. Raises what Pillow raises."""
    image = open_image(data)
    mode, (width, height), turned = stored_mode(image), image.size, 1
    day, hundredths = capture_of(image)
    if image.format != "PNG" or any(word in data for word in _TURNED):
        if image.format == "PNG":
            with suppress(Exception):  # it is not asked here whether it decodes
                load(image)
        turned = orientation_of(image)
    if turned >= 5 and image.format != "TIFF":
        width, height = height, width
    figures = Figures(turned, taken_day=day, taken_hundredths=hundredths)
    return Measured(None, None, image.format, width, height, mode=mode, figures=figures)


def _can_draft(image: Image.Image) -> bool:
    return image.format in ("JPEG", "MPO") and min(image.size) >= 2 * MIN_DRAFT


def _measure(
    image: Image.Image, data: bytes, *, draft: bool, figures: Figures | None = None, squash: bool = False
) -> Measured:
    """Facts of the pixels, at the cheapest scale or in full. Raises what Pillow raises."""
    mode, height = stored_mode(image), image.height
    tag = orientation_of(image) if image.format == "TIFF" else None
    size = _shown_size(image) if draft else None
    extent = _draft(image) if draft else None
    taken = capture_of(image) if figures is None else ()
    load(image, full=not draft)
    size = size or _shown_size(image)  # after loading: TIFF turns the picture then, PNG reads its EXIF
    turned = orientation_of(image)
    tag = tag or turned
    if image.format == "JPEG" and is_cut(image, data, _draft if draft else None):
        detail = f"data is missing before its end marker, {len(data)} bytes in all"
        return Measured(Fault.TRUNCATED, detail, image.format, *size, mode=mode, figures=Figures(tag))
    grey = image.convert("L")
    tones = tones_of(grey)
    # a draft is turned when it is small, as its extent is that of the stored picture
    small = displayed(hashed_grey(grey, extent), turned) if draft else hashed_grey(displayed(grey, turned))
    if figures is None:
        looks = Quality()
        with suppress(Exception):  # it decodes: that its figures are not known is no fault
            looks = quality_of(_coloured(image, mode, data), grey, tones, height if draft else image.height)
        figures = Figures(tag, _load_frames(image, data), *looks, *taken)
    spread = None if image.mode in DEEP else tones.spread
    square = squashed(image, grey, extent, turned) if squash else None
    return Measured(
        None, None, image.format, *size, small.tobytes(), not draft, spread, mode, figures, square
    )


def _draft(image: Image.Image) -> Extent | None:
    """Have a JPEG decoded at its cheapest scale; the unrounded extent of the picture at that scale.

    Its luma is the grey picture; the colours cost little beside it. Resizing from the rounded extent would
    shift the picture by up to a pixel: most of the hash's drift.
    """
    drafted = image.draft("L" if is_rgb(image) else "YCbCr", (MIN_DRAFT, MIN_DRAFT))
    return drafted[1] if drafted else None


def _coloured(image: Image.Image, mode: str, data: bytes) -> Image.Image:
    """The picture with its colours: a JPEG that is stored as RGB has lost them in a draft."""
    if image.mode != "L" or mode != "RGB":
        return image
    again = open_image(data)
    again.draft("RGB", (MIN_DRAFT, MIN_DRAFT))
    load(again, full=False)
    return again


def _load_frames(image: Image.Image, data: bytes) -> int:
    """Decode the frames after the first of an animation. How many there are; of a TIFF, how many pages."""
    if image.format == "TIFF":
        return pages_of(open_image(data))  # decoding may have closed the other
    if not is_animation(image):
        return 1
    for frame in range(1, LIMIT_FRAMES + 1):
        try:
            image.seek(frame)
        except EOFError:
            return frame
        image.load()
    raise OverLimit(f"more than {LIMIT_FRAMES} frames")
