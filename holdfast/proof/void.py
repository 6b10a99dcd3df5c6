"""What is no picture in a picture: what a frame, a fitting or a rotation filled with one colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEVELS = 9
"""By how much the pixels of a filling differ from its colour at most: codings and scalings do that."""
_LEAST = 8
"""Pixels along the edge that a filling has at least."""
_NEAR, _STRAIGHT = 2.0, 0.85
"""A filling ends in a straight line: pixels by which it may miss it, share of the columns that must not."""
_WHOLE = 0.7
"""Share of the side from which a filling does not end."""
_MOST = 0.7
"""Share of the picture that may be filled."""
_HIDDEN, _ACROSS = 0.6, 0.02
"""Share of the columns that must not miss the line where what is of the filling's colour may hide it, and of
those that may end before it."""
_BESIDE = 2
"""Pixels beyond the line that are mixed of both."""

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]


def void(pixels: Pixels, *, hidden: bool = False) -> Mask:
    """Which pixels (n, n) of a picture (n, n, 3) are a filling along an edge: a band, slanted or not, or a
    corner. Its inner side is a straight line, which that of a sky or a wall hardly is. `hidden`: much of that
    line may be hidden by what has the filling's colour and touches it, as in a picture made dark."""
    side = len(pixels)
    found = np.zeros((side, side), np.bool_)
    for transposed in (False, True):
        lines, rows = (pixels.swapaxes(0, 1), found.T) if transposed else (pixels, found)
        for down in (1, -1):
            for along in (1, -1):
                _add_filling(rows[::down, ::along], lines[::down, ::along], hidden=hidden)
    return found if found.mean() <= _MOST else np.zeros_like(found)


def _add_filling(found: Mask, pixels: Pixels, *, hidden: bool) -> None:
    """The filling along the first line from its first pixel on; `found` and `pixels` are turned so."""
    side = len(pixels)
    colour = pixels[1, 1].tolist()
    first = _even(pixels[1], colour)
    wide = side if first.all() else int(first.argmin())
    if wide < _LEAST:
        return
    even = _even(pixels[:, :wide], colour)
    depth = np.where(even.all(axis=0), side, even.argmin(axis=0)).astype(np.float64)
    ending = np.flatnonzero(depth < _WHOLE * side)  # the others are those of a filling along the next edge
    if len(ending) < _LEAST:
        return
    line = _line(ending, depth[ending], np.arange(wide))
    if not _ends(depth, line, ending) and hidden:
        upon = ending[(depth - line)[ending] <= _NEAR]
        line = _line(upon, depth[upon], np.arange(wide)) if len(upon) >= _LEAST else line
        if np.mean((depth - line)[ending] < -_NEAR) > _ACROSS or not _ends(depth, line, ending, _HIDDEN):
            return
    elif not _ends(depth, line, ending):
        return
    if line.max() < 2:
        return
    found[:, :wide] |= np.arange(side)[:, None] < (line + _BESIDE)[None, :]


def _ends(
    depth: NDArray[np.float64], line: NDArray[np.float64], ending: NDArray[np.int64], share: float = _STRAIGHT
) -> bool:
    """Whether the filling ends in the line, for this share of the columns."""
    return bool(np.mean(np.abs(depth - line)[ending] <= _NEAR) >= share)


def _even(pixels: Pixels, colour: list[int]) -> Mask:
    near: Mask = np.ones(pixels.shape[:-1], np.bool_)
    for channel, level in enumerate(colour):
        low, high = max(level - _LEVELS, 0), min(level + _LEVELS, 255)
        near &= pixels[..., channel] - np.uint8(low) <= high - low  # what is less wraps round
    return near


def _line(
    at: NDArray[np.int64], depth: NDArray[np.float64], wanted: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The straight line through most of the depths: by the medians of their first and last third."""
    third = max(len(depth) // 3, 1)
    run = np.median(at[-third:]) - np.median(at[:third])
    slope = (np.median(depth[-third:]) - np.median(depth[:third])) / max(float(run), 1.0)
    return np.asarray(np.median(depth - slope * at) + slope * wanted)
