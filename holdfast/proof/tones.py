"""The colours of one picture as another has them: what a recolouring, the same everywhere, made of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.fitting import fitted
from holdfast.proof.view import LUMA, Plane

_STEP = 3
"""Every third pixel in both directions is enough to fit a dozen numbers."""
_BINS = 12
_FEW = 4.0
"""Pixels of a colour that its own mean needs to count as much as the fit does."""
_BRIGHT, _DARK = 250, 4
_WHITE, _BLACK = 235, 20
"""Levels beyond which what the other has may have been made of a clipped one."""
_LEVELS = 64
"""Levels of a single channel that are told apart."""
LIKE_HUES, TURNED_HUES = 0.93, 0.45
"""Likeness of hues from which they are the same, and below which they were turned. Measured: a drone's frames
0.63 and more, one slide at two focuses 0.52."""
COLOURED = 3.0
"""Mean distance from grey in levels from which a picture has colours."""

_SWAPPED, _SWAPPED_SIDE = 0.5, 32
"""Share of the difference of two pictures that is left at most if channels were swapped; pixels a side to see
that."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Toned:
    """Two planes (n, n, 3) in the same colours: `made` of the one picture, and `target`, the other."""

    made: Plane
    target: Plane
    source: Plane

    @property
    def greys(self) -> tuple[Plane, Plane]:
        """Both as luma."""
        return self.made @ LUMA, self.target @ LUMA


def toned(source: Plane, target: Plane, common: Mask) -> Toned:
    """The source in the target's colours: each channel from all three and the squared luma, clipped."""
    given = _given(source[::_STEP, ::_STEP])
    wanted = target[::_STEP, ::_STEP].reshape(-1, 3)
    use = common[::_STEP, ::_STEP].ravel()
    whole = use & ((wanted <= _BRIGHT) & (wanted >= _DARK)).all(axis=1)
    use = whole if whole.sum() > max(50, 0.1 * use.sum()) else use
    made = _given(source) @ fitted(given[use], wanted[use])
    return Toned(np.clip(made, 0, 255).reshape(source.shape), target, source)


def looked_up(tones: Toned, common: Mask) -> Toned:
    """The same, corrected by what each colour of the source has become on average: any recolouring that
    goes pixel by pixel, as a turned hue."""
    step = 256 / _BINS
    red, green, blue = ((tones.source[..., c] / step).astype(np.int32) for c in range(3))
    colour = (red * _BINS + green) * _BINS + blue
    use = common.ravel()
    number = colour.ravel()[use]
    count = np.bincount(number, minlength=_BINS**3)
    left = (tones.target - tones.made).reshape(-1, 3)[use]
    means = [np.bincount(number, left[:, c], _BINS**3) / (count + _FEW) for c in range(3)]
    table = np.stack(means, axis=1).astype(np.float32)
    return Toned(np.clip(tones.made + table[colour], 0, 255), tones.target, tones.source)


def curved(source: Plane, target: Plane, common: Mask) -> tuple[Plane, Mask]:
    """The source in the target's colours by a curve for each channel, and where one is clipped."""
    made, lost = zip(*(toned_by_level(source[..., c], target[..., c], common) for c in range(3)), strict=True)
    return np.stack(made, axis=2), np.logical_or.reduce(lost)


def toned_by_level(source: Plane, target: Plane, common: Mask) -> tuple[Plane, Mask]:
    """The source (n, n) in the levels that the target has in its place, in their order; and where it is
    clipped, so that the target may have any level beyond."""
    bins = (source[common] / (256 / _LEVELS)).astype(np.int64)
    count = np.bincount(bins, minlength=_LEVELS)
    total = np.bincount(bins, target[common], _LEVELS)
    known = np.flatnonzero(count > _FEW)
    if not len(known):
        return source, np.zeros(source.shape, np.bool_)
    centres = (known + 0.5) * (256 / _LEVELS)
    levels = np.maximum.accumulate(total[known] / count[known])
    dim, light = np.interp((_BLACK, _WHITE), centres, levels)
    lost = ((source > _BRIGHT) & (target > light)) | ((source < _DARK) & (target < dim))
    return np.interp(source, centres, levels).astype(np.float32), lost


def hue_likeness(ours: Plane, theirs: Plane) -> float:
    """How alike the hues of two lots of colours (..., 3) are, place by place: the correlation of their
    distances from grey, -1 to 1; 1 where one has hardly any colours."""
    one, other = (colours - colours.mean(axis=-1, keepdims=True) for colours in (ours, theirs))
    if not ours.size or min(float(np.abs(one).mean()), float(np.abs(other).mean())) < COLOURED:
        return 1.0
    return float(np.vdot(one, other) / np.sqrt(np.vdot(one, one) * np.vdot(other, other)))


def swapped_channels(ours: Plane, theirs: Plane) -> tuple[int, ...] | None:
    """The order of the channels of one picture (n, n, 3) that makes it like another; None for as they are."""
    few = slice(None, None, max(len(ours) // _SWAPPED_SIDE, 1))
    small, other = ours[few, few], theirs[few, few]
    gaps = {order: float(np.abs(small[..., order] - other).mean()) for order in permutations(range(3))}
    best = min(gaps, key=lambda order: gaps[order])
    return best if gaps[best] < _SWAPPED * gaps[0, 1, 2] else None


def _given(plane: Plane) -> Plane:
    flat = plane.reshape(-1, 3)
    luma = flat @ LUMA
    return np.column_stack([flat, luma * luma / 255, np.full(len(flat), 255, np.float32)])
