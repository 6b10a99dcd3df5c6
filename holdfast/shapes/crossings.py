"""Edges of one ring that cross.

Two edges cross when the ends of each lie on both sides of the other (the orientation test of any textbook of
computational geometry). A side is told only where its sign is certain, by the bound on rounding of Shewchuk,
Adaptive Precision Floating-Point Arithmetic (1997): what touches does not cross. Edges are sorted along an
axis, and each is compared with those that begin before it ends; in the outline of a thing these are few.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

MOST_PAIRS = 60_000_000
"""Pairs of edges side by side, in one call, after which what is left counts as not examined: some 2 s. One
ring of 10,000 points has 50 million pairs in all."""

ROUNDING = 4 * float(np.finfo(np.float64).eps)
LARGEST = 1e100
"""Coordinates beyond it are no place in an image, and their products no number."""


class Crossings(NamedTuple):
    """For each ring the points at which two crossing edges begin, -1 where none cross, and whether all edges
    were compared that had to be."""

    first: Rows
    second: Rows
    examined: NDArray[np.bool_]


class _Edges(NamedTuple):
    """Edges in order of ring and left end: the point each begins at, its ring, its ends and its extents."""

    point: Rows
    ring: Rows
    ends: tuple[Numbers, Numbers, Numbers, Numbers]
    left: Numbers
    right: Numbers
    upper: Numbers
    lower: Numbers


def no_crossings(count: int) -> Crossings:
    """That in none of the `count` rings edges cross."""
    return Crossings(np.full(count, -1), np.full(count, -1), np.ones(count, dtype=np.bool_))


def crossings(ring: Rows, x: Numbers, y: Numbers, count: int) -> Crossings:
    """Two edges of each ring that cross. `ring` says for each point which of the `count` rings it belongs to,
    in ascending order; the last point of a ring is joined to its first."""
    found = no_crossings(count)
    edges = _edges(ring, x, y, count)
    left, pairs = _compare_neighbours(edges, found)
    for place, one in enumerate(left):  # long edges, few: each with all that are side by side with it
        if found.first[edges.ring[one]] >= 0:
            continue
        end = _end(edges, one)
        pairs += end - one
        if pairs > MOST_PAIRS:
            rest = edges.ring[left[place:]]
            found.examined[rest[found.first[rest] < 0]] = False
            break
        others = np.arange(one + 1, end)
        _note(edges, np.full(others.size, one), others, found)
    return found


def _compare_neighbours(edges: _Edges, found: Crossings) -> tuple[Rows, int]:
    """Compare each edge with the next, with the one after that, and so on while there are more of them than
    steps: the edges left, and how many pairs that were."""
    one, step, pairs = np.arange(edges.point.size), 0, 0
    while one.size > step and pairs <= MOST_PAIRS:
        step += 1
        one = one[: np.searchsorted(one, edges.point.size - step)]
        same = (edges.ring[one] == edges.ring[one + step]) & (found.first[edges.ring[one]] < 0)
        one = one[same & (edges.left[one + step] <= edges.right[one])]
        pairs += one.size
        _note(edges, one, one + step, found)
    return one, pairs


def _end(edges: _Edges, one: int) -> int:
    """The first edge behind this one that is not side by side with it, or of another ring."""
    end = int(np.searchsorted(edges.ring, edges.ring[one], side="right"))
    return one + int(np.searchsorted(edges.left[one:end], edges.right[one], side="right"))


def _note(edges: _Edges, one: Rows, other: Rows, found: Crossings) -> None:
    """Put the crossings among these pairs of edges down with their rings."""
    near = (edges.upper[one] <= edges.lower[other]) & (edges.upper[other] <= edges.lower[one])
    one, other = one[near], other[near]
    crossing = _cross(edges.ends, one, other)
    a, b = edges.point[one[crossing]], edges.point[other[crossing]]
    found.first[edges.ring[one[crossing]]] = np.minimum(a, b)
    found.second[edges.ring[one[crossing]]] = np.maximum(a, b)


def _edges(ring: Rows, x: Numbers, y: Numbers, count: int) -> _Edges:
    """The edges of all rings. Each ring is sorted along the axis where its edges are shorter, all together,
    compared with its extent; the other axis takes the place of y then, which changes no crossing."""
    following = np.arange(1, ring.size + 1)
    lengths = np.bincount(ring, minlength=count)
    ends = np.cumsum(lengths)[lengths > 0]
    following[ends - 1] = ends - lengths[lengths > 0]
    swap = (_stretch(ring, x, x[following], count) > _stretch(ring, y, y[following], count))[ring]
    along, across = np.where(swap, y, x), np.where(swap, x, y)
    left = np.minimum(along, along[following])
    order = np.lexsort((left, ring))
    after = following[order]
    from_x, from_y, to_x, to_y = along[order], across[order], along[after], across[after]
    return _Edges(
        point=order,
        ring=ring[order],
        ends=(from_x, from_y, to_x, to_y),
        left=left[order],
        right=np.maximum(from_x, to_x),
        upper=np.minimum(from_y, to_y),
        lower=np.maximum(from_y, to_y),
    )


def _stretch(ring: Rows, begin: Numbers, end: Numbers, count: int) -> Numbers:
    """How often the edges of each ring cover its extent along one axis."""
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(lowest, ring, begin)
    np.maximum.at(highest, ring, begin)
    covered = np.bincount(ring, np.abs(end - begin), count)
    often: Numbers = np.divide(covered, highest - lowest, out=np.zeros(count), where=highest > lowest)
    return often


def _cross(ends: tuple[Numbers, Numbers, Numbers, Numbers], a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Whether the edges at `a` and `b` cross: each has its ends on both sides of the other."""
    parted = _parted([end[a] for end in ends], [end[b] for end in ends])
    a, b = a[parted], b[parted]  # few: the other way round is asked of these only
    parted[parted] = _parted([end[b] for end in ends], [end[a] for end in ends])
    return parted


def _parted(line: list[Numbers], edge: list[Numbers]) -> NDArray[np.bool_]:
    """Whether the ends of the edges lie, for certain, on different sides of the lines."""
    parted: NDArray[np.bool_] = _side(line, edge[0], edge[1]) * _side(line, edge[2], edge[3]) < 0
    return parted


def _side(line: list[Numbers], x: Numbers, y: Numbers) -> Numbers:
    """Which side of the line a point lies on: -1 or 1, and 0 where that cannot be told."""
    from_x, from_y, to_x, to_y = line
    one, other = (from_x - x) * (to_y - y), (from_y - y) * (to_x - x)
    sign: Numbers = np.sign(one - other)
    told: Numbers = np.where(np.abs(one - other) > ROUNDING * (np.abs(one) + np.abs(other)), sign, 0.0)
    return told
