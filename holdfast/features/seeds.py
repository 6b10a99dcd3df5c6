"""Pairs of pictures with features that have nearly the same code and agree on how one became the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.packed import Features
from holdfast.features.scales import Ints
from holdfast.similarity.hamming import pairs_within

RADIUS = 10
"""Bits between the codes of two features that may be the same."""
CROWDED = 300
"""Features as near to one: it tells nothing. A copy of more pictures is found by other signals."""
LIMIT = 10_000_000
"""Pairs of features that are looked at: about 400 MB."""
_SEEDS = 10
"""Pairs of features of two pictures that vote."""
_AT_ONCE = 4_096
"""Pairs of pictures that are counted together."""
_NEAR = 0.12
"""How far from each other, in sides, two features may put the same point."""
_SCALE = 0.45
"""How far the logarithms of their scales may be apart."""
_TURN = float(np.cos(0.5))
"""Cosine of how far their turns may be apart."""


class Matches(NamedTuple):
    """Pairs of features that may show the same: indices into Features, ordered by the pairs of their
    pictures. `first` is of the picture with the lower number."""

    first: Ints
    second: Ints


class Guesses(NamedTuple):
    """Pairs of pictures (first < second), how many features agree, whether one is mirrored, and the map
    (n, 2, 3) from places in the first, in fractions of its sides, to those in the second."""

    first: Ints
    second: Ints
    votes: Ints
    mirrored: NDArray[np.bool_]
    maps: NDArray[np.float64]

    def part(self, start: int, stop: int) -> Guesses:
        """Some of them."""
        first, second, votes, mirrored, maps = self
        some = slice(start, stop)
        return Guesses(first[some], second[some], votes[some], mirrored[some], maps[some])


def matches(features: Features) -> tuple[Matches, bool]:
    """Pairs of features of two pictures within RADIUS bits, and whether these are all."""
    pairs = pairs_within(features.code, RADIUS, limit=LIMIT)
    first, second = pairs.first, pairs.second
    size = len(features.code)
    near = np.bincount(first, minlength=size) + np.bincount(second, minlength=size)
    telling = near <= CROWDED
    kept = telling[first] & telling[second] & (features.picture[first] != features.picture[second])
    first, second = (
        first[kept],
        second[kept],
    )  # features are in order of their pictures: first is of the lower
    pictures = len(features.starts)
    order = np.argsort(features.picture[first] * pictures + features.picture[second], kind="stable")
    return Matches(first[order], second[order]), pairs.complete


def maps_of(features: Features, found: Matches) -> NDArray[np.float64]:
    """For each match the map (n, 2, 3) that turns, scales, mirrors and shifts one feature onto the other."""
    first, second = found
    ratio = np.exp(features.scale[second] - features.scale[first])
    side = np.where(features.mirrored[first] != features.mirrored[second], -ratio, ratio)
    cos_a, sin_a = np.cos(features.angle[first]), np.sin(features.angle[first])
    cos_b, sin_b = np.cos(features.angle[second]), np.sin(features.angle[second])
    result = np.empty((len(first), 2, 3))
    result[:, 0, 0] = ratio * cos_b * cos_a + side * sin_b * sin_a
    result[:, 0, 1] = ratio * cos_b * sin_a - side * sin_b * cos_a
    result[:, 1, 0] = ratio * sin_b * cos_a - side * cos_b * sin_a
    result[:, 1, 1] = ratio * sin_b * sin_a + side * cos_b * cos_a
    x, y = features.x[first], features.y[first]
    result[:, 0, 2] = features.x[second] - result[:, 0, 0] * x - result[:, 0, 1] * y
    result[:, 1, 2] = features.y[second] - result[:, 1, 0] * x - result[:, 1, 1] * y
    return result


def guesses(features: Features, found: Matches, least: int) -> Guesses:
    """Pairs of pictures of which at least so many features agree; the map is that which most agree on."""
    pair = features.picture[found.first] * len(features.starts) + features.picture[found.second]
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(pair)), np.bool_), pair[1:] != pair[:-1])))
    counts = np.diff(np.append(starts, len(pair)))
    enough = counts >= least
    starts, counts = starts[enough], counts[enough]
    best, votes = np.empty(len(starts), np.int64), np.empty(len(starts), np.int64)
    for low in range(0, len(starts), _AT_ONCE):
        part = slice(low, low + _AT_ONCE)
        best[part], votes[part] = _agreed(features, found, starts[part], counts[part])
    best, votes = best[votes >= least], votes[votes >= least]
    chosen = Matches(found.first[best], found.second[best])
    ends = features.picture[chosen.first], features.picture[chosen.second]
    mirrored = features.mirrored[chosen.first] != features.mirrored[chosen.second]
    return Guesses(*ends, votes, mirrored, maps_of(features, chosen))


def _agreed(features: Features, found: Matches, starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Of each run of matches the one that most others agree with, and how many do, itself included."""
    place = np.minimum(np.arange(_SEEDS), counts[:, None] - 1)
    index = starts[:, None] + place
    first, second = found.first[index], found.second[index]
    maps = maps_of(features, Matches(first.ravel(), second.ravel())).reshape(*index.shape, 2, 3)
    x, y = (axis[first][:, None, :] for axis in (features.x, features.y))
    off_x = maps[:, :, None, 0, 0] * x + maps[:, :, None, 0, 1] * y + maps[:, :, None, 0, 2]
    off_y = maps[:, :, None, 1, 0] * x + maps[:, :, None, 1, 1] * y + maps[:, :, None, 1, 2]
    off_x -= features.x[second][:, None, :]
    off_y -= features.y[second][:, None, :]
    agree = off_x**2 + off_y**2 < _NEAR**2
    growth = features.scale[second] - features.scale[first]
    agree &= np.abs(growth[:, :, None] - growth[:, None, :]) < _SCALE
    turn = np.arctan2(maps[:, :, 1, 0], maps[:, :, 0, 0])
    agree &= np.cos(turn[:, :, None] - turn[:, None, :]) > _TURN
    mirrored = features.mirrored[first] != features.mirrored[second]
    agree &= mirrored[:, :, None] == mirrored[:, None, :]
    agree &= (first[:, :, None] != first[:, None, :]) & (second[:, :, None] != second[:, None, :])
    agree &= (np.arange(_SEEDS) < counts[:, None])[:, None, :]
    votes = agree.sum(axis=2) + 1
    best = votes.argmax(axis=1)
    rows = np.arange(len(index))
    return index[rows, best], votes[rows, best]
