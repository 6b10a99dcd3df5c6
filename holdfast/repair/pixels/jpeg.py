"""A JPEG turned without loss: its coefficients change their places and signs, none its value.

As `jpegtran -perfect` of libjpeg does: a block of 8 x 8 coefficients is mirrored by negating its odd columns,
and turned by transposing it. Blocks that a side cuts off cannot change sides, so the sides that do must be
multiples of the blocks that are coded together (8 or 16 pixels).
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

from holdfast.repair.pixels.exif import segments, untagged
from holdfast.repair.runs.places import Refused

TRANSPOSED = frozenset({5, 6, 7, 8})
MIRRORED_X = frozenset({2, 3, 6, 7})
"""Orientations whose picture is mirrored left to right, after it was transposed if it is."""
MIRRORED_Y = frozenset({3, 4, 7, 8})
_KEPT = {*range(0xE0, 0xF0), 0xFE}
_INSTALL = 'turning a JPEG without loss takes jpeglib: pip install "holdfast[lossless]"'


def turned(data: bytes, orientation: int) -> bytes:
    """The picture as it is displayed, upright. Raises Refused where that is not possible without loss."""
    try:
        import jpeglib
    except ImportError:
        raise Refused(_INSTALL) from None
    with tempfile.TemporaryDirectory() as folder:
        old, new = os.path.join(folder, "old.jpg"), os.path.join(folder, "new.jpg")
        with open(old, "wb") as file:
            file.write(data)
        picture: Any = jpeglib.read_dct(old)
        if picture.Y is None or (picture.Cb is None) != (picture.Cr is None) or picture.K is not None:
            raise Refused("is neither grey nor YCbCr: it cannot be turned without loss")
        _require_whole(picture, orientation)
        parts = [
            None if part is None else _turned(part, orientation)
            for part in (picture.Y, picture.Cb, picture.Cr)
        ]
        tables = picture.qt.transpose(0, 2, 1) if orientation in TRANSPOSED else picture.qt
        jpeglib.from_dct(*parts, qt=tables.copy(), quant_tbl_no=picture.quant_tbl_no).write_dct(new)
        with open(new, "rb") as file:
            return _with_segments_of(untagged(data), file.read())


def _require_whole(picture: Any, orientation: int) -> None:
    """Raises Refused where a side that changes places has blocks that are cut off."""
    blocks = [8 * max(int(factor[axis]) for factor in picture.samp_factor) for axis in (0, 1)]
    mirrored = [orientation in MIRRORED_Y, orientation in MIRRORED_X]
    if orientation in TRANSPOSED:
        mirrored.reverse()
    for side, block, is_mirrored in zip((picture.height, picture.width), blocks, mirrored, strict=True):
        if is_mirrored and side % block:
            raise Refused(f"has a side of {side} px, no multiple of {block}: turning it would encode it anew")


def _turned(part: Any, orientation: int) -> Any:
    """Blocks of coefficients (rows, columns, 8, 8) in their new places."""
    if orientation in TRANSPOSED:
        part = part.transpose(1, 0, 3, 2)
    part = part.copy()
    if orientation in MIRRORED_X:
        part = part[:, ::-1].copy()
        part[..., 1::2] *= -1
    if orientation in MIRRORED_Y:
        part = part[::-1].copy()
        part[..., 1::2, :] *= -1
    return part


def _with_segments_of(old: bytes, new: bytes) -> bytes:
    """The new picture with what the old file says beside it: EXIF, colour profile, comments."""
    kept = b"".join(old[begin:end] for marker, begin, end in segments(old) if marker in _KEPT)
    found = list(segments(new))
    picture = b"".join(new[begin:end] for marker, begin, end in found if marker not in _KEPT)
    return new[:2] + kept + picture + new[found[-1][2] :]
