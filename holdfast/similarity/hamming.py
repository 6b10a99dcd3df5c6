"""All pairs of 64-bit hashes within a Hamming distance: exact, the same as brute force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.similarity.bands import CELLS, choose, crowding, dealt, every
from holdfast.similarity.search import USUAL, Effort, Search, gathered
from holdfast.similarity.table import Batch, Hashes, Indices, ranges

_Ranges = tuple[Indices, Indices]
"""First position and the one after the last of each range."""
LIMIT = 10_000_000
"""Pairs that are kept: at most some 800 MB until they are in order."""
"""More find as much sooner as there are cores, and hold more at a time."""
_SLICE = 1 << 20
"""Pairs of hashes whose members are paired at once."""


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
    hashes: Hashes, radius: int, *, known: int = 0, limit: int = LIMIT, effort: Effort = USUAL
) -> Pairs:
    """Every pair at most `radius` bits apart, without those among the first `known` hashes.

    Memory is bounded by the hashes and the limit: with more pairs than that the result is any of them.
    """
    equal = _collapsed(hashes, known)
    asked = equal.starts[1:] > equal.new if known else None
    if radius and (asked is None or asked.any()):
        near = _near(Search(equal.values, radius, asked, limit), effort)
    else:
        near = Batch(np.empty(0, np.int64), np.empty(0, np.int64), 0)
    return _expanded(hashes, equal, near, limit)


def _near(search: Search, effort: Effort) -> Batch:
    """Close pairs of distinct hashes; those of two that are not asked for only where they come at no cost."""
    values, radius, asked = search.values, search.radius, search.asked
    size = len(values)
    layout = choose(size, radius, size)
    if asked is not None:
        some = choose(size, radius, int(np.count_nonzero(asked)))
        layout, asked = (some, asked) if some.seconds < layout.seconds else (layout, None)
    if layout.bands:
        values = dealt(values, len(layout.bands))
        blocks = every(size, size if asked is None else int(np.count_nonzero(asked)))
        if layout.seconds * crowding(layout.bands, values) > blocks.seconds:
            layout = blocks
    return replace(search, values=values, asked=asked).found(layout.bands, effort)


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
    new = begins
    if known:
        old = np.concatenate(([0], np.cumsum(order < known)))
        new = begins + old[starts[1:]] - old[begins]
    return _Equal(ordered[begins], order, starts, new)


def _expanded(hashes: Hashes, equal: _Equal, near: Batch, limit: int) -> Pairs:
    """The pairs of all members of near hashes and of equal ones, in order."""
    pairs = gathered(_member_pairs(equal, near), limit)
    complete = max(len(pairs.first), len(near.first)) <= limit
    first, second = pairs.first[:limit], pairs.second[:limit]
    packed = np.minimum(first, second) << 32 | np.maximum(first, second)
    packed.sort()
    first, second = packed >> 32, packed & 0xFFFFFFFF
    return Pairs(first, second, np.bitwise_count(hashes[first] ^ hashes[second]), complete, near.compared)


def _member_pairs(equal: _Equal, near: Batch) -> Iterator[Batch]:
    begins, ends = equal.starts[:-1], equal.starts[1:]
    several = ends - begins > 1
    members = np.repeat(several, ends - begins).nonzero()[0]
    value = np.repeat(several.nonzero()[0], (ends - begins)[several])
    later = np.maximum(members + 1, equal.new[value])
    yield from _beside(equal.order, (members, members + 1), (later, ends[value]))
    for start in range(0, len(near.first), _SLICE):
        a, b = near.first[start : start + _SLICE], near.second[start : start + _SLICE]
        yield from _beside(equal.order, (begins[a], ends[a]), (equal.new[b], ends[b]))
        yield from _beside(equal.order, (equal.new[a], ends[a]), (begins[b], equal.new[b]))


def _beside(order: Indices, left: _Ranges, right: _Ranges) -> Iterator[Batch]:
    """Each member of a range on the left with each of the range beside it."""
    some = (left[0] < left[1]) & (right[0] < right[1])
    begin, end = right[0][some], right[1][some]
    for which, members in ranges(left[0][some], left[1][some], CELLS):
        for again, others in ranges(begin[which], end[which], CELLS):
            yield Batch(order[members[again]], order[others], 0)
