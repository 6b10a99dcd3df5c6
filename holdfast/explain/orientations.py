"""The eight orientations of a picture: four quarter turns, each as it is and mirrored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.facts.hashing import SIDE, perceptual_hashes

_QUARTER = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
"""From a point of a picture turned clockwise to where it was, in fractions of the sides."""
_MIRROR = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
_TURNS = ("as displayed", "turned 90°", "turned 180°", "turned 270°")


class Nearest(NamedTuple):
    """The least distance of two hashes over the orientations of the second, in bits; which one it is, and the
    affine map from the first to the second, in fractions of their sides."""

    distance: int
    orientation: str
    affine: NDArray[np.float64]


def nearest(first: bytes, second: bytes) -> Nearest:
    """Compare two grey pictures of SIDE x SIDE bytes, the second in its eight orientations (turned clockwise,
    then mirrored left to right); of several that are as near the first in this order."""
    plain = np.frombuffer(second, np.uint8).reshape(SIDE, SIDE)
    turned = [np.rot90(plain, -quarter) for quarter in range(4)]
    names = [*_TURNS, "mirrored", *(f"{turn}, mirrored" for turn in _TURNS[1:])]
    pictures = [*turned, *(np.fliplr(picture) for picture in turned)]
    ours, *theirs = perceptual_hashes([first, *(picture.tobytes() for picture in pictures)]).tolist()
    bits = [(ours ^ value).bit_count() for value in theirs]
    best = bits.index(min(bits))
    affine = np.linalg.matrix_power(_QUARTER, best % 4) @ (_MIRROR if best >= 4 else np.eye(3))
    return Nearest(bits[best], names[best], affine[:2])
