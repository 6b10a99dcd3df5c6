"""The colours of one picture as another has them: what a recolouring, the same everywhere, made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.fitting import fitted
from holdfast.proof.view import LUMA, Plane

_STEP = 3
"""Every third pixel in both directions is enough to fit a dozen numbers."""
_BINS = 12
_FEW = 4.0
"""Pixels of a colour that its own mean needs to count as much as the fit does."""
_BRIGHT, _DARK = 250, 4

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Toned:
    """Two planes (n, n, 3) in the same colours: `made` of the one picture, and `target`, the other."""

    made: Plane
    target: Plane
    source: Plane

    @property
    def greys(self) -> tuple[Plane, Plane]:
        """Both as luma."""
        return self.made @ LUMA, self.target @ LUMA


def toned(source: Plane, target: Plane, common: Mask) -> Toned:
    """The source in the target's colours: each channel from all three and the squared luma, clipped."""
    given = _given(source[::_STEP, ::_STEP])
    wanted = target[::_STEP, ::_STEP].reshape(-1, 3)
    use = common[::_STEP, ::_STEP].ravel()
    whole = use & ((wanted < _BRIGHT) & (wanted > _DARK)).all(axis=1)
    use = whole if whole.sum() > max(50, 0.1 * use.sum()) else use
    made = _given(source) @ fitted(given[use], wanted[use])
    return Toned(np.clip(made, 0, 255).reshape(source.shape), target, source)


def looked_up(tones: Toned, common: Mask) -> Toned:
    """The same, corrected by what each colour of the source has become on average: any recolouring that
    goes pixel by pixel, as a turned hue."""
    step = 256 / _BINS
    red, green, blue = ((tones.source[..., c] / step).astype(np.int32) for c in range(3))
    colour = (red * _BINS + green) * _BINS + blue
    use = common.ravel()
    number = colour.ravel()[use]
    count = np.bincount(number, minlength=_BINS**3)
    left = (tones.target - tones.made).reshape(-1, 3)[use]
    means = [np.bincount(number, left[:, c], _BINS**3) / (count + _FEW) for c in range(3)]
    table = np.stack(means, axis=1).astype(np.float32)
    return Toned(np.clip(tones.made + table[colour], 0, 255), tones.target, tones.source)


def _given(plane: Plane) -> Plane:
    flat = plane.reshape(-1, 3)
    luma = flat @ LUMA
    return np.column_stack([flat, luma * luma / 255, np.full(len(flat), 255, np.float32)])
