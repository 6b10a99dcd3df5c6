"""Whether two pictures that agree in their grey show things of other colours.

A violet piece on a board of the same lightness is nothing in grey. Colours are compared as the eye keeps them
apart: red against green, blue against yellow (Hering's opponents).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.affine import Affine, inverse, turned, warped
from holdfast.proof.align import in_common, well_inside
from holdfast.proof.cells import Differences, differences
from holdfast.proof.tones import looked_up, toned
from holdfast.proof.view import Plane, View, common_side, softened

_SIDE = 128
"""Pixels a side: codings keep colours at half the scale."""
_OTHER = 1.5
"""Difference of a part, by what is expected there, from which it has another colour. Measured: copies 1.2 at
most, moved things of the lightness of their ground 2.8 and more."""
_FADED = 0.5
"""Share of the colours of the one that the other must have."""

Mask = NDArray[np.bool_]


def of_other_colours(first: View, second: View, transform: Affine) -> Differences | None:
    """Where they show things of other colours; None where they do not, or the colours of one have faded.

    `transform` leads from the first to the second. Whatever was done to all pixels alike is allowed for.
    """
    least, most = sorted((first.chroma, second.chroma))
    if least < _FADED * most:
        return None
    side = min(common_side(first, second), _SIDE)
    theirs = second.colours(side)
    ours = turned(first.colours(side), transform)
    where = np.ones((side, side), np.bool_)
    if ours is None:
        back = inverse(transform)
        ours = warped(first.colours(side), back)
        where = well_inside(in_common(first, second, back, side, 1.5))
    plain = _most_different(ours, theirs, where)
    if plain.worst < _OTHER:
        return None
    ways = [looked_up(toned(*way, where), where) for way in ((ours, theirs), (theirs, ours))]
    found = min((_most_different(way.made, way.target, where) for way in ways), key=lambda one: one.worst)
    return found if found.worst >= _OTHER else None


def _most_different(ours: Plane, theirs: Plane, where: Mask) -> Differences:
    pairs = zip(_opponents(ours), _opponents(theirs), strict=True)
    return max((differences(*pair, where) for pair in pairs), key=lambda one: one.worst)


def _opponents(colours: Plane) -> tuple[Plane, Plane]:
    """Red against green, and blue against yellow, 128 for neither; averaged as codings do."""
    red, green, blue = (colours[..., channel] for channel in range(3))
    planes = (red - green) / 2 + 128, (2 * blue - red - green) / 4 + 128
    one, other = (softened(softened(plane.astype(np.float32))) for plane in planes)
    return one, other
