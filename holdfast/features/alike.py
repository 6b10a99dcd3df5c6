"""Pairs of features of two pictures whose codes nearly agree.

Not all of them: codes are compared where some of their bits are equal, in several choices of bits (Indyk and
Motwani, "Approximate Nearest Neighbors", 1998). A copy has many features, of which a few have to be met.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.packed import VIEWS, Features
from holdfast.features.scales import Ints
from holdfast.features.threads import in_threads

LIMIT = 20_000_000
"""Pairs of codes that are kept, some of them twice: about 700 MB until they are in order."""
_FEWEST, _ENOUGH, _ENOUGH_EACH = 4, 6_000_000, 12
"""Choices of bits after which so many pairs are enough, in all and of each code: what is so alike was met."""
_STEADY = (
    19, 10, 5, 0, 1, 7, 11, 8, 3, 4, 20, 2, 36, 6, 23, 9, 12, 21, 14, 33,
    13, 18, 16, 15, 24, 40, 17, 31, 37, 34, 25, 26, 22, 29, 28, 50, 38, 35, 41, 27,
)  # fmt: skip
"""Bits of a code that change least between copies, by measurement; 0 is the highest."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""Multiplied with, all bits count in the highest (Knuth, The Art of Computer Programming 3, 6.4)."""
_ROOM = 1 << 24
"""Codes of one key are compared with at most as many that follow as keeps a table within this."""
_MOST_NEXT = 48


class _Effort(NamedTuple):
    """What is done with so many codes at most: choices of bits tried, bits between two that may be alike."""

    codes: float
    tables: int
    bits: int


_EFFORTS = (
    _Effort(200_000, 48, 16), _Effort(1_500_000, 16, 14), _Effort(6_000_000, 8, 14), _Effort(np.inf, 4, 12)
)  # fmt: skip
"""The more there are, the less can be done with each: those of 1,000, 7,000 and 31,000 pictures."""


class Alike(NamedTuple):
    """Pairs of codes, as indices into the flat `Features.code`, by pairs of pictures, the nearest first;
    `first` is of the picture with the lower number."""

    first: Ints
    second: Ints


class _Wanted(NamedTuple):
    """All codes, the picture of each, the pictures that are asked for, and the bits that may differ."""

    codes: NDArray[np.uint64]
    picture: Ints
    asked: NDArray[np.bool_] | None
    bits: int

    def of(self, first: Ints, second: Ints) -> Ints:
        """Those of these pairs that are wanted."""
        ours, theirs = self.picture[first], self.picture[second]
        near = np.bitwise_count(self.codes[first] ^ self.codes[second]) <= self.bits
        near &= ours != theirs
        if self.asked is not None:
            near &= self.asked[ours] | self.asked[theirs]
        pairs: Ints = first[near] << 32 | second[near]
        return pairs


def alike(features: Features, asked: NDArray[np.bool_] | None = None) -> tuple[Alike, bool]:
    """Pairs of codes of two pictures, and whether none was left out for want of room.

    Where some pictures are asked for, one of the two is such a picture.
    """
    codes = features.code.ravel()
    effort = next(effort for effort in _EFFORTS if len(codes) <= effort.codes)
    picture = np.repeat(features.picture, VIEWS)
    found: list[Ints] = []
    held, complete = 0, True
    wanted = _Wanted(codes, picture, asked, effort.bits)
    tables = in_threads(partial(_near, wanted), _keys(codes, effort.tables))
    for table, near in enumerate(tables):
        if table >= _FEWEST and held > max(_ENOUGH, _ENOUGH_EACH * len(codes)):
            break
        found.append(near)
        held += len(near)
        if held > LIMIT:
            found = [_distinct(found)]
            held = len(found[0])
            complete = held <= LIMIT // 2
            if not complete:
                break
    pairs = _distinct(found)
    first, second = pairs >> 32, pairs & 0xFFFFFFFF
    key = picture[first] * len(features.starts) + picture[second]
    order = np.argsort(key * 64 + np.bitwise_count(codes[first] ^ codes[second]))
    return Alike(first[order], second[order]), complete


def _distinct(found: list[Ints]) -> Ints:
    pairs = np.concatenate([np.empty(0, np.int64), *found])
    pairs.sort()
    return pairs[np.diff(pairs, prepend=-1) > 0]


def _keys(codes: NDArray[np.uint64], tables: int) -> list[np.uint64]:
    """So many choices of bits, for so many codes."""
    random = np.random.default_rng(0)
    width = min(max(len(codes).bit_length() + 1, 12), 28)
    choices = [random.choice(_STEADY, width, replace=False).tolist() for _ in range(tables)]
    return [np.uint64(sum(1 << (63 - bit) for bit in choice)) for choice in choices]


def _near(wanted: _Wanted, chosen: np.uint64) -> Ints:
    """Pairs of codes (first << 32 | second, first < second) that are equal in the chosen bits, and near."""
    size = len(wanted.codes)
    following = min(max(_ROOM // max(size, 1), 1), _MOST_NEXT)
    keys = ((wanted.codes & chosen) * _MIX >> np.uint64(33)).astype(np.int64)
    packed = keys << 32 | np.arange(size)
    packed.sort()
    key, index = packed >> 32, packed & 0xFFFFFFFF
    left, found = np.arange(size - 1), [np.empty(0, np.int64)]
    for distance in range(1, following + 1):
        left = left[left < size - distance]
        left = left[key[left] == key[left + distance]]
        if not len(left):
            break
        found.append(wanted.of(index[left], index[left + distance]))
    return np.concatenate(found)
