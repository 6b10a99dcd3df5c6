"""Affine maps between two pictures, in fractions of their sides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.proof.view import Plane

Affine = NDArray[np.float64]
"""(2, 3): a point (x, y) of one picture, in fractions of its sides, goes to M[:, :2] @ (x, y) + M[:, 2]."""

Values = TypeVar("Values", np.uint8, np.float32)

IDENTITY: Affine = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_TURNS = {
    "none": IDENTITY,
    "mirrored": np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
    "turned 180°": np.array([[-1.0, 0.0, 1.0], [0.0, -1.0, 1.0]]),
    "mirrored top to bottom": np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 1.0]]),
    "mirrored and turned 90°": np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
    "turned 90°": np.array([[0.0, -1.0, 1.0], [1.0, 0.0, 0.0]]),
    "mirrored and turned 270°": np.array([[0.0, -1.0, 1.0], [-1.0, 0.0, 1.0]]),
    "turned 270°": np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 1.0]]),
}
ORIENTATIONS: tuple[Affine, ...] = tuple(_TURNS.values())
"""The eight orientations: what each does to the first picture gives the second, clockwise."""
STILL = 0.012
"""Share of the side by which a corner may move in what counts as no movement: three pixels of 256."""
_CUT_EDGE = 0.004
"""By which a cut may miss the edge of what it was cut from: one pixel of 256."""
_ANGLE, _SKEW, _SCALE = 0.6, 0.012, 0.012


@dataclass(frozen=True, slots=True)
class Parts:
    """A map, taken apart: one of the eight orientations (words; "none"), then a rotation (degrees clockwise),
    scale factors in x and y, skew, shift (fractions)."""

    turn: str
    angle: float
    scale: tuple[float, float]
    skew: float
    shift: tuple[float, float]
    still: bool

    @property
    def upright(self) -> bool:
        """Whether the rest is neither rotated nor skewed."""
        return abs(self.angle) <= _ANGLE and abs(self.skew) <= _SKEW

    @property
    def words(self) -> str:
        """What was done, in words; `none` for nothing."""
        said = [] if self.turn == "none" else [self.turn]
        if not self.still:
            if abs(self.angle) > _ANGLE:
                said.append(f"rotated {self.angle:.1f}°")
            if abs(self.skew) > _SKEW:
                said.append(f"skewed {self.skew:.2f}")
            if max(abs(scale - 1) for scale in self.scale) > _SCALE:
                x, y = self.scale
                said.append(f"scaled {x:.2f}" if abs(x - y) <= _SCALE else f"scaled {x:.2f} x {y:.2f}")
            if max(map(abs, self.shift)) > STILL:
                said.append(f"shifted {100 * self.shift[0]:.0f} %, {100 * self.shift[1]:.0f} %")
        return ", ".join(said) or "none"


def inverse(affine: Affine) -> Affine:
    """The way back. Raises numpy.linalg.LinAlgError for a map that has none."""
    linear = np.linalg.inv(affine[:, :2])
    return np.column_stack([linear, -linear @ affine[:, 2]])


def after(second: Affine, first: Affine) -> Affine:
    """First the one, then the other."""
    return np.column_stack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]])


def parts_of(affine: Affine, aspect: float) -> Parts:
    """A map taken apart; `aspect` is width by height of the picture that it leads to."""
    linear = affine[:, :2] / math.sqrt(abs(np.linalg.det(affine[:, :2])))
    turn = min(_TURNS, key=lambda name: float(np.abs(linear - _TURNS[name][:, :2]).sum()))
    rest = after(affine, inverse(_TURNS[turn]))
    stretch = np.diag([aspect, 1.0])
    shape = stretch @ rest[:, :2] @ np.linalg.inv(stretch)
    angle = math.degrees(math.atan2(shape[1, 0] - shape[0, 1], shape[0, 0] + shape[1, 1]))
    unturned = _rotation(-angle) @ shape
    scale = (float(np.hypot(*shape[:, 0])), float(np.hypot(*shape[:, 1])))
    skew = float(unturned[0, 1] + unturned[1, 0]) / 2
    centre = rest[:, :2] @ (0.5, 0.5) + rest[:, 2] - 0.5
    return Parts(turn, angle, scale, skew, (float(centre[0]), float(centre[1])), is_still(rest))


def is_still(affine: Affine) -> bool:
    """Whether no corner moves by more than STILL."""
    return bool(np.abs(_corners(affine) - _corners(IDENTITY)).max() <= STILL)


def is_cut(affine: Affine) -> bool:
    """Whether one of two pictures is a part of the other: all of it lies there, but it is less."""
    scale = float(np.sqrt(abs(np.linalg.det(affine[:, :2]))))
    whole = affine if scale < 1 else inverse(affine)
    corners = _corners(whole)
    within = bool((corners > -_CUT_EDGE).all() and (corners < 1 + _CUT_EDGE).all())
    return within and min(scale, 1 / scale) < 1 - STILL


def turned(plane: NDArray[Values], affine: Affine) -> NDArray[Values] | None:
    """The plane in one of the eight orientations, exactly; None for any other map."""
    if any(np.array_equal(orientation, affine) for orientation in ORIENTATIONS):
        return _turned(plane, inverse(affine))
    return None


def warped(plane: Plane, back: Affine) -> Plane:
    """A plane (n, n) or (n, n, 3) as another picture sees it, 0 beyond; `back` leads from there to here."""
    if plane.ndim == 3:
        return np.stack([warped(np.ascontiguousarray(plane[..., c]), back) for c in range(3)], axis=2)
    side = len(plane)
    (a, b, c), (d, e, f) = back.tolist()
    image = Image.fromarray(plane).transform(
        (side, side), Image.Transform.AFFINE, (a, b, c * side, d, e, f * side), Image.Resampling.BILINEAR
    )
    return np.asarray(image)


def inside(back: Affine, side: int, margin: float) -> NDArray[np.bool_]:
    """Which of side x side pixels lie in the other picture, so many pixels from its edge."""
    x, y = grid(side)
    edge = margin / side
    px, py = (row[0] * x + row[1] * y + row[2] for row in back.astype(np.float32))
    found: NDArray[np.bool_] = (px > edge) & (px < 1 - edge) & (py > edge) & (py < 1 - edge)
    return found


def grid(side: int) -> tuple[Plane, Plane]:
    """The centres of side x side pixels, as fractions: x (1, side) and y (side, 1)."""
    centres = ((np.arange(side) + 0.5) / side).astype(np.float32)
    return centres[None, :], centres[:, None]


def _corners(affine: Affine) -> NDArray[np.float64]:
    """Where the corners go: (4, 2)."""
    corners: NDArray[np.float64] = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) @ affine.T
    return corners


def _turned(plane: NDArray[Values], back: Affine) -> NDArray[Values]:
    xx = back[0, 0]
    if xx == 0:  # rows become columns
        plane = np.swapaxes(plane, 0, 1)
        flips = back[0, 1] < 0, back[1, 0] < 0
        rows, columns = flips[0], flips[1]
    else:
        rows, columns = back[1, 1] < 0, xx < 0
    plane = plane[::-1] if rows else plane
    return plane[:, ::-1] if columns else plane


def _rotation(degrees: float) -> NDArray[np.float64]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]])
