"""Opening and decoding an image file within limits. Runs in a worker process; every input may be hostile."""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFile

from holdfast.facts.faults import LIMIT_PIXELS, OverLimit
from holdfast.images import image_formats

DEEP = ("I;16", "I;16L", "I;16B", "I", "F")
"""Modes with more than 8 bits: what Pillow makes grey of them is clipped."""
LIMIT_SIDE = 32_768
LIMIT_FRAMES = 1_000
_LIMIT_SCANS = 100
_ORIENTATION = 0x0112
_DEEP_COLOUR = ";16"
"""What Pillow calls samples of 16 bits that it makes 8 of."""
_EXIF = {"exif", "xmp"}
"""Where a JPEG may say how it is turned."""
_ANIMATIONS = ("GIF", "PNG", "WEBP", "AVIF")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


@dataclass(slots=True)
class Decodes:
    """How often this process decoded a picture, and how often of these at full scale."""

    all: int = 0
    full: int = 0


DECODES = Decodes()


def set_limits() -> None:
    """Make Pillow strict for this process: no half pictures, no bombs."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = LIMIT_PIXELS
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def open_image(data: bytes) -> Image.Image:
    """The image, not decoded yet. Raises OverLimit beyond the limits and whatever Pillow raises."""
    image = Image.open(io.BytesIO(data), formats=image_formats())
    if "progressive" in image.info and (scans := data.count(b"\xff\xda")) > _LIMIT_SCANS:
        raise OverLimit(f"{scans} scans in a JPEG, over the limit of {_LIMIT_SCANS}")
    if max(image.size) > LIMIT_SIDE:
        raise OverLimit(f"{image.width} x {image.height} px, over the limit of {LIMIT_SIDE} a side")
    return image


def load(image: Image.Image, *, full: bool = True) -> None:
    """Decode, and count it. Raises what Pillow raises."""
    DECODES.all += 1
    DECODES.full += full
    image.load()


def displayed(image: Image.Image, orientation: int | None = None) -> Image.Image:
    """The picture as a viewer shows it: EXIF orientation applied (default: the picture's own)."""
    turn = _TURNS.get(orientation_of(image) if orientation is None else orientation)
    return image if turn is None else image.transpose(turn)


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none."""
    if image.format == "JPEG" and not _EXIF & image.info.keys():  # the usual case, without a parser for it
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
        return value if value in _TURNS else 1
    except Exception:  # a broken EXIF block turns nothing
        return 1


def is_animation(image: Image.Image) -> bool:
    """Whether later frames belong to the picture; a TIFF's pages and a phone's second view do not."""
    return image.format in _ANIMATIONS and bool(getattr(image, "is_animated", False))


def stored_mode(image: Image.Image) -> str:
    """Pillow's mode of a picture not decoded yet; `RGB;16` for colours of 16 bits, which it cuts to 8."""
    if image.format in ("PNG", "TIFF", "PPM") and image.mode in ("RGB", "RGBA", "LA"):
        arguments = next((tile[3] for tile in getattr(image, "tile", ())), None)
        raw = arguments if isinstance(arguments, str) else str((*(arguments or ()), "")[0])
        return image.mode + _DEEP_COLOUR if _DEEP_COLOUR in raw else image.mode
    return image.mode


def pages_of(image: Image.Image) -> int:
    """How many pages a TIFF has, LIMIT_FRAMES + 1 at most; those that are damaged end it."""
    page = 1
    with suppress(Exception):
        while page <= LIMIT_FRAMES:
            image.seek(page)
            page += 1
    return page


def brightest(image: Image.Image) -> Image.Image:
    """The brightest channel of each pixel: HSV's value, which a turned hue and swapped channels leave."""
    if image.mode == "L":
        return image
    red, green, blue = image.convert("RGB").split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)
