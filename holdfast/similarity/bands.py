"""How hashes are cut into bands, and what a search with them is expected to cost.

Pigeonhole: cut the 64 bits into m bands and allow t flipped bits in each, with sum(t) + m = r + 1. Two hashes
within r bits then differ in at most t bits of some band, or they would differ in sum(t + 1) = r + 1 bits.
(Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

BITS = 64
CELLS = 1 << 17
"""Distances computed in one call: a megabyte of words, about what a core's own cache holds."""
MAX_WIDTH = 24
"""Of a band: 16 million buckets."""
MAX_PLACES = 32
"""Hashes of a bucket in a table."""
_SMALL = 0.01
"""Seconds below which nothing is to be saved."""
_SAMPLE = 300
"""Hashes that are compared with one another to see how alike all are."""
_MIN_LOAD, _MAX_LOAD = 0.02, 24.0
"""Mean hashes of a bucket."""
_MAX_MASKS = 50_000
"""Ways to flip the bits of a band."""

# Seconds of one core; benchmarks/pair_search.py prints what they predict beside what it measures.
CELL = 0.9e-9
"""One distance of a block: exclusive or, count, least."""
_CALL = 15e-6
"""The calls for one block, whatever its size."""
_LOOKUP = 18e-9
"""One bucket looked up for one hash."""
_CANDIDATE = 12e-9
"""One hash of a bucket that was looked up."""
_TURN = 1.2e-9
"""One place of a row put in the order in which it faces another."""
_SORT = 120e-9
"""Sorting one hash into its bucket; of ten million twice that."""
_PLACE = 6e-9
"""Making one place of a table."""


