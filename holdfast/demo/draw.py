"""A photograph of a climbing wall, drawn, and the boxes of its holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from holdfast.demo import holds
from holdfast.demo.walls import boulder_wall, mountain_wall

_SIZES = ((480, 360), (360, 480), (400, 320), (320, 400), (416, 416), (448, 336), (320, 448), (384, 384))


@dataclass(frozen=True, slots=True)
class Photo:
    """A drawn photograph and the lines of its label: class, centre x and y, width, height."""

    picture: Image.Image
    lines: tuple[str, ...]


def photograph(
    seed: tuple[int, int], collection: str, *, bare: bool = False, size: tuple[int, int] | None = None
) -> Photo:
    """The photograph of this seed: a hall for `boulder`, else a mountain; `bare` leaves out the holds.

    `size` is width and height in pixels, by default one of a few that the seed chooses.
    """
    rng = np.random.default_rng(seed)
    usual = _SIZES[rng.integers(len(_SIZES))]
    width, height = size or usual
    wall = (boulder_wall if collection == "boulder" else mountain_wall)(rng, width, height)
    pixels = wall.pixels
    boxes = [] if bare else [holds.paint(rng, pixels, hold) for hold in holds.choose(rng, wall)]
    pixels += rng.normal(0, 0.008, (height, width, 1)).astype(np.float32)
    picture = Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))
    return Photo(picture, tuple(_line(box, width, height) for box in boxes))


def _line(box: holds.Box, width: int, height: int) -> str:
    x, y = (box.left + box.right) / 2 / width, (box.top + box.bottom) / 2 / height
    across, along = (box.right - box.left) / width, (box.bottom - box.top) / height
    return f"{int(box.is_volume)} {x:.6f} {y:.6f} {across:.6f} {along:.6f}"
