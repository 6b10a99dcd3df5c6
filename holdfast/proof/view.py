"""A picture as proofs compare it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.void import void

SIDE = 256
"""Pixels a side at which pictures are compared, squashed to a square: a stretched copy stays a copy."""
COARSEST = 32
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Rec. 601, as Pillow's "L"."""

Plane = NDArray[np.float32]
"""(n, n) one value a pixel, or (n, n, 3) its colours; 0 to 255."""


_NO_GRAIN: NDArray[np.uint8] = np.zeros((0, 1, 1), np.uint8)


@dataclass(frozen=True, eq=False)
class View:
    """One displayed picture: `pixels` are uint8 (SIDE, SIDE, 3), `width` and `height` the full one's; `grain`
    (k, n, n) are pieces of its grey at full scale, none where its coding keeps no noise, `corners` the left
    and top of each."""

    pixels: NDArray[np.uint8]
    width: int
    height: int
    grain: NDArray[np.uint8] = field(default_factory=lambda: _NO_GRAIN)
    corners: Sequence[tuple[int, int]] = ()
    _planes: dict[tuple[str, int], Plane] = field(default_factory=dict, repr=False)

    def colours(self, side: int) -> Plane:
        """The picture at a side of 256, 128, 64 or 32 pixels."""
        return self._made("colours", side, self._halved)

    def grey(self, side: int) -> Plane:
        """Its luma at that side."""
        return self._made("grey", side, lambda side: self.colours(side) @ LUMA)

    def soft(self, side: int) -> Plane:
        """The luma, averaged over 3 x 3 pixels: single pixels are noise."""
        return self._made("soft", side, lambda side: softened(self.grey(side)))

    def value(self, side: int) -> Plane:
        """Its brightest channel at that side: a turned hue and swapped channels leave it."""
        return self._made("value", side, lambda side: self.colours(side).max(axis=2))

    def soft_value(self, side: int) -> Plane:
        """The brightest channel, averaged likewise."""
        return self._made("soft value", side, lambda side: softened(self.value(side)))

    @cached_property
    def chroma(self) -> float:
        """Mean distance of the colours from grey, in levels."""
        few = self.pixels[::8, ::8].astype(np.float32)
        return float(np.abs(few - few.mean(axis=2, keepdims=True)).mean())

    @cached_property
    def sharpness(self) -> float:
        """Mean squared step from a pixel to the next, in levels."""
        return sharpness(self.grey(SIDE))

    @cached_property
    def void(self) -> NDArray[np.bool_]:
        """Which pixels (SIDE, SIDE) are no picture: bands along the edges, empty corners."""
        return void(self.pixels)

    @cached_property
    def hidden_void(self) -> NDArray[np.bool_]:
        """The same where much of its edge may be hidden by what has its colour."""
        return void(self.pixels, hidden=True)

    def _halved(self, side: int) -> Plane:
        return self.pixels.astype(np.float32) if side == SIDE else halved(self.colours(2 * side))

    def _made(self, name: str, side: int, make: Callable[[int], Plane]) -> Plane:
        """What is asked for more than once of a picture is made once."""
        if (name, side) not in self._planes:
            self._planes[name, side] = make(side)
        return self._planes[name, side]


def halved(plane: Plane) -> Plane:
    """The plane with every four pixels averaged to one."""
    summed = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return summed * np.float32(0.25)


def sharpness(grey: Plane, where: NDArray[np.bool_] | None = None) -> float:
    """Mean squared step of a plane (n, n) to the next pixel across and down."""
    inner = slice(None) if where is None else where[1:, 1:]
    across, down = (grey[1:, 1:] - grey[1:, :-1])[inner], (grey[1:, 1:] - grey[:-1, 1:])[inner]
    return float(np.vdot(across, across) + np.vdot(down, down)) / max(across.size, 1)


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
