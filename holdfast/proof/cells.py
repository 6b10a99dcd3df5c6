"""Where two aligned grey pictures differ, part by part, and whether that is noise or another thing.

A part differs where the squared difference of its pixels is large beside the contrast that both have there
and beside the noise of the whole pair: a coding or a scaling errs a little everywhere and most at edges, an
object that moved errs in its place.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.view import Plane

DIFFERS = 1.2
"""Difference of a part, by what is expected there, from which it shows another thing. Measured: copies stay
below 1 in nearly all, a moved object of 2 % of the side reaches 1.8 and more."""
AGREES = 0.7
_STRUCTURE = 6.0
"""Standard deviation (levels) from which a part has something to be compared."""
_CONTRAST, _NOISE, _LEVELS = 0.25, 2.0, 4.0
_FILLED = 0.7
_RARE, _POINTS, _FAINT = 0.01, 100, 3.0
"""Share of parts with structure below which the whole has to tell, by so many points and levels at least."""


@dataclass(frozen=True, slots=True)
class Differences:
    """How two pictures differ.

    `correlation` of their grey levels; `noise` the median difference of a part, in levels; `worst` the
    largest difference by what is expected there, `few` the fourth largest; `differing` the share of parts
    that show another thing; `structured` the share that have structure, `agreeing` the share of those that
    agree; `spread` the standard deviation of the fainter picture; `bent` the correlation of what no surface
    of the second degree explains, 0 where that is faint, or parts with structure tell more; `parts` (n, n)
    the difference of each part, NaN outside.
    """

    correlation: float
    noise: float
    worst: float
    few: float
    differing: float
    structured: float
    agreeing: float
    spread: float
    bent: float
    parts: Plane


def differences(ours: Plane, theirs: Plane, common: NDArray[np.bool_] | None) -> Differences:
    """Compare two soft grey pictures (n, n) of equal tone, where `common` says (None: everywhere)."""
    cell = 8 if len(ours) >= 128 else 4
    weight = np.ones_like(ours) if common is None else common.astype(np.float32)
    grids = [_grid(ours, theirs, weight, cell, offset) for offset in (0, cell // 2)]
    error, contrast, strongest = (
        np.concatenate([part.ravel() for part in each]) for each in zip(*grids, strict=True)
    )
    known = ~np.isnan(error)
    noise = float(np.median(error[known])) if known.any() else 0.0
    relative = error / (contrast + _NOISE * noise + _LEVELS)
    every, structured = relative[known], strongest[known] > _STRUCTURE
    share = float(structured.mean()) if known.any() else 0.0
    ordered = np.sort(np.append(every, 0))[::-1]
    correlation, spread = _correlated(ours, theirs, common)
    return Differences(
        correlation=correlation,
        noise=noise,
        worst=float(ordered[0]),
        few=float(ordered[min(3, len(ordered) - 1)]),
        differing=float(np.mean(every > DIFFERS)) if known.any() else 1.0,
        structured=share,
        agreeing=float(np.mean(every[structured] < AGREES)) if structured.any() else 0.0,
        spread=spread,
        bent=_bent(ours, theirs, common) if share < _RARE else 0.0,
        parts=relative[: grids[0][0].size].reshape(grids[0][0].shape).astype(np.float32),
    )


def _grid(ours: Plane, theirs: Plane, weight: Plane, cell: int, offset: int) -> tuple[Plane, Plane, Plane]:
    """Of each cell: the difference (NaN where it is hardly filled), the contrast expected to err, and the
    stronger contrast of both."""
    share = _means(weight, cell, offset)
    filled = share > _FILLED
    share = np.maximum(share, np.float32(1e-3))
    gap = weight * (ours - theirs)
    error = np.where(filled, np.sqrt(_means(gap * gap, cell, offset) / share), np.float32(np.nan))
    one, other = (_spread(plane * weight, share, cell, offset) for plane in (ours, theirs))
    expected: Plane = np.float32(_CONTRAST) * (one + other)
    return error.astype(np.float32), expected, np.maximum(one, other)


def _means(plane: Plane, cell: int, offset: int) -> Plane:
    """The mean of each cell, by two products: faster than to add along two axes."""
    pool = _pool(len(plane), cell, offset)
    means: Plane = np.matmul(pool @ plane, pool.T, dtype=np.float32)
    return means


@functools.cache
def _pool(side: int, cell: int, offset: int) -> Plane:
    count = (side - offset) // cell
    places = np.arange(side)[None, :] - offset - cell * np.arange(count)[:, None]
    pool: Plane = ((places >= 0) & (places < cell)).astype(np.float32) / np.float32(cell)
    return pool


def _spread(weighted: Plane, share: Plane, cell: int, offset: int) -> Plane:
    mean = _means(weighted, cell, offset) / share
    square = _means(weighted * weighted, cell, offset) / share
    spread: Plane = np.sqrt(np.maximum(square - mean * mean, 0))
    return spread


def _bent(ours: Plane, theirs: Plane, common: NDArray[np.bool_] | None) -> float:
    """The correlation of what a surface of the second degree leaves of both."""
    side = len(ours)
    few = np.zeros((side, side), np.bool_)
    few[2::4, 2::4] = True if common is None else common[2::4, 2::4]
    rows, columns = np.nonzero(few)
    if len(rows) < _POINTS:
        return 0.0
    x, y = columns / side - 0.5, rows / side - 0.5
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    levels = np.stack([ours[few], theirs[few]], axis=1).astype(np.float64)
    left = levels - surface @ np.linalg.lstsq(surface, levels, rcond=None)[0]
    deviation = np.sqrt(np.mean(left * left, axis=0))
    return float(np.mean(left[:, 0] * left[:, 1]) / deviation.prod()) if deviation.min() >= _FAINT else 0.0


def _correlated(ours: Plane, theirs: Plane, common: NDArray[np.bool_] | None) -> tuple[float, float]:
    a, b = (plane.ravel() if common is None else plane[common] for plane in (ours, theirs))
    if not len(a):
        return 0.0, 0.0
    a, b = a - a.mean(), b - b.mean()
    one, other = float(np.vdot(a, a)), float(np.vdot(b, b))
    spread = float(np.sqrt(min(one, other) / len(a)))
    return float(np.vdot(a, b)) / float(np.sqrt(one * other) + 1e-6), spread
