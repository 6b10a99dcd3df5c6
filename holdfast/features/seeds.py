"""Pairs of pictures with features that agree on how one picture became the other."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.alike import Alike
from holdfast.features.packed import VIEWS, Features
from holdfast.features.scales import Floats, Ints
from holdfast.features.threads import in_threads

_SEEDS = (3, 10)
"""Pairs of features of two pictures that vote, the nearest: most pairs have few."""
_PLACES = 100_000
"""Pairs of pairs of features that are compared together: about 20 MB."""
_NEAR = 0.12
"""How far from each other, in sides, two features may put the same point."""
_LIKE = 0.55
"""How far a number of their 2 x 2 maps may be apart."""


class Guesses(NamedTuple):
    """Pairs of pictures (first < second), the views of both that are compared, how many features agree, and
    the map (n, 2, 3) from places in the first, in fractions of its sides, to those in the second."""

    first: Ints
    second: Ints
    first_view: Ints
    second_view: Ints
    votes: Ints
    maps: NDArray[np.float64]

    def at(self, chosen: Ints | slice) -> Guesses:
        """Some of them."""
        first, second, first_view, second_view, votes, maps = self
        views = first_view[chosen], second_view[chosen]
        return Guesses(first[chosen], second[chosen], *views, votes[chosen], maps[chosen])


def guesses(features: Features, found: Alike, least: int) -> Guesses:
    """Pairs of pictures of which at least so many features agree; the map is that which most agree on."""
    ours, theirs = features.picture[found.first // VIEWS], features.picture[found.second // VIEWS]
    pair = ours * len(features.starts) + theirs
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(pair)), np.bool_), pair[1:] != pair[:-1])))
    counts = np.diff(np.append(starts, len(pair)))
    starts, counts = starts[counts >= least], counts[counts >= least]
    best, votes = np.empty(len(starts), np.int64), np.empty(len(starts), np.int64)
    few = counts <= _SEEDS[0]
    for seeds, which in zip(_SEEDS, (np.flatnonzero(few), np.flatnonzero(~few)), strict=True):
        at_once = _PLACES // seeds**2
        parts = [which[low : low + at_once] for low in range(0, len(which), at_once)]
        runs = [(starts[part], counts[part]) for part in parts]
        for part, agreed in zip(
            parts, in_threads(partial(_agreed, features, found, seeds), runs), strict=True
        ):
            best[part], votes[part] = agreed
    best, votes = best[votes >= least], votes[votes >= least]
    first, second = found.first[best], found.second[best]
    maps = _maps(features, first, second).astype(np.float64)
    return Guesses(ours[best], theirs[best], first % VIEWS, second % VIEWS, votes, maps)


def _maps(features: Features, first: Ints, second: Ints) -> Floats:
    """For each pair of codes the map (..., 2, 3) that takes the one's patch to the other's."""
    frames = features.frame.reshape(-1, 2, 2)
    (a, b, c, d), goal = np.moveaxis(frames[first].reshape(*first.shape, 4), -1, 0), frames[second]
    back = np.stack((np.stack((d, -b), -1), np.stack((-c, a), -1)), -2) / (a * d - b * c)[..., None, None]
    result = np.empty((*first.shape, 2, 3), np.float32)
    result[..., :2] = goal @ back
    x, y = features.x[first // VIEWS], features.y[first // VIEWS]
    result[..., 0, 2] = features.x[second // VIEWS] - result[..., 0, 0] * x - result[..., 0, 1] * y
    result[..., 1, 2] = features.y[second // VIEWS] - result[..., 1, 0] * x - result[..., 1, 1] * y
    return result


def _agreed(features: Features, found: Alike, seeds: int, runs: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Of each run of codes, given by start and length, the pair that most others agree with, and how many
    features do, it included."""
    starts, counts = runs
    there = np.arange(seeds) < counts[:, None]
    index = starts[:, None] + np.where(there, np.arange(seeds), 0)
    first, second = found.first[index], found.second[index]
    maps = _maps(features, first, second)[:, :, None]
    first, second = first // VIEWS, second // VIEWS
    x, y = features.x[first][:, None, :], features.y[first][:, None, :]
    off_x = maps[..., 0, 0] * x + maps[..., 0, 1] * y + maps[..., 0, 2] - features.x[second][:, None, :]
    off_y = maps[..., 1, 0] * x + maps[..., 1, 1] * y + maps[..., 1, 2] - features.y[second][:, None, :]
    agree = off_x**2 + off_y**2 < _NEAR**2
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        number = maps[:, :, 0, row, column]
        agree &= np.abs(number[:, :, None] - number[:, None, :]) < _LIKE
    agree &= there[:, None, :] & there[:, :, None]
    # a feature counts once, in whichever views it is met
    agree &= (first[:, :, None] != first[:, None, :]) & (second[:, :, None] != second[:, None, :])
    again = (first[:, :, None] == first[:, None, :]) | (second[:, :, None] == second[:, None, :])
    earlier = np.tril(np.ones((seeds, seeds), np.bool_), -1)
    repeated = (agree[:, :, None, :] & (again & earlier)[:, None]).any(axis=3)
    votes = (agree & ~repeated).sum(axis=2) + there
    best = votes.argmax(axis=1)
    rows = np.arange(len(index))
    return index[rows, best], votes[rows, best]
