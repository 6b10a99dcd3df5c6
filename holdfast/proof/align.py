"""Where the first picture lies in the second: an affine map, refined from coarse to fine.

Gauss-Newton on the grey levels (Lucas and Kanade, 1981; Baker and Matthews, "Lucas-Kanade 20 Years On",
2004), with gain and offset, and robust weights: what is in one picture only must not pull.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from holdfast.proof.affine import Affine, after, inside, warped
from holdfast.proof.fitting import fitted
from holdfast.proof.view import COARSEST, SIDE, Plane, View

MIN_COMMON = 0.2
"""Share of the second picture that must be in the first: less is no proof of anything."""
_STEPS = ((32, 5), (64, 4), (128, 3))
_MAX_STEP = 0.5
_MAX_AREA = 5.0
_HARDLY = 0.05
_MARGIN = 1 / 64
"""Share of the side by which pictures that were moved are compared inside of what they have in common."""
_LEAST_LIKE = 0.5
"""Correlation at 64 pixels below which the two are not brought together by looking closer."""


def aligned(first: View, second: View, back: Affine, side: int) -> Affine | None:
    """The refined map from the second picture to the first; None where they do not come together.

    `back` is where to start, `side` the finest side to look at. What is no picture in either does not count.
    """
    mix = None
    for size, steps in _STEPS:
        if size > side:
            break
        target = second.grey(size)
        for number in range(steps):
            if number == 0 or (
                size == COARSEST and number == 2
            ):  # in the wrong place the colours explain each other wrongly
                mix = _grey_mix(first, second, back)
                if mix is None:
                    return None
                grey = first.colours(size) @ mix
            step = _step(grey, target, back, in_common(first, second, back, size, 1))
            if step is None:
                return None
            back = after(back, step)
            if not 1 / _MAX_AREA < abs(np.linalg.det(back[:, :2])) < _MAX_AREA:
                return None
            if np.abs(step - [[1, 0, 0], [0, 1, 0]]).max() < 0.1 / size:
                break
        if (
            size == min(64, side)
            and _likeness(warped(grey, back), target, inside(back, size, 1)) < _LEAST_LIKE
        ):
            return None
    return back


def _grey_mix(first: View, second: View, back: Affine) -> Plane | None:
    """How the first picture's colours make the second's grey: channels may have been swapped."""
    size = 32
    common = inside(back, size, 0.5)
    if common.mean() < MIN_COMMON:
        return None
    seen = warped(first.colours(size), back)[common]
    given = np.column_stack([seen, np.full(len(seen), 255, np.float32)])
    mix = fitted(given, second.grey(size)[common])[:3]
    weak = np.abs(mix).sum() < 0.1  # it explains nothing yet: as it is, then
    return np.array([0.299, 0.587, 0.114], np.float32) if weak else mix


def in_common(first: View, second: View, back: Affine, side: int, margin: float) -> NDArray[np.bool_]:
    """Which pixels (side, side) of the second are a picture in both, `margin` of them from the edge."""
    step = SIDE // side
    common = inside(back, side, margin)
    if second.void.any():
        common &= ~second.void[::step, ::step]
    if first.void.any():
        common &= warped(first.void[::step, ::step].astype(np.float32), back) < _HARDLY
    return common


def well_inside(common: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without a margin: what a rotation fills along an edge may be too thin to be seen as a filling."""
    width = 2 * round(_MARGIN * len(common)) + 1
    whole: NDArray[np.bool_] = ndimage.minimum_filter(common, width, mode="constant", cval=0)
    return whole


def _step(grey: Plane, target: Plane, back: Affine, common: NDArray[np.bool_]) -> Affine | None:
    """One step towards the second picture, as a map of its own."""
    side = len(grey)
    if common.mean() < MIN_COMMON:
        return None
    seen = warped(grey, back)
    across, down = np.zeros_like(seen), np.zeros_like(seen)
    across[:, 1:-1] = (seen[:, 2:] - seen[:, :-2]) * (side / 2)
    down[1:-1] = (seen[2:] - seen[:-2]) * (side / 2)
    rows, columns = np.nonzero(common)
    x, y = ((place.astype(np.float32) + 0.5) / side - 0.5 for place in (columns, rows))
    gx, gy, level = across[common], down[common], seen[common]
    given = np.stack([gx, gx * x, gx * y, gy, gy * x, gy * y, level, np.full_like(level, 255)], axis=1)
    found = fitted(given, target[common], rounds=2).astype(np.float64)
    gain = found[6] if abs(found[6]) > 0.2 else 1.0
    dx, xx, xy, dy, yx, yy = found[:6] / gain
    step = np.array([[1 + xx, xy, dx - (xx + xy) / 2], [yx, 1 + yy, dy - (yx + yy) / 2]])
    moved = np.abs(step - [[1, 0, 0], [0, 1, 0]]).max()
    return step if np.isfinite(moved) and moved <= _MAX_STEP else None


def _likeness(seen: Plane, target: Plane, common: NDArray[np.bool_]) -> float:
    a, b = seen[common], target[common]
    if len(a) < 16:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    return float(np.vdot(a, b) / np.sqrt(np.vdot(a, a) * np.vdot(b, b) + 1e-6))
