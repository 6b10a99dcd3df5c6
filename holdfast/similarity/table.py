"""The hashes by the bits of one band, and the close pairs among those whose bits there nearly agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from holdfast.similarity.bands import CELLS, Band, capacity, masks, row_length

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]
Asked = NDArray[np.bool_] | None
"""Which hashes' pairs are looked for; None: those of all."""
_SETTLE = 1 << 20
"""Pairs that are kept in their raw form, about, while a row is searched."""


@dataclass(frozen=True, slots=True)
class Table:
    """Hashes in the order of one band's bits.

    Bucket k is `values[starts[k]:starts[k + 1]]`; position p holds the hash of index `order[p]`.
    `places` (rows, hashes of a bucket, buckets of a row) repeats the first hashes of every bucket; an empty
    place holds noise, so that it is near nothing but by chance. `asked` are the positions to be looked up.
    """

    band: Band
    order: Indices
    values: Hashes
    starts: Indices
    places: Hashes
    asked: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions of close pairs, and how many distances it took to find them."""

    first: Indices
    second: Indices
    compared: int


@dataclass(frozen=True, slots=True)
class _Facing:
    """Two rows of places to be compared: `left` is row ^ `high`, bucket b beside bucket b ^ `low` of the row.

    Of a row beside itself only buckets without bit `gap` are on the left, lest every pair be found twice.
    """

    left: Hashes
    right: Hashes
    high: int
    low: int
    gap: int


_NO_GAP = 62
_Face = tuple[int, int, int, int]
"""Buckets on a side, `high`, `low`, `gap` of two rows compared."""


def table(values: Hashes, band: Band, asked: Asked) -> Table:
    """The table of distinct hashes. Without `asked`, what the places do not hold is to be looked up."""
    packed = band.keys(values) << 32 | np.arange(len(values))  # sorting this is faster than argsort
    packed.sort()
    keys, order = packed >> 32, packed & 0xFFFFFFFF
    values = values[order]
    sizes = np.bincount(keys, minlength=1 << band.width)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    if asked is not None:
        return Table(band, order, values, starts, np.empty((0, 0, 0), np.uint64), asked[order])
    depth, _ = capacity(np.bincount(sizes).astype(np.float64), band)
    length = row_length(depth, band.width)
    shape = ((1 << band.width) // length if depth else 0, depth, length)
    places = _noise(shape)
    nth = np.arange(len(values)) - starts[keys]
    held = nth < depth
    keys, nth = keys[held], nth[held]
    row_start = (keys & -length) * depth
    places.reshape(-1)[row_start + nth * length + (keys & length - 1)] = values[held]
    return Table(band, order, values, starts, places, ~held)


def _noise(shape: tuple[int, int, int]) -> Hashes:
    """Words as good as random, always the same (splitmix64: Steele, Lea and Flood, 2014)."""
    words = np.arange(1, prod(shape) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        words ^= words >> np.uint64(shift)
        words *= np.uint64(factor)
    return words.reshape(shape)


def row_pairs(held: Table, row: int, radius: int) -> Iterator[Batch]:
    """Close pairs between the places of a row and those of the same row and the rows after it."""
    depth, length = held.places.shape[1:]
    words = np.empty(depth * depth * length, np.uint64)
    bits = np.empty(words.size, np.uint8)
    raw: list[tuple[_Face, Indices]] = []
    compared = kept = 0
    for facing in _facings(held, row):
        shape = depth, *facing.left.shape
        cells = depth * facing.left.size
        word, bit = words[:cells], bits[:cells]
        np.bitwise_xor(facing.left[:, None], facing.right, out=word.reshape(shape))
        np.bitwise_count(word, out=bit)
        compared += cells
        if bit.min() <= radius:
            face = facing.left.shape[1], facing.high, facing.low, facing.gap
            raw.append((face, np.flatnonzero(bit <= radius)))
            kept += len(raw[-1][1])
        if kept > _SETTLE:
            yield _settled(held, row, raw, compared)
            raw, compared, kept = [], 0, 0
    yield _settled(held, row, raw, compared)


def _facings(held: Table, row: int) -> Iterator[_Facing]:
    band, here = held.band, held.places[row]
    length = here.shape[1]
    cells = np.arange(length)
    low_bits = length.bit_length() - 1
    turns = masks(band.width - low_bits, band.flips)
    for low in masks(low_bits, band.flips):
        gap = low.bit_length() - 1 if low else _NO_GAP
        half = cells[cells & (1 << gap) == 0]
        yield _Facing(here.take(half, 1), here.take(half ^ low, 1), 0, low, gap)
        left_over = band.flips - low.bit_count()
        others = [high for high in turns if high ^ row > row and high.bit_count() <= left_over]
        turned = here.take(cells ^ low, 1) if others else here
        yield from (_Facing(held.places[row ^ high], turned, high, low, _NO_GAP) for high in others)


def _settled(held: Table, row: int, raw: Sequence[tuple[_Face, Indices]], compared: int) -> Batch:
    """The positions of what was found, without empty places and without a pair of a bucket turned round."""
    depth, length = held.places.shape[1:]
    sizes = [len(flat) for _, flat in raw]
    flat = np.concatenate([np.empty(0, np.int64), *(flat for _, flat in raw)])
    faces = np.array([face for face, _ in raw], np.int64).reshape(-1, 4)
    wide, high, low, gap = np.repeat(faces, sizes, axis=0).T
    pair, cell = np.divmod(flat, wide)
    cell = cell >> gap << gap + 1 | cell & (1 << gap) - 1
    keys = (row ^ high) * length + cell, row * length + (cell ^ low)
    nths = np.divmod(pair, depth)
    first, second = (held.starts[key] + nth for key, nth in zip(keys, nths, strict=True))
    real = (first < held.starts[keys[0] + 1]) & (second < held.starts[keys[1] + 1])
    real &= (high != 0) | (low != 0) | (first < second)
    return Batch(first[real], second[real], compared)


def looked_up(held: Table, positions: Indices, radius: int) -> Iterator[Batch]:
    """Close pairs of the hashes at these positions, which are all asked for, and any other.

    A pair of which both are asked for is found once, from its higher position.
    """
    near = np.array(masks(held.band.width, held.band.flips))
    keys = (held.band.keys(held.values[positions])[:, None] ^ near).ravel()
    for which, second in ranges(held.starts[keys], held.starts[keys + 1], 4 * CELLS):
        first = positions[which // len(near)]
        close = np.bitwise_count(held.values[first] ^ held.values[second]) <= radius
        first, second = first[close], second[close]
        once = ~held.asked[second] | (second < first)
        yield Batch(first[once], second[once], len(which))


def ranges(begins: Indices, ends: Indices, most: int) -> Iterator[tuple[Indices, Indices]]:
    """Number of the range and value, for every value of the ranges [begin, end), so many at a time."""
    last = np.cumsum(ends - begins)
    shift = last - ends
    total = int(last[-1]) if len(last) else 0
    for start in range(0, total, most):
        stop = min(start + most, total)
        low, high = np.searchsorted(last, [start, stop - 1], side="right")
        inside = np.clip(last[low : high + 1], start, stop)
        which = np.repeat(np.arange(low, high + 1), np.diff(inside, prepend=start))
        yield which, np.arange(start, stop) - shift[which]
