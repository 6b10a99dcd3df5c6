"""Figures of how a picture looks: brightness, colour, sharpness, a tail without data. Runs in a worker.

All are taken from a small picture, whatever the format: that of a JPEG is decoded at its cheapest scale, any
other is averaged down. So a figure means the same for all, and costs little beside the decode.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast.facts.opening import DEEP

SIDE = 64
"""Pixels that the shorter side of the small picture has at least, and less than twice: details count at the
same size in every picture."""
_SHADOW, _LIGHT = 0.05, 0.99
"""The percentiles by which CleanVision tells bright from dark pictures."""
_PART = 4
"""Side in pixels of the parts whose colours are averaged: a sixteenth of the picture at most."""
_ROUNDING = 1 / 3
"""What rounding to whole grey levels adds to a squared difference, both directions together: 4/12."""
_CODING = 1.0
"""What rounding and coding as JPEG add to the details of a picture that was averaged or drafted; of one that
was not, twice as much. Counted as details, they make a small picture the sharper, the more it is blurred."""
_STRUCTURE = 0.5
"""Mean squared difference over two pixels below which there is nothing that could be sharp."""
_FILL = (127, 128, 129)
"""The levels that decoders fill in for missing data (128), and what another coding makes of them."""
_VALUES = np.arange(256.0)
_SQUARES = _VALUES**2

Levels = NDArray[np.uint8]


class Tones(NamedTuple):
    """How many pixels of a grey picture have each of the 256 values; their mean and standard deviation."""

    counts: NDArray[np.int64]
    mean: float
    spread: float


class Quality(NamedTuple):
    """The figures of `holdfast.facts.figures` that pixels give."""

    brightness: float = math.nan
    brightness_5: float = math.nan
    brightness_99: float = math.nan
    span: float = math.nan
    chroma: float = math.nan
    sharpness: float = math.nan
    flat_rows: float = math.nan


def tones_of(grey: Image.Image) -> Tones:
    """How often each tone of a grey picture occurs."""
    counts = np.array(grey.histogram(), np.int64)
    total = grey.width * grey.height
    mean = float(counts @ _VALUES) / total
    return Tones(counts, mean, math.sqrt(max(float(counts @ _SQUARES) / total - mean**2, 0.0)))


def quality_of(image: Image.Image, grey: Image.Image, tones: Tones, height: int) -> Quality:
    """Figures of a decoded picture, which may be a draft of one that is `height` pixels high; `grey` is the
    same in grey, `tones` are those of that."""
    if image.mode in DEEP:  # the range of its values is not known
        plain = image if image.mode in ("I", "F") else image.convert("I")
        low, high = plain.getextrema()
        return Quality(span=0.0) if low == high else Quality()
    small = _small(image)
    if small is not image:
        grey = small if small.mode == "L" else small.getchannel(0)
        tones = tones_of(grey)
    levels = np.frombuffer(grey.tobytes(), np.uint8).reshape(grey.height, grey.width)
    chroma = 0.0 if small.mode == "L" else _chroma(small)
    flat = _flat_rows(levels, small)
    if flat:  # the last row of the small picture may stand for fewer
        scale = math.ceil(height / small.height)
        flat = max(flat * scale - (small.height * scale - height), 1)
    coding = _CODING if small.height < height else 2 * _CODING
    return Quality(*_brightness(tones), chroma, _sharpness(levels, coding), float(flat))


def _small(image: Image.Image) -> Image.Image:
    """In grey or as YCbCr, averaged down to SIDE."""
    if image.mode in ("1", "P", "PA"):  # their numbers are no tones: they have no mean
        image = image.convert("L" if image.mode == "1" else "RGB")
    factor = min(image.size) // SIDE
    small = image.reduce(factor) if factor > 1 else image
    if small.mode in ("L", "YCbCr"):
        return small
    return small.convert("L") if small.mode in ("LA", "La") else small.convert("RGB").convert("YCbCr")


def _brightness(tones: Tones) -> tuple[float, float, float, float]:
    """Mean, two percentiles and the span of grey: fractions of white."""
    reached = tones.counts.cumsum()
    total = int(reached[-1])
    wanted = (1, math.ceil(_SHADOW * total), math.ceil(_LIGHT * total), total)
    least, shadow, light, most = reached.searchsorted(wanted).tolist()
    return tones.mean / 255, shadow / 255, light / 255, (most - least) / 255


def _chroma(small: Image.Image) -> float:
    """How far the most colourful part of the picture is from grey, in levels of Cb or Cr; small details and
    noise are averaged away."""
    coarse = small.reduce(_PART) if min(small.size) >= _PART else small
    extremes: Any = coarse.getextrema()
    (low_b, high_b), (low_r, high_r) = extremes[1:]
    return float(max(128 - low_b, high_b - 128, 128 - low_r, high_r - 128))


def _sharpness(levels: Levels, coding: float) -> float:
    """How different neighbours are, beside pixels two apart: 0 where one goes smoothly into the other, 1
    where they have nothing to do with each other (noise). NaN for a picture without structure. `coding` is
    what is no detail of it.

    After Crété-Roffet et al., "The Blur Effect" (2007): a blurred picture loses little of its differences
    when it is looked at more coarsely. Being a ratio, it depends neither on contrast nor on brightness.
    """
    grey = levels.astype(np.float32)
    near, far = _difference(grey, 1), _difference(grey, 2)
    if not far - _ROUNDING >= _STRUCTURE:
        return math.nan
    details = (4 * near - far) / 3 - coding
    return min(max(details / (far - _ROUNDING), 0.0), 1.0)


def _difference(grey: NDArray[np.float32], step: int) -> float:
    """Mean squared difference of pixels so many apart, across and down together."""
    across, down = grey[:, step:] - grey[:, :-step], grey[step:] - grey[:-step]
    if not (across.size and down.size):
        return math.nan
    return float(np.vdot(across, across)) / across.size + float(np.vdot(down, down)) / down.size


def _flat_rows(levels: Levels, small: Image.Image) -> int:
    """How many last rows are all of the grey that is filled in for missing data; none where the first row
    is as well: that is a frame around the picture."""
    if int(levels[-1, -1]) not in _FILL:
        return 0
    values = np.asarray(small).reshape(small.height, -1)
    flat = np.all(np.isin(values, _FILL), axis=1).tolist()
    return 0 if flat[0] else flat[::-1].index(False)
