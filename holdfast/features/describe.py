"""Features of small grey pictures: where they are, how they are turned, and a code of what is around them.

A code has the signs of 64 low frequencies of the patch around a point, turned so that its grey rises to the
right. A patch is mirrored where a fixed sum of frequencies says so: mirrored pictures get equal codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from holdfast.features.packed import MOST, SIDE, STRETCHES, View, pack, section
from holdfast.features.points import Points, strongest
from holdfast.features.scales import LEVELS, Floats, Ints, blurred, halved, sampled

_WHOLE = bytes((0, 0, SIDE, SIDE))
_AT_ONCE = 4
"""Pictures whose levels are worked on together: what a core's own cache holds."""
_FEW = 24
"""Features below which a picture is looked at again, at half its size: what is smooth has only large ones."""
_MAX_SHRUNK = 4
_PATCH = 12
"""Values of a patch in a row."""
_RADIUS = 5.0
"""Of a patch, in scales of its point."""
_TURNING = 3.0
"""Blur of the gradient that says how a patch is turned, in scales of its point."""
_LOWEST = sorted((u + v, max(u, v), u, v) for u in range(_PATCH) for v in range(_PATCH))
_CHOSEN = [(u, v) for _, _, u, v in _LOWEST if u + v > 1][:64]
"""Frequencies down and across: without the mean and without those that turning the patch has fixed."""
_DOWN, _ACROSS = (np.array(axis) for axis in zip(*_CHOSEN, strict=True))
_COSINES = scipy.fft.dct(np.eye(_PATCH), axis=0, norm="ortho")
_WAVES = (
    (_COSINES[_DOWN][:, :, None] * _COSINES[_ACROSS][:, None, :]).reshape(len(_CHOSEN), -1).T.astype("f4")
)
"""What a patch is multiplied with for its frequencies (_PATCH ** 2, 64)."""
_SIDED = {(1, 1): 1, (1, 2): -1, (1, 3): -1, (3, 0): -1, (3, 1): -1}
"""The sum whose sign says whether a patch is mirrored: frequencies that a mirror turns round."""
_SIDES = np.array([_SIDED.get(pair, 0) for pair in _CHOSEN], np.float32)
_ODD = _DOWN % 2 == 1
MIRROR = np.packbits(_ODD).view(">u8").astype(np.uint64)[0]
"""The bits of a code that a mirror turns round."""
_RAMP = (np.arange(_PATCH, dtype=np.float32) - (_PATCH - 1) / 2) * np.float32(2 / (_PATCH - 1))


def extract(pictures: Sequence[NDArray[np.uint8]], parts: Sequence[bytes] | None = None) -> list[bytes]:
    """The features of grey pictures of SIDE x SIDE pixels, each at most 2 kB; b"" for none.

    Where they are cut from larger ones, `parts` has four bytes of each: the part that it is, in SIDEths. The
    features of several parts of a picture, joined, are those of the picture: MOST of them count.
    """
    cut = [_WHOLE] * len(pictures) if parts is None else parts
    found: list[NDArray[np.void]] = []
    for start in range(0, len(pictures), _AT_ONCE):
        found += _extracted(np.stack(list(pictures[start : start + _AT_ONCE])).astype(np.float32), 1)
    return [section(part, records) for part, records in zip(cut, found, strict=True)]


def _extracted(pictures: Floats, shrunk: int) -> list[NDArray[np.void]]:
    """The features of each picture, which was `shrunk` times as large before."""
    found = _at_one_size(pictures, shrunk)
    few = [number for number, records in enumerate(found) if len(records) < _FEW]
    if few and shrunk < _MAX_SHRUNK:
        for number, larger in zip(few, _extracted(halved(pictures[few]), 2 * shrunk), strict=True):
            found[number] = np.concatenate((found[number], larger))[:MOST]
    return found


def _at_one_size(pictures: Floats, shrunk: int) -> list[NDArray[np.void]]:
    levels = blurred(pictures)
    points = strongest(levels, MOST)
    scale = np.exp2((points.layer + np.float32(0.5)) / 2)
    rise = _rises(levels, points, scale)
    views = [_view(levels, points, scale, rise, stretch) for stretch in STRETCHES]
    place = (np.stack((points.x, points.y), axis=1) + np.float32(0.5)) / np.float32(pictures.shape[-1])
    records = pack(place, scale * shrunk, views)
    ends = np.searchsorted(points.picture, np.arange(len(pictures) + 1)).tolist()
    return [records[low:high] for low, high in pairwise(ends)]


def _view(levels: Floats, points: Points, scale: Floats, rise: tuple[Floats, Floats], stretch: float) -> View:
    """The codes of patches that are so much longer than high."""
    angle: Floats = np.arctan2(rise[1], rise[0] * np.float32(stretch))
    frequencies = _frequencies(levels, points, scale, angle, stretch)
    mirrored = frequencies @ _SIDES < 0
    bits = np.packbits((frequencies > 0) ^ (mirrored[:, None] & _ODD), axis=1)
    return View(np.ascontiguousarray(bits).view(">u8").astype(np.uint64).ravel(), angle, mirrored)


def _level(variance: Floats) -> Ints:
    """The level of about this variance."""
    return np.clip(np.round(np.log2(variance)), 0, LEVELS - 1).astype(np.int64)


def _rises(levels: Floats, points: Points, scale: Floats) -> tuple[Floats, Floats]:
    """How much the grey around each point rises to the right, and downwards."""
    level = _level((scale * _TURNING) ** 2)
    right, left = (
        sampled(levels, points.picture, level, points.y, points.x + step) for step in (scale, -scale)
    )
    below, above = (
        sampled(levels, points.picture, level, points.y + step, points.x) for step in (scale, -scale)
    )
    return right - left, below - above


def _frequencies(levels: Floats, points: Points, scale: Floats, angle: Floats, stretch: float) -> Floats:
    """The chosen frequencies of each point's turned and stretched patch (n, 64)."""
    radius = scale * np.float32(_RADIUS)
    cos, sin = ((radius * value)[:, None, None] for value in (np.cos(angle), np.sin(angle)))
    longer = np.float32(stretch**0.5)
    down, across = _RAMP[:, None], _RAMP
    x = points.x[:, None, None] + cos * longer * across - sin * longer * down
    y = points.y[:, None, None] + sin / longer * across + cos / longer * down
    level = _level((radius * (1.4 / (_PATCH - 1))) ** 2)
    patches = sampled(levels, points.picture[:, None, None], level[:, None, None], y, x)
    result: Floats = patches.reshape(-1, _PATCH**2) @ _WAVES
    return result
