"""All pairs of 64-bit hashes within a Hamming distance: exact, the same as brute force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.similarity.bands import CELLS, choose
from holdfast.similarity.search import Search, gathered
from holdfast.similarity.table import Batch, Hashes, Indices, ranges

_Ranges = tuple[Indices, Indices]
"""First position and the one after the last of each range."""
LIMIT = 10_000_000
"""Pairs that are kept: some 600 MB while they are put in order."""
THREADS = 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of indices (first < second), sorted, and their distances in bits.

    `complete` is false where the search stopped at its limit of pairs; `compared` is the distances computed.
    """

    first: Indices
    second: Indices
    distance: NDArray[np.uint8]
    complete: bool
    compared: int


@dataclass(frozen=True, slots=True)
class _Equal:
    """Distinct hashes in ascending order, with the members of each.

    The members of hash v, ascending, are `order[starts[v]:starts[v + 1]]`; those from `new[v]` on are new.
    """

    values: Hashes
    order: Indices
    starts: Indices
    new: Indices


def pairs_within(
    hashes: Hashes, radius: int, *, known: int = 0, limit: int = LIMIT, threads: int = THREADS
) -> Pairs:
    """Every pair at most `radius` bits apart, without those among the first `known` hashes.

    Memory is bounded by the hashes and the limit: with more pairs than that the result is any of them.
    """
    equal = _collapsed(hashes, known)
    asked = equal.starts[1:] > equal.new if known else None
    queries = int(np.count_nonzero(asked)) if asked is not None else len(equal.values)
    near = Batch(np.empty(0, np.int64), np.empty(0, np.int64), 0)
    if radius and queries:
        layout = choose(len(equal.values), radius, queries)
        whole = choose(len(equal.values), radius, len(equal.values))
        if whole.seconds < layout.seconds:  # so many are new that the pairs of known ones come at no cost
            layout, asked = whole, None
        near = Search(equal.values, radius, asked, limit).found(layout.bands, threads)
    return _expanded(hashes, equal, near, limit)


def _collapsed(hashes: Hashes, known: int) -> _Equal:
    order = np.argsort(hashes)
    ordered = hashes[order]
    first = np.concatenate((np.ones(min(1, len(hashes)), np.bool_), ordered[1:] != ordered[:-1]))
    begins = np.flatnonzero(first)
    starts = np.append(begins, len(hashes))
    if len(begins) < len(hashes):  # equal hashes in ascending order: faster than to sort all in a stable way
        order = np.cumsum(first) << 32 | order
        order.sort()
        order &= 0xFFFFFFFF
    old = np.concatenate(([0], np.cumsum(order < known)))
    return _Equal(ordered[begins], order, starts, begins + old[starts[1:]] - old[begins])


def _expanded(hashes: Hashes, equal: _Equal, near: Batch, limit: int) -> Pairs:
    """The pairs of all members of near hashes and of equal ones, in order."""
    pairs = gathered(_member_pairs(equal, near), limit)
    first, second = np.minimum(pairs.first, pairs.second), np.maximum(pairs.first, pairs.second)
    del pairs
    packed = first[:limit].astype(np.uint64) << np.uint64(32) | second[:limit].astype(np.uint64)
    complete = max(len(first), len(near.first)) <= limit
    packed.sort()
    first = (packed >> np.uint64(32)).astype(np.int64)
    second = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return Pairs(first, second, np.bitwise_count(hashes[first] ^ hashes[second]), complete, near.compared)


def _member_pairs(equal: _Equal, near: Batch) -> Iterator[Batch]:
    begins, ends = equal.starts[:-1], equal.starts[1:]
    several = ends - begins > 1
    members = np.repeat(several, ends - begins).nonzero()[0]
    value = np.repeat(several.nonzero()[0], (ends - begins)[several])
    later = np.maximum(members + 1, equal.new[value])
    yield from _beside(equal.order, (members, members + 1), (later, ends[value]))
    a, b = near.first, near.second
    yield from _beside(equal.order, (begins[a], ends[a]), (equal.new[b], ends[b]))
    yield from _beside(equal.order, (equal.new[a], ends[a]), (begins[b], equal.new[b]))


def _beside(order: Indices, left: _Ranges, right: _Ranges) -> Iterator[Batch]:
    """Each member of a range on the left with each of the range beside it."""
    some = (left[0] < left[1]) & (right[0] < right[1])
    begin, end = right[0][some], right[1][some]
    for which, members in ranges(left[0][some], left[1][some], CELLS):
        for again, others in ranges(begin[which], end[which], CELLS):
            yield Batch(order[members[again]], order[others], 0)
