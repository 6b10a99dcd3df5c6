"""JPEGs that were cut and closed again: an end marker where data is missing.

libjpeg fills what is missing with grey and Pillow says nothing. A cut baseline file shows in its last
pixels, a cut progressive one in its scans: each coefficient must be sent down to its last bit
(ITU-T T.81, annex G).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable

from PIL import Image

from holdfast.facts.opening import load

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_START, _END = b"\xff\xd8", b"\xff\xd9"
_METADATA = {0xFE, *range(0xE1, 0xEE), 0xEF}
"""Comments and application segments: all but JFIF's and Adobe's, which say how colours are stored."""
_BARE = range(0xD0, 0xDA)
"""Markers without a length: decoders do not skip what a segment here would hide."""
_VIEWS = b"MPF\0"
"""Of the segment that says where further pictures in the file are."""
_JUNK = bytes(range(128)) * 2
_GREY = {127, 128}
"""128; 127 where the mode is inverted, as in CMYK."""


def is_cut(image: Image.Image, data: bytes, scaled: Callable[[Image.Image], object] | None = None) -> bool:
    """Whether data is missing before the end marker of a JPEG; `image` is decoded.

    `scaled` asks for the scale at which it was: none for the full one.
    """
    if "progressive" in image.info and _lacks_scans(data):
        return True
    return _ends_grey(image) and _reads_beyond_its_end(image, data, scaled)


def is_rgb(image: Image.Image) -> bool:
    """Whether a JPEG's colours are stored as RGB: libjpeg makes no YCbCr of them, and takes them for that
    where neither JFIF's nor Adobe's segment says otherwise and its components are named so."""
    if image.mode != "RGB" or "jfif" in image.info:
        return False
    if "adobe" in image.info:
        return image.info.get("adobe_transform") == 0
    return [layer[0] for layer in getattr(image, "layer", ())] == list(b"RGB")


def coded_picture(data: bytes) -> str | None:
    """SHA-256 of a JPEG without its metadata: equal for two files that any decoder reads the same picture
    from (before a viewer turns it). None for what is no JPEG, or not plain."""
    if not data.startswith(_START):
        return None
    digest = hashlib.sha256()
    place = 2
    while data[place : place + 1] == b"\xff" and place + 4 <= len(data):
        code, end = data[place + 1], place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if code == 0xDA:  # the first scan: what follows is the picture
            digest.update(data[place:])
            return digest.hexdigest()
        if not 0xC0 <= code <= 0xFE or code in _BARE or end < place + 4:
            return None
        if code not in _METADATA or data[place + 4 : place + 8] == _VIEWS:
            digest.update(data[place:end])
        place = end
    return None


def _ends_grey(image: Image.Image) -> bool:
    """Whether the last pixel looks as what is filled in: nothing else is worth a second decode."""
    values = image.getpixel((image.width - 1, image.height - 1))
    return _GREY.issuperset(values if isinstance(values, tuple) else (values,))


def _reads_beyond_its_end(
    image: Image.Image, data: bytes, scaled: Callable[[Image.Image], object] | None
) -> bool:
    """Whether other bytes before the end marker give another picture: a whole one does not look at them."""
    end = data.rfind(_END)
    again = Image.open(io.BytesIO(data[:end] + _JUNK + _END), formats=("JPEG",))
    if scaled is not None:
        scaled(again)
    load(again, full=scaled is None)
    return again.tobytes() != image.tobytes()


def _lacks_scans(data: bytes) -> bool:
    """Whether a progressive JPEG does not send every coefficient of every component to its last bit."""
    left: dict[int, list[int]] = {}
    place = 2
    while (marker := _MARKER.search(data, place)) is not None:
        code, start = data[marker.start() + 1], marker.end()
        length = int.from_bytes(data[start : start + 2], "big")
        segment = data[start + 2 : start + length]
        if code in (0xC0, 0xC1) or code == 0xD9 or length < 2:
            break
        if code == 0xC2 and len(segment) >= 6:
            left = {segment[6 + 3 * i]: [1] * 64 for i in range(segment[5]) if 6 + 3 * i < len(segment)}
        elif code == 0xDA and len(segment) >= 4:
            _note_scan(left, segment)
        place = start + length
    return any(any(bits) for bits in left.values())


def _note_scan(left: dict[int, list[int]], segment: bytes) -> None:
    """A scan: its components, first and last coefficient, and how many low bits it leaves for later."""
    first, last, bits = segment[-3], min(segment[-2], 63), segment[-1] & 15
    for index in range(segment[0]):
        component = left.get(segment[1 + 2 * index]) if 1 + 2 * index < len(segment) else None
        if component is not None:
            component[first : last + 1] = [bits] * (last + 1 - first)
