"""What may have been done to the values of a picture, undone: tones, blur; then the two are compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from holdfast.proof.cells import DIFFERS, Differences, differences
from holdfast.proof.fitting import fitted
from holdfast.proof.tones import (
    COLOURED,
    LIKE_HUES,
    Toned,
    curved,
    hue_likeness,
    looked_up,
    toned,
    toned_by_level,
)
from holdfast.proof.view import LUMA, Plane, sharpness, softened

_SHARPER = 1.2
_BLURS = (0.7, 1.2, 1.8, 2.6)
_WHITE, _LIGHT, _BLACK, _DIM = 250, 215, 5, 30
"""Levels at which a picture is clipped, and those of the other that are as good as that."""
_MANY = 0.5
"""Share of differing parts from which the two are other pictures, whatever was done to their values."""
_MOSTLY, _ANOTHER = 0.7, 3.0
"""Share of the parts that agree, and the fourth largest difference, of pictures of which some things differ.
Measured: of 930 pairs whose tones were looked up no copy among the 200 beyond both."""

Mask = NDArray[np.bool_]


def compared_as_is(ours: Plane, theirs: Plane) -> Differences:
    """Compare two soft grey planes, but for gain and offset."""
    given = ours[::4, ::4].ravel()
    gain, offset = fitted(np.column_stack([given, np.full_like(given, 255)]), theirs[::4, ::4].ravel())
    return differences(np.clip(ours * gain + 255 * offset, 0, 255), theirs, None)


def compared(ours: Plane, theirs: Plane, common: Mask) -> Differences:
    """Compare two planes (n, n, 3) where `common` says, whatever was done to all pixels alike."""
    chroma = _chroma(ours), _chroma(theirs)
    turn = chroma[0] < 0.5 * chroma[1] or (chroma[1] >= 0.5 * chroma[0] and _clipped(ours) > _clipped(theirs))
    tones = toned(theirs, ours, common) if turn else toned(ours, theirs, common)
    found = _differences(tones, common)
    if found.worst < DIFFERS or found.differing > _MANY or _is_elsewhere(found, ours, theirs, common):
        return found
    if min(chroma) > COLOURED:
        back = toned(ours, theirs, common) if turn else toned(theirs, ours, common)
        both = [looked_up(way, common) for way in (tones, back)]
        # a colour that only one picture has explains itself: both ways must do
        better = max((_differences(way, common) for way in both), key=lambda one: one.worst)
        if better.worst < found.worst:
            found, tones = better, both[0]
    return found if found.worst < DIFFERS else _deblurred(found, tones, common)


def compared_by_curves(ours: Plane, theirs: Plane) -> Differences:
    """Compare two planes (n, n, 3), whatever was done to the levels of each channel: as in evened ones."""
    everywhere = np.ones(ours.shape[:2], np.bool_)
    found = []
    for source, target in ((ours, theirs), (theirs, ours)):
        made, lost = curved(source, target, everywhere)
        known = ~lost if lost.mean() < _MANY else everywhere
        found.append(_compared(made @ LUMA, target @ LUMA, known))
    return max(found, key=lambda one: one.worst)  # a level that only one picture has explains itself


def _is_elsewhere(found: Differences, ours: Plane, theirs: Plane, common: Mask) -> bool:
    """Whether most agrees and some things differ so much that nothing done to all pixels explains it."""
    if found.agreeing < _MOSTLY or found.few < _ANOTHER:
        return False
    few = slice(None, None, 8)
    where = common[few, few]
    return hue_likeness(ours[few, few][where], theirs[few, few][where]) >= LIKE_HUES


def compared_by_value(ours: Plane, theirs: Plane, common: Mask) -> Differences:
    """Compare the brightest channels (n, n) of two pictures, whatever was done to the levels of each: a
    turned hue and another saturation leave that channel."""
    # what is black or white in one of them can be made of the other only
    found = []
    for source, target in ((ours, theirs), (theirs, ours)):
        made, lost = toned_by_level(source, target, common)
        found.append(_compared(made, target, common & ~lost if lost.mean() < _MANY else common))
    return min(found, key=lambda one: one.worst)


def _deblurred(found: Differences, tones: Toned, common: Mask) -> Differences:
    """The better of what was found and what is found with the sharper picture as soft as the other."""
    ours, theirs = tones.greys
    sharp, blurred = (ours, theirs) if sharpness(ours, common) > sharpness(theirs, common) else (theirs, ours)
    wanted = sharpness(blurred, common)
    if sharpness(sharp, common) < _SHARPER * wanted:
        return found
    for sigma in _BLURS:
        softer = ndimage.gaussian_filter(sharp, sigma, truncate=2.5)
        if sharpness(softer, common) <= 1.05 * wanted or sigma == _BLURS[-1]:
            again = differences(softened(softer), softened(blurred), common)
            return again if again.worst < found.worst else found
    return found


def _differences(tones: Toned, common: Mask) -> Differences:
    return _compared(*tones.greys, common)


def _compared(made: Plane, goal: Plane, common: Mask) -> Differences:
    """Compare two grey planes of equal tone, but where one is clipped."""
    ours, theirs = softened(made), softened(goal)
    lost = ((theirs > _WHITE) & (ours > _LIGHT)) | ((theirs < _BLACK) & (ours < _DIM))
    return differences(ours, theirs, common & ~lost if lost.mean() < _MANY else common)


def _chroma(plane: Plane) -> float:
    small = plane[::4, ::4]
    return float(np.abs(small - small.mean(axis=2, keepdims=True)).mean())


def _clipped(plane: Plane) -> float:
    small = plane[::4, ::4]
    return float(np.mean((small >= 252) | (small <= 3)))
