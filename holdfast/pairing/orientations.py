"""Pairs of pictures that look alike in one of the eight orientations, by their thumbnails.

Each thumbnail is brought into a standard orientation by its coarsest gradients: brighter to the right and
to the bottom, and more so to the right. Where a gradient is too faint to tell, both ways are tried. Then the
hash of the 8 x 8 lowest frequencies is searched as the perceptual hashes are. The frequencies of a turned
picture are those of the picture, with other signs, or transposed: nothing is decoded or scaled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.fft
from numpy.typing import NDArray

from holdfast.dataset import Signal
from holdfast.facts.messages import THUMB_SIDE
from holdfast.pairing.contents import Numbers
from holdfast.pairing.guesses import Guesses, closest
from holdfast.proof.affine import Affine, after, inverse
from holdfast.similarity.hamming import pairs_within
from holdfast.similarity.proof import correlations

MIN_LIKENESS = 0.85
"""Correlation of the thumbnails, both in standard orientation, that is worth a look."""
_LOW = 8
_FAINT = 0.25
"""Share of the typical low frequency below which a gradient does not tell which way it goes."""
_EVEN = 0.75
"""Ratio of both gradients from which it is not clear which is stronger."""
_AT_ONCE = 8_192

Planes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Standard:
    """Thumbnails in standard orientation: of which content, by which of the eight orientations (flip across
    1, flip down 2, then transpose 4), and their hash."""

    content: Numbers
    way: NDArray[np.int64]
    hash: NDArray[np.uint64]


def turned_alike(
    contents: pl.Series,
    digests: pl.Series,
    greys: Mapping[str, bytes],
    distance: int,
    split_of: NDArray[np.int64],
) -> Guesses:
    """Pairs within the distance; `contents` are numbers, `greys` thumbnails by digest, `split_of` the number
    of every content's split."""
    known = [
        (number, greys[digest]) for number, digest in zip(contents, digests, strict=True) if digest in greys
    ]
    if not known:
        none = np.empty(0, np.int64)
        return Guesses(Signal.ORIENTATIONS, none, none, np.empty((0, 2, 3)))
    numbers = np.array([number for number, _ in known], np.int64)
    pixels = np.frombuffer(b"".join(grey for _, grey in known), np.uint8).reshape(-1, THUMB_SIDE, THUMB_SIDE)
    standard = _standard(pixels)
    found = pairs_within(standard.hash, distance)
    a, b = standard.content[found.first], standard.content[found.second]
    ways = standard.way[found.first], standard.way[found.second]
    turn = a > b
    a, b = np.where(turn, b, a), np.where(turn, a, b)
    ways = np.where(turn, ways[1], ways[0]), np.where(turn, ways[0], ways[1])
    apart = a != b
    a, b, ways = a[apart], b[apart], (ways[0][apart], ways[1][apart])
    kept = np.flatnonzero(_alike(pixels, a, b, ways))
    gap = found.distance[apart][kept].astype(np.int64)
    kept = kept[closest(a[kept], b[kept], gap, split_of[numbers])]
    a, b, ways = a[kept], b[kept], (ways[0][kept], ways[1][kept])
    maps = np.array([[_map(one, other) for other in range(8)] for one in range(8)])
    starts = maps[ways[0], ways[1]].reshape(-1, 2, 3)
    return Guesses(Signal.ORIENTATIONS, numbers[a], numbers[b], starts)


def _standard(pixels: NDArray[np.uint8]) -> _Standard:
    content, way, hashes = [], [], []
    for start in range(0, len(pixels), _AT_ONCE):
        low = _frequencies(pixels[start : start + _AT_ONCE])
        typical = np.sqrt(np.mean(np.square(low[:, :3, :3]).reshape(len(low), -1)[:, 1:], axis=1))
        across, down = low[:, 0, 1], low[:, 1, 0]
        for number in range(8):
            flips = bool(number & 1), bool(number & 2)
            fits = np.ones(len(low), np.bool_)
            for gradient, flipped in ((across, flips[0]), (down, flips[1])):
                signed = -gradient if flipped else gradient
                fits &= signed > -_FAINT * typical
            one, other = np.abs(across), np.abs(down)
            fits &= (other * _EVEN <= one) if not number & 4 else (one * _EVEN <= other)
            chosen = np.flatnonzero(fits)
            content.append(chosen + start)
            way.append(np.full(len(chosen), number))
            hashes.append(_hashes(_oriented(low[chosen], number)))
    return _Standard(np.concatenate(content), np.concatenate(way), np.concatenate(hashes))


def _frequencies(pixels: NDArray[np.uint8]) -> Planes:
    rows = scipy.fft.dct(pixels.astype(np.float64), axis=1)[:, :_LOW]
    return np.asarray(scipy.fft.dct(rows, axis=2)[:, :, :_LOW])


def _oriented(low: Planes, way: int) -> Planes:
    signs = np.where(np.arange(_LOW) % 2, -1.0, 1.0)
    low = low * signs[None, None, :] if way & 1 else low
    low = low * signs[None, :, None] if way & 2 else low
    return low.swapaxes(1, 2) if way & 4 else low


def _hashes(low: Planes) -> NDArray[np.uint64]:
    flat = low.reshape(len(low), _LOW * _LOW)
    bits = flat > np.median(flat, axis=1, keepdims=True)
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64).ravel()


def _alike(
    pixels: NDArray[np.uint8], a: Numbers, b: Numbers, ways: tuple[Numbers, Numbers]
) -> NDArray[np.bool_]:
    """Which pairs correlate once both are in standard orientation."""
    alike = np.zeros(len(a), np.bool_)
    for start in range(0, len(a), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        sides = [
            _upright(pixels[ends[part]], way[part]).reshape(len(ends[part]), -1)
            for ends, way in ((a, ways[0]), (b, ways[1]))
        ]
        found = correlations(*sides)
        alike[part] = found.structured & (found.correlation >= MIN_LIKENESS)
    return alike


def _upright(pixels: NDArray[np.uint8], ways: Numbers) -> NDArray[np.uint8]:
    made = np.empty_like(pixels)
    for way in range(8):
        mine = ways == way
        some = pixels[mine]
        some = some[:, :, ::-1] if way & 1 else some
        some = some[:, ::-1] if way & 2 else some
        made[mine] = some.swapaxes(1, 2) if way & 4 else some
    return made


def _to_standard(way: int) -> Affine:
    flips = np.array([[-1.0 if way & 1 else 1.0, 0, way & 1], [0, -1.0 if way & 2 else 1.0, (way & 2) // 2]])
    return flips[::-1].copy() if way & 4 else flips


def _map(one: int, other: int) -> Affine:
    """What leads from a picture whose way is the one to a picture whose way is the other."""
    return after(inverse(_to_standard(other)), _to_standard(one)) + 0.0
