"""From a first guess of how a picture became another to the map that most of their features agree with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.describe import MIRROR
from holdfast.features.packed import MOST, Features
from holdfast.features.scales import Floats, Ints
from holdfast.features.seeds import Guesses
from holdfast.features.threads import in_threads

MAX_BITS = 20
"""Bits between the codes of two features at the same place."""
_REACHES = (0.10, 0.07, 0.05, 0.04)
"""How near to its place a feature has to be, in sides, from step to step."""
_PULL = (0.05, 0.05, 1e-6)
"""How strongly a step holds on to the map before: few features do not fix one."""
_AT_ONCE = 256
"""Pairs of pictures that are worked on together: about 40 MB."""


class Fits(NamedTuple):
    """For each pair of pictures the map (n, 2, 3) from the first to the second, the features that agree with
    it, and their spread (standard deviation, sides) in the first."""

    maps: NDArray[np.float64]
    agreeing: Ints
    spread: NDArray[np.float64]


def fitted(features: Features, guesses: Guesses) -> Fits:
    """The maps of all guesses, refined."""
    starts = range(0, len(guesses.first), _AT_ONCE)
    parts = in_threads(lambda start: _fitted(features, guesses.at(slice(start, start + _AT_ONCE))), starts)
    none = Fits(np.empty((0, 2, 3)), np.empty(0, np.int64), np.empty(0))
    return Fits(*(np.concatenate(column) for column in zip(none, *parts, strict=True)))


class _Side(NamedTuple):
    """Features of a picture of each pair, MOST of each: whether there is one, its code, its place."""

    there: NDArray[np.bool_]
    code: NDArray[np.uint64]
    x: Floats
    y: Floats


def _side(features: Features, pictures: Ints, view: Ints, mirrored: NDArray[np.bool_]) -> _Side:
    """The codes as they were before a patch was mirrored, or all turned round."""
    index = features.starts[pictures][:, None] + np.arange(MOST)
    there = index < features.starts[pictures + 1][:, None]
    index = np.minimum(index, len(features.picture) - 1)
    turned = features.mirrored[index, view[:, None]] != mirrored[:, None]
    code = features.code[index, view[:, None]] ^ np.where(turned, MIRROR, np.uint64(0))
    return _Side(there, code, features.x[index], features.y[index])


def _fitted(features: Features, guesses: Guesses) -> Fits:
    maps = guesses.maps
    mirrored = maps[:, 0, 0] * maps[:, 1, 1] < maps[:, 0, 1] * maps[:, 1, 0]
    ours = _side(features, guesses.first, guesses.first_view, np.zeros_like(mirrored))
    theirs = _side(features, guesses.second, guesses.second_view, mirrored)
    bits = np.bitwise_count(ours.code[:, :, None] ^ theirs.code[:, None, :])
    may = (bits <= MAX_BITS) & ours.there[:, :, None] & theirs.there[:, None, :]
    cost = np.where(may, bits.astype(np.float32), np.float32(np.inf))
    agreeing = np.zeros((len(maps), MOST))
    for reach in _REACHES:
        other, agreeing = _paired(ours, theirs, maps, cost, reach)
        goal = np.stack([np.take_along_axis(axis, other, 1) for axis in (theirs.x, theirs.y)], axis=2)
        maps = _least_squares(ours, goal, agreeing, maps)
    count = agreeing.sum(axis=1)
    mean_x, mean_y = ((agreeing * axis).sum(1) / np.maximum(count, 1) for axis in (ours.x, ours.y))
    off = (ours.x - mean_x[:, None]) ** 2 + (ours.y - mean_y[:, None]) ** 2
    spread = np.sqrt((agreeing * off).sum(axis=1) / np.maximum(count, 1))
    return Fits(maps, count.astype(np.int64), spread)


def _paired(
    ours: _Side, theirs: _Side, maps: NDArray[np.float64], cost: Floats, reach: float
) -> tuple[Ints, NDArray[np.float64]]:
    """For each feature of the first picture the best of the second near to its place, and 1 where that one's
    best is the first again, else 0."""
    x = (maps[:, 0, 0:1] * ours.x + maps[:, 0, 1:2] * ours.y + maps[:, 0, 2:3]).astype(np.float32)
    y = (maps[:, 1, 0:1] * ours.x + maps[:, 1, 1:2] * ours.y + maps[:, 1, 2:3]).astype(np.float32)
    off = (x[:, :, None] - theirs.x[:, None, :]) ** 2 + (y[:, :, None] - theirs.y[:, None, :]) ** 2
    off *= np.float32(1 / reach**2)
    total = np.where(off < 1, cost + off * MAX_BITS, np.float32(np.inf))
    other = total.argmin(axis=2)
    mutual = np.take_along_axis(total.argmin(axis=1), other, 1) == np.arange(MOST)
    least = np.take_along_axis(total, other[:, :, None], 2)[:, :, 0]
    return other, (mutual & np.isfinite(least)).astype(np.float64)


def _least_squares(
    ours: _Side, goal: Floats, weight: NDArray[np.float64], maps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The maps that bring the weighted features nearest to their goals, pulled to the maps before."""
    places = np.stack((ours.x, ours.y, np.ones_like(ours.x)), axis=2).astype(np.float64)
    weighted = places * weight[:, :, None]
    left = weighted.transpose(0, 2, 1) @ places + np.diag(_PULL)
    right = weighted.transpose(0, 2, 1) @ goal + maps.transpose(0, 2, 1) * np.array(_PULL)[:, None]
    return np.ascontiguousarray(np.linalg.solve(left, right).transpose(0, 2, 1))
