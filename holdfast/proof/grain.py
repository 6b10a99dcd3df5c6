"""Whether two pictures that look the same are two shots: then the noise of the camera in them differs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from holdfast.proof.affine import IDENTITY, Affine, inverse
from holdfast.proof.view import Plane, View

Mask = NDArray[np.bool_]

_PART = 16
_DARK, _LIGHT = 4, 251
"""Levels beyond which noise is clipped."""
_FAINT, _ENOUGH, _LEAST = 0.1, 12, 6
"""Variance of noise (levels squared) that a part has, how many such parts there must be, and how many in both
pictures once brought together."""
_FLATTEST = 0.3
"""Share of the parts that are looked at: in the others are edges, which two shots share."""
_STRONG, _STRONG_RELIT = 0.25, 0.5
"""Variance that both must have, the second where the light changed: what a coding makes is less."""
_UNEVEN = 2.0
"""By how much the one may be stronger: noise that was added or smoothed away tells nothing."""
_UNLIKE = 0.15
"""Correlation below which it is the noise of two shots. Measured on a fixed camera's pictures: 0.07 (0.12 in
the worst twentieth), on copies 0.2 and more."""


def is_another_shot(first: View, second: View, transform: Affine, *, relit: bool) -> bool:
    """Whether the noise in both tells two shots of one scene from a copy: it is strong, even and differs.

    For pictures that look the same; `transform`, from the first to the second, moves little. The idea is that
    of camera identification by sensor noise (Lukas, Fridrich and Goljan, 2006), turned around: the
    residual of each shot is its own. `relit`: the tones differ. False where there is no grain to be compared.
    """
    if (first.width, first.height) != (second.width, second.height) or not (
        len(first.grain) and len(second.grain)
    ):
        return False
    ours, theirs = (view.grain.astype(np.float32) for view in (first, second))
    one, other = _residual(ours), _residual(theirs)
    energy, energies = _means(one * one), _means(other * other)
    usable = _unclipped(ours, theirs) & (np.minimum(energy, energies) > _FAINT)
    if usable.sum() < _ENOUGH:
        return False
    flat = usable & _flattest(np.maximum(energy, energies), usable)
    mine, yours = float(energy[flat].mean()), float(energies[flat].mean())
    least = _STRONG_RELIT if relit else _STRONG
    if min(mine, yours) < least or max(mine, yours) > _UNEVEN * min(mine, yours):
        return False
    return _likeness(_brought(ours, first, transform), theirs, flat) < _UNLIKE


def _likeness(ours: Plane, theirs: Plane, flat: Mask) -> float:
    """The correlation of the noise in the flat parts; 0 where too few of them are in both."""
    flat = flat & _unclipped(ours, theirs)
    if flat.sum() < _LEAST:
        return 0.0
    one, other = _residual(ours), _residual(theirs)
    energy, energies, both = (
        float(_means(plane)[flat].mean()) for plane in (one * one, other * other, one * other)
    )
    return both / float(np.sqrt(energy * energies))


def _residual(pieces: Plane) -> Plane:
    residual: Plane = pieces - ndimage.uniform_filter(pieces, (1, 3, 3))
    return residual


def _brought(pieces: Plane, view: View, transform: Affine) -> Plane:
    """The pieces (k, n, n) of a picture as they lie in another of its size: 0, which is clipped, beyond."""
    if np.array_equal(transform, IDENTITY):
        return pieces
    sides = np.array([view.width, view.height])
    back = inverse(transform)
    linear, shift = back[:, :2] * (sides[:, None] / sides), back[:, 2] * sides
    found = np.empty_like(pieces)
    for number, (piece, corner) in enumerate(zip(pieces, view.corners, strict=True)):
        x, y = shift + linear @ corner - corner
        rows = (*linear[0], x, *linear[1], y)
        image = Image.fromarray(piece)
        there = image.transform(image.size, Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR)
        found[number] = np.asarray(there)
    return found


def _unclipped(ours: Plane, theirs: Plane) -> Mask:
    clipped = (np.minimum(ours, theirs) < _DARK) | (np.maximum(ours, theirs) > _LIGHT)
    return _means(clipped.astype(np.float32)) < 1 / _PART


def _flattest(stronger: Plane, usable: Mask) -> Mask:
    share = max(_FLATTEST, _ENOUGH / float(usable.sum()))
    flat: Mask = stronger <= np.quantile(stronger[usable], share)
    return flat


def _means(pieces: Plane) -> Plane:
    """(k, n, n) to the mean of each part, in one row."""
    count = pieces.shape[1] // _PART
    means: Plane = pieces.reshape(-1, count, _PART, count, _PART).mean(axis=(2, 4)).ravel()
    return means
