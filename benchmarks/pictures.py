"""The pictures of the benchmarks' data: drawn photographs as JPEG, and the copies made of them."""

from __future__ import annotations

import io
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from holdfast.demo.draw import photograph

SEED = 9427
SIDE = 640
SMALL_SIDE = 32
TILES = 25
"""How many small pictures one photograph gives."""

_DRAWN = 320  # drawing costs by the pixel; the camera's noise is added at full size
_TILES_A_ROW = 5
_QUALITY = 85
_SMALL_QUALITY = 90
_NOISE = 2.0
_NOISE_SIDE = 1024


class Kind(Enum):
    """How a copy was made."""

    BYTES = "bytes"
    METADATA = "metadata"
    ENCODED = "encoded"
    RESIZED = "resized"
    BRIGHTNESS = "brightness"


Drawn = tuple[bytes, tuple[str, ...]]
"""A JPEG and the lines of its label."""


def large(number: int, collection: str) -> Drawn:
    """The photograph of this number at 640 x 640, about 60 kB, and a label line for each hold."""
    photo = photograph((SEED, number), collection, size=(_DRAWN, _DRAWN))
    picture = photo.picture.convert("YCbCr").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    light, *colour = picture.split()
    left, top = np.random.default_rng((SEED, number, 1)).integers(_NOISE_SIDE - SIDE, size=2)
    noise = _noise()[top : top + SIDE, left : left + SIDE]
    noisy = np.clip(np.asarray(light, np.int16) + noise, 0, 255).astype(np.uint8)
    picture = Image.merge("YCbCr", (Image.fromarray(noisy), *colour))
    return encode(picture, _QUALITY), photo.lines


def small(number: int, collection: str) -> list[Drawn]:
    """The photograph of this number as tiles of 32 x 32, about 1 kB, each with one label line."""
    picture = photograph((SEED, number), collection, size=(_DRAWN, _DRAWN)).picture
    rng = np.random.default_rng((SEED, number, 1))
    step = _DRAWN // _TILES_A_ROW
    drawn: list[Drawn] = []
    for tile in range(TILES):
        left, top = tile % _TILES_A_ROW * step, tile // _TILES_A_ROW * step
        box = (left, top, left + step, top + step)
        piece = picture.resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX, box=box)
        drawn.append((encode(piece, _SMALL_QUALITY), (_line(rng),)))
    return drawn


def copied(image: bytes, kind: Kind, number: int) -> bytes:
    """The bytes of copy `number` of a JPEG; no two copies of one picture are made alike but BYTES."""
    if kind is Kind.BYTES:
        return image
    rng = np.random.default_rng((SEED, number, 2))
    if kind is Kind.METADATA:
        return image[:2] + _segment(rng, number) + image[2:]
    picture = Image.open(io.BytesIO(image))
    if kind is Kind.ENCODED:
        return encode(picture, int(rng.integers(50, 78)))
    if kind is Kind.RESIZED:
        side = round(picture.width * rng.uniform(0.5, 0.9))
        return encode(picture.resize((side, side), Image.Resampling.LANCZOS), _QUALITY)
    factor = rng.uniform(1.08, 1.25) if rng.random() < 0.5 else rng.uniform(0.75, 0.92)
    return encode(ImageEnhance.Brightness(picture).enhance(factor), _QUALITY)


def relabelled(lines: tuple[str, ...]) -> tuple[str, ...]:
    """A label in conflict with this one: the first box of the other class, or a box where there is none."""
    if not lines:
        return ("0 0.500000 0.500000 0.100000 0.100000",)
    return (f"{1 - int(lines[0][0])}{lines[0][1:]}", *lines[1:])


def encode(picture: Image.Image, quality: int) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@cache
def _noise() -> NDArray[np.int16]:
    """Noise of a camera, grey levels: a window of it differs for each picture."""
    values = np.random.default_rng((SEED, 0, 3)).normal(0, _NOISE, (_NOISE_SIDE, _NOISE_SIDE))
    return values.round().astype(np.int16)


def _line(rng: np.random.Generator) -> str:
    width, height = rng.uniform(0.1, 0.5, 2)
    x, y = rng.uniform(width / 2, 1 - width / 2), rng.uniform(height / 2, 1 - height / 2)
    return f"{rng.integers(2)} {x:.6f} {y:.6f} {width:.6f} {height:.6f}"


def _segment(rng: np.random.Generator, number: int) -> bytes:
    """A comment or an EXIF segment: other bytes, the same picture."""
    marker, content = b"\xff\xfe", f"copy {number}".encode()
    if rng.random() < 0.5:
        exif = Image.Exif()
        exif[0x010E] = f"copy {number}"  # ImageDescription
        marker, content = b"\xff\xe1", exif.tobytes()
    return marker + (len(content) + 2).to_bytes(2, "big") + content
