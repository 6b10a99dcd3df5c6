"""Made-up perceptual hashes for `pair_search.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
LIKE_REAL = "like real ones"
"""32 of 64 bits set, as in perceptual hashes; a tenth are another one with 1 to 6 bits flipped."""

_CENTRE = 0x0F1E2D3C4B5A6978


def make_hashes(kind: str, count: int) -> Hashes:
    """The same hashes for the same kind and count."""
    random = np.random.default_rng(count)
    if kind == "all equal":
        return np.full(count, _CENTRE, np.uint64)
    if kind == "all within 8 bits":
        return flipped(random, np.full(count, _CENTRE, np.uint64), 4)
    parts = [np.empty(0, np.uint64)]
    while sum(map(len, parts)) < count:
        drawn = random.integers(0, 1 << 64, 1 << 20, dtype=np.uint64)
        parts.append(drawn[np.bitwise_count(drawn) == 32])
    hashes = np.concatenate(parts)[:count]
    near, equal = random.permutation(count)[: count // 10], random.permutation(count)[: int(count * 0.3)]
    hashes[near] = flipped(random, hashes[random.integers(0, count, len(near))], 6)
    if kind == "30 % equal":
        hashes[equal] = hashes[random.integers(0, count, len(equal))]
    return hashes


def flipped(random: np.random.Generator, hashes: Hashes, most: int) -> Hashes:
    """Each hash with 1 to `most` bits flipped."""
    for flip in range(most):
        bits = np.uint64(1) << random.integers(0, 64, len(hashes), dtype=np.uint64)
        hashes = hashes ^ np.where(random.integers(0, most, len(hashes)) >= flip, bits, np.uint64(0))
    return hashes
