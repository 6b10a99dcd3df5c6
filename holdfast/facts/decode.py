"""What one decode of one image gives. Runs in a worker process; every input may be hostile."""

from __future__ import annotations

import io
import warnings
import zlib
from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from holdfast.facts.jpeg import is_cut
from holdfast.facts.levels import Level
from holdfast.fault import Fault
from holdfast.images import image_formats

DEEP = ("I;16", "I;16L", "I;16B", "I", "F")
"""Modes with more than 8 bits: what Pillow makes grey of them is clipped."""
LIMIT_PIXELS = 64_000_000
LIMIT_SIDE = 32_768
LIMIT_FRAMES = 1_000
_LIMIT_SCANS = 100
_ORIENTATION = 0x0112
_ANIMATIONS = ("GIF", "PNG", "WEBP", "AVIF")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_SIGNATURES = (
    (b"version https://git-lfs.github.com/spec/", Fault.LFS_POINTER, "run `git lfs pull`"),
    (b"/annex/objects/", Fault.OTHER, "a git-annex pointer; run `git annex get`"),
    (b"PK\x03\x04", Fault.OTHER, "a zip archive"),
    (b"%PDF", Fault.OTHER, "a PDF document"),
    (b"%!PS", Fault.OTHER, "PostScript (EPS), which is not decoded"),
    (b"\x1f\x8b", Fault.OTHER, "a gzip archive"),
    (b"<svg", Fault.OTHER, "an SVG drawing"),
    (b"<?xml", Fault.OTHER, "an XML file"),
    (b"{", Fault.OTHER, "JSON or another text file"),
)


class OverLimit(Exception):
    """The image is larger than what is decoded; the text says by what."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Facts of one file's bytes; sides in pixels as displayed. See FACTS in `holdfast.dataset`."""

    fault: str | None = None
    detail: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    fingerprint: int | None = None
    phash: int | None = None
    spread: float | None = None


def set_limits() -> None:
    """Make Pillow strict for this process: no half pictures, no bombs."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = LIMIT_PIXELS
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def measure_image(data: bytes, level: Level) -> Measured:
    """Facts of an image file up to a level. Never raises for what the bytes are."""
    if level <= Level.BYTES:
        return Measured()
    image: Image.Image | None = None
    try:
        image = open_image(data)
        if level >= Level.PIXELS:
            image.load()
        width, height = image.size if _orientation(image) < 5 else image.size[::-1]
        fingerprint = phash = spread = None
        if level >= Level.PIXELS:
            if image.format == "JPEG" and is_cut(image, data):
                detail = f"data is missing before its end marker, {len(data)} bytes in all"
                return Measured(Fault.TRUNCATED, detail, image.format, width, height)
            grey = displayed(image).convert("L")
            counts = np.array(grey.histogram(), dtype=np.int64)
            fingerprint = zlib.crc32(counts.tobytes(), (width << 16) ^ height)
            if level >= Level.PERCEPTUAL:
                phash = _as_number(imagehash.phash(grey))
                spread = None if image.mode in DEEP else _spread(counts)
            _load_frames(image)
        return Measured(None, None, image.format, width, height, fingerprint, phash, spread)
    except Exception as error:  # decoders raise nearly everything: one bad file is one finding
        fault, detail = _explain(error, data)
        return Measured(fault, detail, image.format if image else None)


def open_image(data: bytes) -> Image.Image:
    """The image, not decoded yet. Raises OverLimit beyond the limits and whatever Pillow raises."""
    if data[:2] == b"\xff\xd8" and data.count(b"\xff\xda") > _LIMIT_SCANS:
        raise OverLimit(f"{data.count(bytes((255, 218)))} scans in a JPEG, over the limit of {_LIMIT_SCANS}")
    image = Image.open(io.BytesIO(data), formats=image_formats())
    if max(image.size) > LIMIT_SIDE:
        raise OverLimit(f"{image.width} x {image.height} px, over the limit of {LIMIT_SIDE} a side")
    return image


def displayed(image: Image.Image) -> Image.Image:
    """The picture as a viewer shows it: EXIF orientation applied."""
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def is_animation(image: Image.Image) -> bool:
    """Whether later frames belong to the picture; a TIFF's pages and a phone's second view do not."""
    return image.format in _ANIMATIONS and bool(getattr(image, "is_animated", False))


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
        return value if value in _TURNS else 1
    except Exception:  # a broken EXIF block turns nothing
        return 1


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


def _as_number(value: imagehash.ImageHash) -> int:
    return int.from_bytes(np.packbits(value.hash.flatten()).tobytes(), "big")


def _spread(counts: NDArray[np.int64]) -> float:
    """Standard deviation of the grey values that a histogram counts."""
    values = np.arange(256)
    mean = np.average(values, weights=counts)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))


def _explain(error: Exception, data: bytes) -> tuple[Fault, str]:
    """What is wrong with a file that did not decode, in the order of what is certain."""
    if not data:
        return Fault.EMPTY, ""
    if isinstance(error, OverLimit):
        return Fault.NOT_CHECKED, str(error)
    if isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return Fault.NOT_CHECKED, f"over the limit of {LIMIT_PIXELS // 1_000_000} million pixels"
    if isinstance(error, MemoryError):
        return Fault.NOT_CHECKED, "needs more memory than a worker may take"
    if isinstance(error, UnidentifiedImageError):
        return _identify(data)
    text = str(error).split("\n")[0][:200]
    if isinstance(error, EOFError) or "truncated" in text or "Truncated" in text:
        return Fault.TRUNCATED, f"{text or 'ends too early'} after {len(data)} bytes"
    return Fault.DAMAGED, f"{type(error).__name__}: {text}" if text else type(error).__name__


def _identify(data: bytes) -> tuple[Fault, str]:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:14].lower().startswith((b"<!doctype html", b"<html", b"<head")):
        return Fault.HTML, "a web page was saved in its place"
    for signature, fault, detail in _SIGNATURES:
        if start.startswith(signature):
            return fault, detail
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return Fault.OTHER, "HEIC, which Pillow does not decode; convert it to JPEG or PNG"
    if not data.strip(b"\0"):
        return Fault.DAMAGED, f"{len(data)} bytes, all zero"
    if data[:2] == b"\xff\xd8" or data[:4] in (b"\x89PNG", b"RIFF", b"GIF8"):
        return Fault.TRUNCATED, f"its header ends after {len(data)} bytes"
    return Fault.DAMAGED, "no picture format that Pillow decodes"
