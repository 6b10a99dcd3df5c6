"""Features as they are kept: twelve bytes each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.scales import Floats, Ints

MOST = 64
"""Features of a picture."""
RECORD = np.dtype([("code", "<u8"), ("x", "u1"), ("y", "u1"), ("angle", "u1"), ("shape", "u1")])
"""Place in 256ths of the sides, angle in 256ths of a turn; `shape` holds the scale (7 bits: 16ths of a
doubling of the pixels) and, in its highest bit, whether the code is that of the mirrored patch."""
_STEP = 16.0


class Features(NamedTuple):
    """Features of many pictures, in order of the pictures: places in fractions of the sides, angle in
    radians, natural logarithm of the scale. Those of picture i begin at `starts[i]`."""

    picture: Ints
    code: NDArray[np.uint64]
    x: Floats
    y: Floats
    angle: Floats
    scale: Floats
    mirrored: NDArray[np.bool_]
    starts: Ints


def pack(
    code: NDArray[np.uint64], place: Floats, angle: Floats, scale: Floats, mirrored: NDArray[np.bool_]
) -> bytes:
    """Features of one picture as bytes; units as in Features, `place` (n, 2)."""
    records = np.empty(len(code), RECORD)
    records["code"] = code
    records["x"], records["y"] = np.clip(place * 256, 0, 255).astype(np.uint8).T
    records["angle"] = np.round(angle * (128 / np.pi)).astype(np.int64) & 255
    steps = np.clip(np.round(scale * (_STEP / np.log(2))), 0, 127).astype(np.uint8)
    records["shape"] = steps | mirrored.astype(np.uint8) << 7
    return records.tobytes()


def unpack(blobs: Sequence[bytes]) -> Features:
    """What `pack` made; of other bytes what their first MOST records say, as far as they are whole."""
    size = RECORD.itemsize
    whole = [blob[: min(len(blob) // size, MOST) * size] for blob in blobs]
    records = np.frombuffer(b"".join(whole), RECORD)
    counts = np.array([len(blob) // size for blob in whole], np.int64)
    shape = records["shape"]
    return Features(
        np.repeat(np.arange(len(blobs)), counts),
        records["code"].astype(np.uint64),
        (records["x"].astype(np.float32) + np.float32(0.5)) / np.float32(256),
        (records["y"].astype(np.float32) + np.float32(0.5)) / np.float32(256),
        records["angle"].astype(np.float32) * np.float32(np.pi / 128),
        (shape & 127).astype(np.float32) * np.float32(np.log(2) / _STEP),
        shape > 127,
        np.concatenate(([0], np.cumsum(counts))),
    )
