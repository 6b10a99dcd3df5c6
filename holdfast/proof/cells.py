"""Where two aligned grey pictures differ, part by part, and whether that is noise or another thing.

A part differs where the squared difference of its pixels is large beside the contrast that both have there
and beside the noise of the whole pair: a coding or a scaling errs a little everywhere and most at edges, an
object that moved errs in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.view import Plane

DIFFERS = 1.2
"""Difference of a part, by what is expected there, from which it shows another thing. Measured: copies stay below
1 in nearly all, a moved object of 2 % of the side reaches 1.8 and more."""
AGREES = 0.7
_STRUCTURE = 6.0
"""Standard deviation (levels) from which a part has something to be compared."""
_CONTRAST, _NOISE, _LEVELS = 0.25, 2.0, 4.0
_FILLED = 0.7


@dataclass(frozen=True, slots=True)
class Differences:
    """How two pictures differ.

    `correlation` of their grey levels; `noise` the median difference of a part, in levels; `worst` the
    largest difference by what is expected there, `few` the fourth largest; `differing` the share of parts that show another
    thing; `structured` the share that have structure, `agreeing` the share of those that agree; `spread` the standard
    deviation of the fainter picture; `parts` (side, side) the difference of each part, NaN outside.
    """

    correlation: float
    noise: float
    worst: float
    few: float
    differing: float
    structured: float
    agreeing: float
    spread: float
    parts: Plane


def differences(ours: Plane, theirs: Plane, common: NDArray[np.bool_] | None) -> Differences:
    """Compare two soft grey pictures (n, n) of equal tone, where `common` says (None: everywhere)."""
    side = len(ours)
    cell = 8 if side >= 128 else 4
    weight = np.ones((side, side), np.float32) if common is None else common.astype(np.float32)
    error = weight * (ours - theirs)
    relative, contrast, raw = [], [], []
    for offset in (0, cell // 2):
        share = _means(weight, cell, offset)
        filled = share > _FILLED
        share = np.where(filled, share, 1)
        raw.append(np.where(filled, np.sqrt(_means(error * error, cell, offset) / share), np.nan))
        contrast.append([_spread(plane * weight, share, cell, offset) for plane in (ours, theirs)])
    noise = float(np.nanmedian(np.concatenate([part.ravel() for part in raw])))
    for error_of, (one, other) in zip(raw, contrast, strict=True):
        relative.append(error_of / (_CONTRAST * (one + other) + _NOISE * noise + _LEVELS))
    every = np.concatenate([part.ravel() for part in relative])
    known = ~np.isnan(every)
    every = every[known]
    strongest = np.concatenate([np.maximum(*both).ravel() for both in contrast])[known]
    structured = strongest > _STRUCTURE
    ordered = np.sort(every)[::-1]
    correlation, spread = _correlated(ours, theirs, common)
    return Differences(
        correlation, noise, float(ordered[0]), float(ordered[min(3, len(ordered) - 1)]), float(np.mean(every > DIFFERS)),
        float(structured.mean()), float(np.mean(every[structured] < AGREES)) if structured.any() else 0.0, spread, relative[0],
    )  # fmt: skip


def _means(plane: Plane, cell: int, offset: int) -> Plane:
    count = (len(plane) - offset) // cell
    inner = plane[offset : offset + count * cell, offset : offset + count * cell]
    means: Plane = inner.reshape(count, cell, count, cell).mean(axis=(1, 3))
    return means


def _spread(weighted: Plane, share: Plane, cell: int, offset: int) -> Plane:
    mean = _means(weighted, cell, offset) / share
    square = _means(weighted * weighted, cell, offset) / share
    return np.sqrt(np.maximum(square - mean * mean, 0))


def _correlated(ours: Plane, theirs: Plane, common: NDArray[np.bool_] | None) -> tuple[float, float]:
    a, b = (plane.ravel() if common is None else plane[common] for plane in (ours, theirs))
    a, b = a - a.mean(), b - b.mean()
    one, other = float(np.vdot(a, a)), float(np.vdot(b, b))
    spread = float(np.sqrt(min(one, other) / max(len(a), 1)))
    return float(np.vdot(a, b)) / float(np.sqrt(one * other) + 1e-6), spread