@dataclass(frozen=True, slots=True)
class Band:
    """Some bits of a hash, as a number of `width` bits, and how many of them may be flipped."""

    shift: int
    width: int
    flips: int

    def keys(self, values: NDArray[np.uint64]) -> NDArray[np.int64]:
        """These bits of each hash."""
        return ((values >> np.uint64(self.shift)) & np.uint64((1 << self.width) - 1)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Layout:
    """The bands of a search (none: every hash is compared with every other), and its seconds of one core."""

    bands: tuple[Band, ...]
    seconds: float


@cache
def masks(width: int, flips: int) -> tuple[int, ...]:
    """Numbers of `width` bits with at most so many bits set, fewest first."""
    counts = range(min(width, flips) + 1)
    return tuple(sum(1 << bit for bit in bits) for k in counts for bits in combinations(range(width), k))


def dealt(values: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    """The same bits of every hash dealt to so many bands in turn, which keeps distances.

    Neighbouring bits of a perceptual hash are of like frequencies. A band of the low ones alone would hardly
    tell the pictures of a homogeneous set apart.
    """
    dealt_bits = [bit for start in range(count) for bit in range(start, BITS, count)]
    moved = np.uint64(1) << np.argsort(dealt_bits).astype(np.uint64)  # for each bit of a hash
    bytes_ = np.arange(256)[:, None] >> np.arange(8) & 1
    tables = [bytes_.astype(np.uint64) @ moved[start : start + 8] for start in range(0, BITS, 8)]
    result = np.empty_like(values)
    for start in range(0, len(values), CELLS):
        part = values[start : start + CELLS]
        moves = (table[part >> np.uint64(8 * place) & np.uint64(255)] for place, table in enumerate(tables))
        result[start : start + CELLS] = np.bitwise_or.reduce(list(moves))
    return result


def cut(radius: int, count: int, width: int) -> tuple[Band, ...]:
    """So many bands, each of its first `width` bits at most."""
    edges = [BITS * place // count for place in range(count + 1)]
    each, more = divmod(radius + 1 - count, count)
    return tuple(
        Band(low, min(width, high - low), each + (place < more))
        for place, (low, high) in enumerate(pairwise(edges))
    )


def choose(size: int, radius: int, queries: int) -> Layout:
    """The cheapest layout to find, for `queries` of so many distinct hashes, all hashes within the radius."""
    blocks = every(size, queries)
    if blocks.seconds < _SMALL:
        return blocks
    counts = range(1, radius + 2)
    widths = [width for width in range(6, MAX_WIDTH + 1) if _MIN_LOAD <= size / (1 << width) <= _MAX_LOAD]
    shapes = [(count, width) for count in counts for width in widths if width <= BITS // count + 1]
    layouts = [
        Layout(bands, sum(_seconds(size, band, queries) for band in bands))
        for bands in (cut(radius, count, width) for count, width in shapes)
        if all(_mask_count(band.width, band.flips) <= _MAX_MASKS for band in bands)
    ]
    return min([blocks, *layouts], key=lambda layout: layout.seconds)


def crowding(bands: tuple[Band, ...], values: NDArray[np.uint64]) -> float:
    """How many times more pairs of a sample nearly agree in a band than would by chance; 1 at least."""
    sample = values[:: len(values) // _SAMPLE + 1]
    bits = sample[:, None] ^ sample
    near = sum(np.count_nonzero(np.bitwise_count(band.keys(bits)) <= band.flips) for band in bands)
    chance = sum(_mask_count(band.width, band.flips) / (1 << band.width) for band in bands)
    itself = len(sample)
    return max(1.0, float(near - itself * len(bands)) / max(chance * (bits.size - itself), 1.0))


def every(size: int, queries: int) -> Layout:
    """No bands."""
    pairs = queries * size - queries * queries / 2
    return Layout((), pairs * (CELL + _CALL / CELLS))


@cache
def _mask_count(width: int, flips: int) -> int:
    return sum(comb(width, some) for some in range(flips + 1))


def _seconds(size: int, band: Band, queries: int) -> float:
    """Expected cost of one band, were the bits of the hashes thrown by coins."""
    if queries < size:
        return _SORT * size + _PLACE * (1 << band.width) + lookup_seconds(size, band, queries)
    load = size / (1 << band.width)
    sizes = np.arange(int(load + 8 * load**0.5) + 4)
    chances = np.exp(-load) * np.cumprod(np.concatenate(([1.0], load / sizes[1:])))
    return _SORT * size + _PLACE * (1 << band.width) + capacity(chances * (1 << band.width), band)[1]


def lookup_seconds(size: float, band: Band, queries: float) -> float:
    """Cost of looking up every bucket within the flips of the band for so many of the hashes."""
    return queries * _mask_count(band.width, band.flips) * (_LOOKUP + _CANDIDATE * size / (1 << band.width))


def capacity(histogram: NDArray[np.float64], band: Band) -> tuple[int, float]:
    """How many hashes of a bucket are best compared place by place, the others being looked up; its seconds.

    `histogram[k]` is the number of buckets with k hashes.
    """
    above = np.cumsum(histogram[::-1])[::-1] - histogram
    rest = np.cumsum(above[::-1])[::-1]  # hashes beyond the first k of their buckets
    size = float(rest[0])
    best, least = 0, lookup_seconds(size, band, size)
    for places in range(1, min(MAX_PLACES + 1, len(rest))):
        blocks = _block_seconds(band, places)
        if blocks > least:
            break
        seconds = blocks + lookup_seconds(size, band, float(rest[places]))
        best, least = (places, seconds) if seconds < least else (best, least)
    return best, least


def row_length(places: int, width: int) -> int:
    """Buckets in a row of a table: two rows compared are CELLS distances, and there are rows to share out."""
    longest = CELLS // max(places * places, 1)
    return min(1 << max(longest.bit_length() - 1, 6), 1 << 14, max(1 << width >> 4, 64), 1 << width)


def _block_seconds(band: Band, places: int) -> float:
    cells = _mask_count(band.width, band.flips) * (1 << band.width) / 2 * places * places
    length = row_length(places, band.width)
    calls = cells / (length * places * places)
    turned = (1 << band.width) * places * _mask_count(length.bit_length() - 1, band.flips)
    return cells * CELL + calls * _CALL + turned * _TURN + (1 << band.width) * places * _PLACE
