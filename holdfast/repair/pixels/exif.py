"""The EXIF orientation in the bytes of a JPEG or PNG: two bytes, set to 1 where they stand.

Exif 2.32 (CIPA DC-008), 4.5 and 4.6; PNG's chunk eXIf: PNG Specification, third edition, 11.3.4.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from holdfast.repair.runs.places import Refused

_ORIENTATION = 0x0112
_EXIF = b"Exif\0\0"
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST = 4_096
"""Entries of a directory that are looked at."""


def untagged(data: bytes) -> bytes:
    """The file with orientation 1. Raises Refused where no such tag is found."""
    if data.startswith(b"\xff\xd8"):
        return _in_jpeg(data)
    if data.startswith(_PNG):
        return _in_png(data)
    raise Refused("is neither JPEG nor PNG: its orientation is not changed here")


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The segments of a JPEG before its picture: marker, begin and end. Raises Refused for what is none."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end <= at + 3 or end > len(data):
            break
        yield marker, at, end
        at = end
    raise Refused("is no whole JPEG")


def _in_jpeg(data: bytes) -> bytes:
    for marker, begin, end in segments(data):
        if marker == 0xE1 and data.startswith(_EXIF, begin + 4):
            start = begin + 4 + len(_EXIF)
            return data[:start] + _upright(data[start:end]) + data[end:]
    raise Refused("has no EXIF data with an orientation")


def _in_png(data: bytes) -> bytes:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 8 + size
        if end + 4 > len(data):
            break
        if kind == b"eXIf":
            chunk = kind + _upright(data[at + 8 : end])
            return data[: at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[end + 4 :]
        at = end + 4
    raise Refused("has no EXIF data with an orientation")


def _upright(block: bytes) -> bytes:
    """A block of EXIF data whose orientation is 1."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    try:
        if order is None:
            raise Refused("has EXIF data that cannot be read")
        start = int(struct.unpack_from(order + "I", block, 4)[0])
        count = min(int(struct.unpack_from(order + "H", block, start)[0]), _MOST)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, many = struct.unpack_from(order + "HHI", block, place)
            if tag == _ORIENTATION and (kind, many) == (3, 1):
                new = struct.pack(order + "H", 1)
                return block[: place + 8] + new + block[place + 10 :]
    except struct.error:
        raise Refused("has EXIF data that cannot be read") from None
    raise Refused("has no EXIF data with an orientation")
