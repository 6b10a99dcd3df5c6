"""Whether two pictures that look the same are two shots: then the noise of the camera in them differs."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from holdfast.proof.view import Plane, View

_PART = 16
_DARK, _LIGHT = 4, 251
"""Levels beyond which noise is clipped."""
_FAINT, _ENOUGH = 0.1, 12
"""Variance of noise (levels squared) that a part has, and how many such parts there must be."""
_FLATTEST = 0.3
"""Share of the parts that are looked at: in the others are edges, which two shots share."""
_STRONG, _STRONG_RELIT = 0.25, 0.5
"""Variance that both must have, the second where the light changed: what a coding makes is less."""
_UNEVEN = 2.0
"""By how much the one may be stronger: noise that was added or smoothed away tells nothing."""
_UNLIKE = 0.15
"""Correlation below which it is the noise of two shots. Measured on a fixed camera's pictures: 0.07 (0.12 in
the worst twentieth), on copies 0.2 and more."""


def is_another_shot(first: View, second: View, *, relit: bool) -> bool:
    """Whether the noise in both tells two shots of one scene from a copy: it is strong, even and differs.

    For pictures that look the same as they are. The idea is that of camera identification by sensor noise
    (Lukas, Fridrich and Goljan, 2006), turned around: the residual of each shot is its own. `relit`: the
    tones differ. False where there is no grain to be compared.
    """
    if (first.width, first.height) != (second.width, second.height) or not (
        len(first.grain) and len(second.grain)
    ):
        return False
    ours, theirs = (view.grain.astype(np.float32) for view in (first, second))
    clipped = _means(((np.minimum(ours, theirs) < _DARK) | (np.maximum(ours, theirs) > _LIGHT)).astype("f4"))
    one, other = (plane - ndimage.uniform_filter(plane, (1, 3, 3)) for plane in (ours, theirs))
    energy, energies, both = _means(one * one), _means(other * other), _means(one * other)
    usable = (clipped < 1 / _PART) & (np.minimum(energy, energies) > _FAINT)
    if usable.sum() < _ENOUGH:
        return False
    stronger = np.maximum(energy, energies)
    share = max(_FLATTEST, _ENOUGH / float(usable.sum()))
    flat = usable & (stronger <= np.quantile(stronger[usable], share))
    mine, yours = float(energy[flat].mean()), float(energies[flat].mean())
    if min(mine, yours) < (_STRONG_RELIT if relit else _STRONG) or max(mine, yours) > _UNEVEN * min(
        mine, yours
    ):
        return False
    return bool(both[flat].mean() < _UNLIKE * np.sqrt(mine * yours))


def _means(pieces: Plane) -> Plane:
    """(k, n, n) to the mean of each part, in one row."""
    count = pieces.shape[1] // _PART
    means: Plane = pieces.reshape(-1, count, _PART, count, _PART).mean(axis=(2, 4)).ravel()
    return means
