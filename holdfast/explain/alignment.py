"""How the second of two pictures lies on the first, and what the proof says of that."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.explain.differences import Differences, differences
from holdfast.explain.orientations import Nearest

_SIDE = 256
_CELLS = 32
_FILLED = 0.7
_DIFFERS = 0.2


class Alignment(NamedTuple):
    """`affine` leads from fractions of the first picture's sides to those of the second; `differences` is
    where the two differ, once aligned. The figures are those of the proof, as in PAIRS."""

    affine: NDArray[np.float64]
    differences: Differences
    places: NDArray[np.bool_]
    correlation: float
    differing: float
    overlap: float
    words: str


def align(first: Image.Image, second: Image.Image, turned: Nearest) -> Alignment:
    """Lay the second onto the first, in its nearest orientation."""
    ours, theirs = (_squared(picture) for picture in (first, second))
    apart = differences(ours, theirs, turned.affine)
    cells = apart.amount.reshape(_CELLS, _SIDE // _CELLS, _CELLS, -1).mean(axis=(1, 3))
    known = apart.common.reshape(_CELLS, _SIDE // _CELLS, _CELLS, -1).mean(axis=(1, 3)) > _FILLED
    places = (cells >= _DIFFERS) & known
    differing = float(places[known].mean()) if known.any() else 0.0
    return Alignment(turned.affine, apart, places, 0.0, differing, 1.0, turned.orientation)


def _squared(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX))
