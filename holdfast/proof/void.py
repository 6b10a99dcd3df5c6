"""What is no picture in a picture: bands along its edges, the corners that a rotation leaves black."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.affine import grid
from holdfast.proof.view import SIDE, View

_EVEN = 12
"""Levels by which the pixels of a band differ at most."""
_WHOLE = 0.6
"""Share of the next line that has other colours than the band."""
_DARK = 14
_MOST = 0.7
_LEAST = 4
"""Pixels that a corner has along both edges at least."""

Mask = NDArray[np.bool_]


def void(view: View) -> Mask:
    """Which pixels (SIDE, SIDE) are a band of one colour along a whole edge, or a black corner."""
    pixels = view.pixels.astype(np.int16)
    found = np.zeros((SIDE, SIDE), np.bool_)
    for turn in (False, True):
        lines = pixels.swapaxes(0, 1) if turn else pixels
        even = (lines.max(axis=1) - lines.min(axis=1)).max(axis=1) <= _EVEN
        first, last = _band(lines, even), _band(lines[::-1], even[::-1])
        if first + last <= _MOST * SIDE:
            rows = found.T if turn else found
            rows[:first] = True
            rows[SIDE - last :] = True
    _add_corners(found, pixels.max(axis=2) <= _DARK)
    return found


def _band(lines: NDArray[np.int16], even: Mask) -> int:
    """How many first lines are one even band, if it ends along the whole line: a sky or a wall does not."""
    count = _leading(even)
    if count == 0:
        return 0
    step = np.abs(lines[min(count + 1, SIDE - 1)] - lines[0].mean(axis=0)).max(axis=1)
    return count if np.mean(step > _EVEN) >= _WHOLE else 0


def _leading(flags: Mask) -> int:
    return 0 if flags.all() else int(flags.argmin())


def _add_corners(found: Mask, dark: Mask) -> None:
    """Triangles that are dark while what lies beyond their long side is not."""
    x, y = (axis * SIDE for axis in grid(SIDE))
    for vertical in (1, -1):
        for horizontal in (1, -1):
            corner = dark[::vertical, ::horizontal]
            if not corner[0, 0]:
                continue
            wide, high = _leading(corner[0]), _leading(corner[:, 0])
            if min(wide, high) < _LEAST:
                continue
            depth = x / wide + y / high
            band = 6 / min(wide, high)
            if (
                corner[depth < 1 - band / 3].mean() > 0.97
                and corner[(depth >= 1) & (depth < 1 + band)].mean() < 0.6
            ):
                found[::vertical, ::horizontal] |= depth < 1 + band / 2
