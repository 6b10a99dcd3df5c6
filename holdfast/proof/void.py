"""What is no picture in a picture: bands along its edges, the corners that a rotation leaves empty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EVEN = 12
"""Levels by which the pixels of a band differ at most."""
_WHOLE = 0.6
"""Share of the next line that has other colours than the band."""
_LEVELS = 9
"""Levels by which the pixels of a corner differ from each other at most."""
_FULL = 0.97
_MOST = 0.7
_LEAST = 8
"""Pixels that a corner has along one edge at least."""

Mask = NDArray[np.bool_]


def void(pixels: NDArray[np.uint8]) -> Mask:
    """Which pixels (n, n) of a picture (n, n, 3) are a band of one colour along a whole edge, or an empty
    corner."""
    side = len(pixels)
    found = np.zeros((side, side), np.bool_)
    for turn in (False, True):
        lines = pixels.swapaxes(0, 1) if turn else pixels
        rows = found.T if turn else found
        first, last = _band(lines), _band(lines[::-1])
        if first + last <= _MOST * side:
            rows[:first] = True
            rows[side - last :] = True
    for vertical in (1, -1):
        for horizontal in (1, -1):
            _add_corner(found[::vertical, ::horizontal], pixels[::vertical, ::horizontal])
    return found


def _band(lines: NDArray[np.uint8]) -> int:
    """How many first lines are one even band, if it ends along the whole line: a sky or a wall does not."""
    side = len(lines)
    for count, line in enumerate(lines):
        if int(np.ptp(line, axis=0).max()) <= _EVEN:
            continue
        if count == 0:
            return 0
        beyond = lines[min(count + 1, side - 1)].astype(np.int16) - lines[0].mean(axis=0)
        return count if np.mean(np.abs(beyond).max(axis=1) > _EVEN) >= _WHOLE else 0
    return 0


def _leading(flags: Mask) -> int:
    return 0 if flags.all() else int(flags.argmin())


def _add_corner(found: Mask, pixels: NDArray[np.uint8]) -> None:
    """A triangle of one colour, whichever brightness was given to the black that it was, while what lies
    beyond its long side has others; `found` and `pixels` are turned so that it is the first corner."""
    colour = pixels[1, 1].astype(np.int16)
    wide, high = (
        _leading(np.abs(edge.astype(np.int16) - colour).max(axis=1) <= _LEVELS)
        for edge in (pixels[0], pixels[:, 0])
    )
    if min(wide, high) < 2 or max(wide, high) < _LEAST:
        return
    x, y = np.arange(len(pixels)) + 0.5, (np.arange(len(pixels)) + 0.5)[:, None]
    depth = x / wide + y / high
    even = np.abs(pixels - colour).max(axis=2) <= _LEVELS
    pixel = 1 / min(wide, high)
    inner, edge = depth < 1 - pixel, (depth >= 1 + pixel) & (depth < 1 + 5 * pixel)
    if even[inner].mean() > _FULL and even[edge].mean() < 1 - _FULL / 2:
        found |= depth < 1 + 3 * pixel
