"""A picture as proofs compare it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SIDE = 256
"""Pixels a side at which pictures are compared, the shape squashed to a square: a stretched copy stays one."""
COARSEST = 32
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Rec. 601, as Pillow's "L"."""

Plane = NDArray[np.float32]
"""(n, n) one value a pixel, or (n, n, 3) its colours; 0 to 255."""


@dataclass(frozen=True, eq=False)
class View:
    """One displayed picture: `pixels` are uint8 (SIDE, SIDE, 3), `width` and `height` those of the full one."""

    pixels: NDArray[np.uint8]
    width: int
    height: int

    @cached_property
    def colours(self) -> dict[int, Plane]:
        """The picture at sides of 256, 128, 64 and 32 pixels."""
        planes = {SIDE: self.pixels.astype(np.float32)}
        side = SIDE
        while side > COARSEST:
            planes[side // 2] = halved(planes[side])
            side //= 2
        return planes

    @cached_property
    def greys(self) -> dict[int, Plane]:
        """Its luma at these sides."""
        return {side: plane @ LUMA for side, plane in self.colours.items()}

    @cached_property
    def softs(self) -> dict[int, Plane]:
        """The luma, averaged over 3 x 3 pixels at each side: single pixels are noise."""
        return {side: softened(plane) for side, plane in self.greys.items()}

    @cached_property
    def chroma(self) -> float:
        """Mean distance of the colours from grey, in levels."""
        small = self.colours[64]
        return float(np.abs(small - small.mean(2, keepdims=True)).mean())

    @cached_property
    def clipped(self) -> float:
        """Share of the values that are as bright or as dark as can be: what was there is lost."""
        values = self.pixels[::4, ::4]
        return float(np.mean((values >= 253) | (values <= 2)))


def halved(plane: Plane) -> Plane:
    """The plane with every four pixels averaged to one."""
    summed = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return summed * np.float32(0.25)


def softened(plane: Plane) -> Plane:
    """A plane (n, n) averaged over 3 x 3 pixels; its edge as it is."""
    rows = plane.copy()
    rows[1:-1] = (plane[:-2] + plane[1:-1] + plane[2:]) / 3
    smooth = rows.copy()
    smooth[:, 1:-1] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3
    return smooth


def common_side(first: View, second: View) -> int:
    """The side at which both have details to compare: a tiny picture has none beyond its own pixels."""
    least = min(first.width, first.height, second.width, second.height)
    side = SIDE
    while side > COARSEST and least < 0.6 * side:
        side //= 2
    return side
