"""Features as they are kept: 31 bytes each, after five that say of which part of the picture they are and how
many. Those of a second part follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.scales import Floats, Ints

SIDE = 96
"""Side in pixels of the picture: squashed to a square, so that stretching one changes nothing."""
MOST, SHARES = 64, (40, 24)
"""Features of a picture; of its parts, where there are two."""
STRETCHES = (1.0, 1.6, 1 / 1.6)
"""How much longer than high the patch of a code is: a stretched picture has the codes of another patch."""
VIEWS = len(STRETCHES)
_FIELDS = [("x", "u1"), ("y", "u1"), ("scale", "u1"), ("mirrored", "u1")]
RECORD = np.dtype([*_FIELDS, ("angle", "u1", (VIEWS,)), ("code", "<u8", (VIEWS,))])
"""Place in 256ths of the sides, scale in 16ths of a doubling of the pixels; `mirrored` has a bit for each
view, the angle is in 256ths of a turn."""
_PART = 4
"""Bytes that say which part of the picture features are of: left, top, right, bottom in SIDEths."""
_STEP = 16.0
_IN_ALL = 8_000_000
"""Features of all pictures that are compared (about 3 GB); of more than 125,000 pictures fewer of each."""


class Features(NamedTuple):
    """Features of many pictures, in order of the pictures: number of the picture, place in fractions of the
    sides.

    Each has VIEWS codes, with what takes the patch of the code to the picture (2 x 2, any unit) and whether
    the patch was mirrored. Those of picture i begin at `starts[i]`.
    """

    picture: Ints
    x: Floats
    y: Floats
    code: NDArray[np.uint64]
    frame: Floats
    mirrored: NDArray[np.bool_]
    starts: Ints


class View(NamedTuple):
    """What is in a patch of each point: its code, its turn in radians, whether it was mirrored."""

    code: NDArray[np.uint64]
    angle: Floats
    mirrored: NDArray[np.bool_]


def pack(place: Floats, scale: Floats, views: Sequence[View]) -> NDArray[np.void]:
    """Features as records; places (n, 2) in fractions of the sides, scales in pixels."""
    records = np.zeros(len(place), RECORD)
    records["x"], records["y"] = np.clip(place * 256, 0, 255).astype(np.uint8).T
    records["scale"] = np.clip(np.round(np.log2(scale) * _STEP), 0, 127)
    for number, view in enumerate(views):
        records["code"][:, number] = view.code
        records["angle"][:, number] = np.round(view.angle * (128 / np.pi)).astype(np.int64) & 255
        records["mirrored"] |= view.mirrored.astype(np.uint8) << number
    return records


def section(part: bytes, records: NDArray[np.void]) -> bytes:
    """The features of a part, with what says so; b"" for none."""
    return part + bytes([len(records)]) + records.tobytes() if len(records) else b""


def joined(sections: Sequence[bytes]) -> bytes:
    """The features of one picture, by one or two of its parts: MOST in all."""
    shares = (MOST,) if len(sections) == 1 else SHARES
    return b"".join(
        part + bytes([len(records) // RECORD.itemsize]) + records
        for section, share in zip(sections, shares, strict=True)
        for part, records in _sections(section, share)
    )


def unpack(blobs: Sequence[bytes]) -> Features:
    """What `section` made; of other bytes what their first MOST records say, as far as they are whole."""
    most = max(1, min(MOST, _IN_ALL // max(len(blobs), 1)))
    sections = [(number, *each) for number, blob in enumerate(blobs) for each in _sections(blob, most)]
    records = np.frombuffer(b"".join(data for _, _, data in sections), RECORD)
    counts = np.array([len(data) // RECORD.itemsize for _, _, data in sections], np.int64)
    picture = np.repeat(np.array([number for number, _, _ in sections], np.int64), counts)
    start, scale = (np.repeat(corner, counts, axis=0) for corner in _parts([part for _, part, _ in sections]))
    mirrored = (records["mirrored"][:, None] >> np.arange(VIEWS) & 1).astype(np.bool_)
    x, y = (
        start[:, axis]
        + (records[name].astype(np.float32) + np.float32(0.5)) / np.float32(256) * scale[:, axis]
        for axis, name in enumerate(("x", "y"))
    )
    return Features(
        picture,
        x,
        y,
        records["code"].astype(np.uint64),
        _frames(records, mirrored) * scale[:, None, :, None],
        mirrored,
        np.searchsorted(picture, np.arange(len(blobs) + 1)),
    )


def _sections(blob: bytes, most: int) -> Iterator[tuple[bytes, bytes]]:
    """Part and records of each section, at most so many in all."""
    size, start = RECORD.itemsize, 0
    while start + _PART < len(blob) and most > 0:
        first = start + _PART + 1
        stated = blob[first - 1]
        records = blob[first : first + stated * size]
        count = min(len(records) // size, most)
        yield blob[start : start + _PART], records[: count * size]
        most -= count
        start = first + stated * size


def _parts(parts: Sequence[bytes]) -> tuple[Floats, Floats]:
    """Where each begins (n, 2), and its width and height (n, 2), in fractions of the sides."""
    said = np.frombuffer(b"".join(parts), np.uint8)
    corners = said.reshape(-1, 2, 2).astype(np.float32) / np.float32(SIDE)
    return corners[:, 0], np.maximum(corners[:, 1] - corners[:, 0], np.float32(1 / SIDE))


def _frames(records: NDArray[np.void], mirrored: NDArray[np.bool_]) -> Floats:
    """Stretched, turned, mirrored and scaled axes (n, VIEWS, 2, 2)."""
    angle = records["angle"].astype(np.float32) * np.float32(np.pi / 128)
    scale = np.exp2(np.minimum(records["scale"], 127).astype(np.float32) / np.float32(_STEP))[:, None]
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    side = np.where(mirrored, np.float32(-1), np.float32(1))
    wide = np.sqrt(np.array(STRETCHES, np.float32))
    result = np.empty((*angle.shape, 2, 2), np.float32)
    result[..., 0, 0], result[..., 0, 1] = wide * cos, -wide * sin * side
    result[..., 1, 0], result[..., 1, 1] = sin / wide, cos / wide * side
    return result
