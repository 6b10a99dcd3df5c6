"""What a proof compares, and what a report shows, of one image. Runs in a worker process."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from holdfast.facts.decode import DEEP, LIMIT_FRAMES, displayed, open_image

SIDE = 64
PREVIEW_SIDE = 240


@dataclass(frozen=True, slots=True)
class Look:
    """One picture, small: `colour` is SIDE x SIDE x 3 bytes of RGB, `picture` digests it in full."""

    picture: str
    colour: bytes


def look_at(data: bytes) -> Look:
    """The picture at 64 x 64 and the digest of all its pixels. Raises what Pillow raises."""
    image = open_image(data)
    image.load()
    colour = _small(displayed(image), (SIDE, SIDE)).tobytes()
    return Look(_digest(image), colour)


def preview(data: bytes) -> bytes:
    """A JPEG of at most PREVIEW_SIDE pixels a side, drawn anew. Raises what Pillow raises."""
    image = open_image(data)
    image.draft("RGB", (PREVIEW_SIDE * 2, PREVIEW_SIDE * 2))
    image.load()
    picture = displayed(image)
    scale = min(1.0, PREVIEW_SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    drawn = io.BytesIO()
    _small(picture, size).save(drawn, "JPEG", quality=78)
    return drawn.getvalue()


def _small(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """RGB at a size: deep pictures scaled by their own range, transparency laid on grey."""
    if image.mode in DEEP:
        values = np.asarray(image, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255.0 / (high - low)) if high > low else np.zeros_like(values)
        image = Image.fromarray(scaled.astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (128, 128, 128, 255)), rgba)
    return image.convert("RGB").resize(size, Image.Resampling.BOX)


def _digest(image: Image.Image) -> str:
    """SHA-256 of the pixels of every frame as displayed, in one form for all containers."""
    digest = hashlib.sha256()
    for frame in range(LIMIT_FRAMES):
        try:
            image.seek(frame)
        except EOFError:
            break
        plain = _plain(displayed(image))
        digest.update(f"{plain.mode} {plain.width} {plain.height}\n".encode())
        digest.update(plain.tobytes())
    return digest.hexdigest()


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in (*DEEP, "CMYK", "LAB", "HSV", "YCbCr"):
        return image
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        if rgba.getchannel("A").getextrema() != (255, 255):
            return rgba
    return image.convert("RGB")
