"""Where two aligned pictures differ: a map of it, and boxes around its regions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

MOST = 8
"""Boxes that are named; of more regions the largest."""


class Box(NamedTuple):
    """Edges in fractions of the first picture's sides."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The edges in pixels of a picture: left, upper, right, lower."""
        scaled = (self.x_min * width, self.y_min * height, self.x_max * width, self.y_max * height)
        return (int(scaled[0]), int(scaled[1]), round(scaled[2]), round(scaled[3]))


def boxes_of(differing: NDArray[np.bool_]) -> list[Box]:
    """Boxes around the regions that hang together (by side or corner), the largest first, MOST of them."""
    found, count = scipy.ndimage.label(differing, np.ones((3, 3)))
    sizes = np.bincount(found.ravel(), minlength=count + 1)[1:]
    places = scipy.ndimage.find_objects(found)
    height, width = differing.shape
    return [
        Box(across.start / width, down.start / height, across.stop / width, down.stop / height)
        for down, across in (places[number] for number in np.argsort(-sizes, kind="stable")[:MOST])
    ]
