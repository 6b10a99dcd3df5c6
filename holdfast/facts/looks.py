"""The full picture of one image, as a proof compares it and a report shows it. Runs in a worker process."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from holdfast.facts.decode import hashed_grey
from holdfast.facts.grain import grain_of
from holdfast.facts.jpeg import coded_picture
from holdfast.facts.opening import DEEP, LIMIT_FRAMES, brightest, displayed, load, open_image, orientation_of

SIDE = 64
VIEW = 256
"""Side in pixels of the view, squashed to a square."""
PREVIEW_SIDE = 240


@dataclass(frozen=True, slots=True)
class Look:
    """One picture in full: `hashed` is the grey picture to hash, `grey` 2 x SIDE x SIDE bytes to compare (the
    brightest channel of each pixel, then its luma), `view` VIEW x VIEW x 3 bytes of RGB, then its grain;
    `width` and `height` are those of the displayed picture.

    `fingerprint` is the CRC-32 of both and of the size: unequal means other pictures.
    `picture` digests all pixels, where that was asked for.
    """

    hashed: bytes
    grey: bytes
    fingerprint: int
    picture: str | None
    view: bytes
    width: int
    height: int


def look_at(data: bytes, *, digest: bool) -> Look:
    """Decode a picture in full. Raises what Pillow raises."""
    image = open_image(data)
    load(image)
    shown = displayed(image)
    grey = shown.convert("L")
    plain = shown.mode in ("L", "RGB") and not shown.has_transparency_data
    flat = shown if plain else _flat(shown)
    small = flat.resize((SIDE, SIDE), Image.Resampling.BOX)
    view = flat.resize((VIEW, VIEW), Image.Resampling.BILINEAR, reducing_gap=2.0).convert("RGB")
    hashed = hashed_grey(grey).tobytes()
    compared = brightest(small).tobytes() + small.convert("L").tobytes()
    fingerprint = zlib.crc32(hashed + compared, (shown.width << 16) ^ shown.height)
    picture = _digest(image) if digest else None
    seen = view.tobytes() + (grain_of(image, grey) if plain else b"")
    return Look(hashed, compared, fingerprint, picture, seen, shown.width, shown.height)


def shown(data: bytes) -> Image.Image:
    """The picture as a viewer shows it, in full, as RGB. Raises what Pillow raises."""
    image = open_image(data)
    load(image)
    return _flat(displayed(image))


def shown_code(data: bytes) -> str | None:
    """A digest of what a JPEG is decoded from and of how it is turned: where it is equal, so is every pixel
    that is shown. None for another format. Decodes nothing."""
    code = coded_picture(data)
    if code is None:
        return None
    try:
        return f"{code}:{orientation_of(open_image(data))}"
    except Exception:  # decoders raise nearly everything; then the pixels have to tell
        return None


def preview(data: bytes) -> bytes:
    """A JPEG of at most PREVIEW_SIDE pixels a side, drawn anew. Raises what Pillow raises."""
    image = open_image(data)
    size = image.size
    image.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
    load(image, full=image.size == size)
    picture = displayed(image)
    scale = min(1.0, PREVIEW_SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    drawn = io.BytesIO()
    _flat(picture).resize(size, Image.Resampling.BOX).save(drawn, "JPEG", quality=78)
    return drawn.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """As RGB: deep pictures scaled by their own range, transparency laid on grey."""
    if image.mode in DEEP:
        values = np.array(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        values -= low  # in place: such a picture may take a quarter of a worker's memory
        values *= 255.0 / (high - low) if high > low else 0.0
        image = Image.fromarray(values.astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (128, 128, 128, 255)), rgba)
    return image.convert("RGB")


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
