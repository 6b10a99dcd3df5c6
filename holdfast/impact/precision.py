"""Mean average precision, as COCO defines it, of any weighing of the images.

`COCOeval.accumulate` and `summarize` (https://cocodataset.org/#detection-eval): for each class and threshold
the precision that is reached at 101 levels of recall, the mean of them, and the mean over classes that have
annotations. Weights are how often an image is drawn: 0 leaves it out, so that leaked images, clean ones and
resamples take one and the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.impact.matching import THRESHOLDS, Matches, Numbers, Values

RECALLS = np.linspace(0, 1, 101)
METRICS = ("mAP@50:95", "mAP@50")


@dataclass(frozen=True, slots=True)
class Precision:
    """The metric over these matches; `cost` grows with the work of one call."""

    matches: Matches

    sized = True

    @property
    def cost(self) -> int:
        """Numbers that one call looks at."""
        return len(self.matches.image) + len(self.matches.hit)

    def __call__(self, weights: Values) -> tuple[float, ...]:
        """mAP over all thresholds and at the first, of images that count as often as `weights` says; nan
        where none of them has an annotation."""
        found = self.matches
        kinds = int(max(found.truth_kind.max(initial=-1), found.kind.max(initial=-1))) + 1
        wanted = np.bincount(found.truth_kind, weights[found.truth_image], kinds).astype(np.float64)
        present = wanted > 0
        if not present.any():
            return float("nan"), float("nan")
        averages = self._averages(weights, wanted).reshape(kinds, len(THRESHOLDS))[present]
        return float(averages.mean()), float(averages[:, 0].mean())

    def _averages(self, weights: Values, wanted: Values) -> Values:
        """The average precision of each class at each threshold."""
        found = self.matches
        drawn = np.cumsum(weights[found.image])
        begins = np.searchsorted(found.kind, np.arange(len(wanted)))
        before = np.concatenate([[0.0], drawn])[begins]
        kind = found.kind[found.hit]
        curve = kind * len(THRESHOLDS) + found.threshold
        starts = _starts(curve)
        weight = weights[found.image[found.hit]]
        right = _running(weight * found.right, starts)
        counted = drawn[found.hit] - before[kind] - _running(weight * ~found.right, starts)
        precision = np.divide(right, counted, out=np.zeros_like(right), where=found.right & (counted > 0))
        recall = np.divide(right, wanted[kind], out=np.zeros_like(right), where=wanted[kind] > 0)
        reached = np.searchsorted(RECALLS, recall, side="right")
        levels = np.diff(reached, prepend=0)
        levels[starts] = reached[starts]
        best = _best_from_here(precision, curve)
        curves = len(wanted) * len(THRESHOLDS)
        return np.bincount(curve, levels * best, minlength=curves) / len(RECALLS)


def _starts(curve: Numbers) -> NDArray[np.bool_]:
    """Where a curve begins."""
    starts: NDArray[np.bool_] = np.diff(curve, prepend=-1) != 0
    return starts


def _running(values: Values, starts: NDArray[np.bool_]) -> Values:
    """The sums so far within each curve."""
    sums = np.cumsum(values)
    offsets = (sums - values)[starts]
    running: Values = sums - offsets[np.cumsum(starts) - 1] if len(values) else sums
    return running


def _best_from_here(precision: Values, curve: Numbers) -> Values:
    """The largest precision at a place or behind it, within each curve: precision is at most 1, so that a
    step of 2 keeps the curves apart."""
    last = curve[-1] if len(curve) else 0
    lifted = precision + 2.0 * (last - curve)
    best: Values = np.maximum.accumulate(lifted[::-1])[::-1] - 2.0 * (last - curve)
    return best
