"""All pairs of 64-bit hashes within a Hamming distance: exact, the same as brute force."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]
_BLOCK = 2048


def pairs_within(hashes: Hashes, radius: int) -> tuple[Indices, Indices, NDArray[np.uint8]]:
    """First index, second index (first < second) and distance of every pair at most `radius` bits apart.

    Distinct hashes are compared in blocks of 2,048; equal ones are collapsed before.
    """
    values, member = np.unique(hashes, return_inverse=True)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(values) + 1))
    found: list[tuple[int, int, int]] = []
    for index in range(len(values)):
        equal = order[starts[index] : starts[index + 1]]
        found += [(int(a), int(b), 0) for i, a in enumerate(equal) for b in equal[i + 1 :]]
    for a, b, distance in _distinct_pairs(values, radius):
        for first in order[starts[a] : starts[a + 1]]:
            for second in order[starts[b] : starts[b + 1]]:
                found.append((int(min(first, second)), int(max(first, second)), distance))
    found.sort()
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.uint8)


def _distinct_pairs(values: Hashes, radius: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    if radius < 1:
        return found
    for start in range(0, len(values), _BLOCK):
        rows = values[start : start + _BLOCK]
        for other in range(start, len(values), _BLOCK):
            columns = values[other : other + _BLOCK]
            distances = np.bitwise_count(rows[:, None] ^ columns[None, :])
            close = np.argwhere(distances <= radius)
            found += [
                (start + int(i), other + int(j), int(distances[i, j]))
                for i, j in close
                if start + i < other + j
            ]
    return found
