"""What is wrong with a file that did not decode, in the order of what is certain."""

from __future__ import annotations

from PIL import Image, UnidentifiedImageError

from holdfast.fault import Fault
from holdfast.images import heic_version

LIMIT_PIXELS = 64_000_000
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
"""Brands of HEIF files (ISO/IEC 23008-12, annex B)."""
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


def explain(error: Exception, data: bytes) -> tuple[Fault, str]:
    """The fault of a file of these bytes whose decoder raised this, and what it said."""
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
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        if heic_version():
            return Fault.DAMAGED, "HEIC that its decoder does not read"
        return Fault.OTHER, 'HEIC, which Pillow does not decode; run `pip install "holdfast[heic]"`'
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        return Fault.DAMAGED, "AVIF that Pillow does not read; one before 11.3 reads none"
    if not data.strip(b"\0"):
        return Fault.DAMAGED, f"{len(data)} bytes, all zero"
    if data[:2] == b"\xff\xd8" or data[:4] in (b"\x89PNG", b"RIFF", b"GIF8"):
        return Fault.TRUNCATED, f"its header ends after {len(data)} bytes"
    return Fault.DAMAGED, "no picture format that Pillow decodes"
