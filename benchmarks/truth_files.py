"""The files of the truth set: how pictures are encoded, and copies that change the file, not the picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

_ORIENTATION = 0x0112
_LEVEL = 4
"""Compression of a PNG that is to have other bytes than the first one had."""

_TURNS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""How the pixels lie that each orientation tag sets upright."""


class File(NamedTuple):
    """A file's bytes, the ending of its name, and how it was encoded."""

    data: bytes
    suffix: str
    encoding: str


def encode(picture: Image.Image, suffix: str, quality: int, exif: bytes = b"") -> File:
    """The picture as a file; the `quality` of a .png is its level of compression, 1 for all above 9."""
    out = io.BytesIO()
    if suffix == ".png":
        picture.save(out, "PNG", compress_level=quality if quality < 10 else 1)
        return File(out.getvalue(), suffix, "png")
    name = {".jpg": "JPEG", ".webp": "WEBP"}[suffix]
    more = {"exif": exif} if exif else {}
    picture.save(out, name, quality=quality, **({"method": 1} if suffix == ".webp" else {}), **more)
    return File(out.getvalue(), suffix, f"{name.lower()} {quality}")


def kept(rng: np.random.Generator, picture: Image.Image) -> File:
    """The picture as people keep it: JPEG mostly, some WebP, a few PNG."""
    suffix = str(rng.choice((".jpg", ".webp", ".png"), p=(0.86, 0.09, 0.05)))
    return encode(picture, suffix, int(rng.integers(75, 96)))


def opened(file: File) -> Image.Image:
    """The picture as displayed."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(file.data))).convert("RGB")


def commented(source: File, text: str) -> File:
    """The same picture in other bytes: a comment more."""
    if source.suffix == ".png":
        return recompressed(source)
    comment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text.encode()
    return File(source.data[:2] + comment + source.data[2:], source.suffix, f"{source.encoding}, a comment")


def tagged(
    rng: np.random.Generator, source: File, *, upright: bool
) -> tuple[File, Mapping[str, float | str]]:
    """A JPEG with an orientation tag: its pixels as they were, or turned so that it looks as before."""
    tag = int(rng.choice(list(_TURNS)))
    exif = Image.Exif()
    exif[_ORIENTATION] = tag
    picture = opened(source)
    stored = picture.transpose(_TURNS[tag]) if upright else picture
    return encode(stored, ".jpg", int(rng.integers(75, 96)), exif.tobytes()), {"orientation": tag}


def recompressed(source: File) -> File:
    """The same pixels as a PNG."""
    return encode(opened(source), ".png", _LEVEL)
