"""In which frame the boxes of a turned image are drawn: as it is displayed, or as it is stored."""

from __future__ import annotations

from enum import StrEnum

from holdfast.dataset import Dataset
from holdfast.repair.lookup import Image, annotations_of

_TURNED = 5
"""EXIF orientations from which on width and height are swapped."""
_ROUNDING = 1.0
"""Pixels that an edge may lie outside."""


class Frame(StrEnum):
    """A way to look at an image with an EXIF orientation."""

    DISPLAYED = "displayed"
    STORED = "stored"


def frame_of(dataset: Dataset, image: Image) -> Frame | None:
    """The one frame that the boxes in pixels fit, or else the declared size; None where nothing tells.

    Nothing does where the two frames have one size: a picture that is mirrored or upside down, or a square.
    """
    if not image.width or not image.height or (image.orientation or 1) < _TURNED:
        return None
    shown = (image.width, image.height)
    sizes = {Frame.DISPLAYED: shown, Frame.STORED: shown[::-1]}
    drawn = [a for a in annotations_of(dataset, image) if a.pixels and a.x_max is not None]
    right = max((a.x_max or 0.0 for a in drawn), default=0.0) - _ROUNDING
    lower = max((a.y_max or 0.0 for a in drawn), default=0.0) - _ROUNDING
    fits = [frame for frame, (width, height) in sizes.items() if right <= width and lower <= height]
    if len(fits) != 1:
        fits = [frame for frame, size in sizes.items() if size == image.declared]
    return fits[0] if len(fits) == 1 else None
