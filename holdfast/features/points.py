"""Where the features are: the strongest blobs of pictures, spread over each.

Extrema in place and scale of the difference of Gaussians, edges left out (Lowe, "Distinctive Image Features
from Scale-Invariant Keypoints", 2004).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.features.scales import Floats, Ints

LAYERS = (1, 2, 3)
"""Differences of neighbouring levels in which an extremum is looked for."""
MIN_CONTRAST = 0.15
"""Grey levels: less is noise."""
MAX_EDGE = 10.0
"""Ratio of the two curvatures beyond which it is an edge."""
CELLS = 6
"""A picture is divided in CELLS x CELLS; of each cell the strongest come first."""


class Points(NamedTuple):
    """Places of features: number of the picture, pixels, layer with its fraction, contrast."""

    picture: Ints
    x: Floats
    y: Floats
    layer: Floats
    contrast: Floats

    def at(self, chosen: Ints | NDArray[np.bool_]) -> Points:
        """Some of them."""
        picture, x, y, layer, contrast = self
        return Points(picture[chosen], x[chosen], y[chosen], layer[chosen], contrast[chosen])


def strongest(levels: Floats, most: int) -> Points:
    """At most so many points of each picture, in order of the pictures, the most telling first."""
    points = _refined(levels[:, 1:6] - levels[:, :5])
    return points.at(_spread(points, levels.shape[-1], most))


def _extrema(differences: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Picture, layer, row and column of what is further from zero than its 26 neighbours."""
    size = np.abs(differences)
    across = np.maximum(size[..., :-2], size[..., 1:-1])
    np.maximum(across, size[..., 2:], out=across)
    around = np.maximum(across[..., :-2, :], across[..., 1:-1, :])
    np.maximum(around, across[..., 2:, :], out=around)
    found = []
    for layer in LAYERS:
        centre = size[:, layer, 1:-1, 1:-1]
        picture, row, column = np.nonzero((centre >= around[:, layer]) & (centre >= MIN_CONTRAST))
        value = centre[picture, row, column]
        best = value >= around[picture, layer - 1, row, column]
        best &= value >= around[picture, layer + 1, row, column]
        found.append((picture[best], np.full(np.count_nonzero(best), layer), row[best] + 1, column[best] + 1))
    picture, layers, rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
    return picture, layers, rows, columns


def _refined(differences: Floats) -> Points:
    """The extrema that are no edges, their places refined by parabolas."""
    picture, layer, row, column = _extrema(differences)

    def near(up: int, down: int, right: int) -> Floats:
        return differences[picture, layer + up, row + down, column + right]

    centre = near(0, 0, 0)
    left, right, above, below = near(0, 0, -1), near(0, 0, 1), near(0, -1, 0), near(0, 1, 0)
    xx, yy = right + left - 2 * centre, above + below - 2 * centre
    xy = (near(0, 1, 1) + near(0, -1, -1) - near(0, 1, -1) - near(0, -1, 1)) / 4
    curved = xx * yy - xy * xy
    round_ = (curved > 0) & ((xx + yy) ** 2 * MAX_EDGE < curved * (MAX_EDGE + 1) ** 2)
    x, y = (right - left) / 2, (below - above) / 2
    divisor = np.where(round_, curved, 1)
    shift_x, shift_y = (xy * y - yy * x) / divisor, (xy * x - xx * y) / divisor
    lower, middle, upper = (np.abs(values) for values in (near(-1, 0, 0), centre, near(1, 0, 0)))
    bend = np.maximum(2 * middle - lower - upper, 1e-6)
    points = Points(
        picture,
        column.astype(np.float32) + np.clip(shift_x, -0.6, 0.6),
        row.astype(np.float32) + np.clip(shift_y, -0.6, 0.6),
        layer.astype(np.float32) + np.clip((upper - lower) / (2 * bend), -0.5, 0.5),
        middle,
    )
    return points.at(round_)


def _spread(points: Points, side: int, most: int) -> Ints:
    """The strongest of each cell first, then the second of each, and so on: so many of a picture."""
    column, row = (
        (axis * (CELLS / side)).astype(np.int64).clip(0, CELLS - 1) for axis in (points.x, points.y)
    )
    cell = (points.picture * CELLS + row) * CELLS + column
    order = np.lexsort((-points.contrast, cell))
    rank = np.empty(len(order), np.int64)
    rank[order] = _places(cell[order])
    order = np.lexsort((-points.contrast, rank, points.picture))
    return order[_places(points.picture[order]) < most]


def _places(groups: Ints) -> Ints:
    """For each element its place within its run of equal ones."""
    first = np.flatnonzero(
        np.concatenate((np.ones(min(1, len(groups)), np.bool_), groups[1:] != groups[:-1]))
    )
    return np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups))))
