"""How much better a model does on leaked images than on clean ones, and how sure that is.

The average precision of few images is higher than that of many alike: with 40 of 300 images drawn by chance
as "leaked", mAP@50:95 was 0.027 higher on them, and plain percentiles of the bootstrap left zero out in 41
of 150 such sets. So the larger group is measured in random parts of the size of the smaller one, and the
spread of the bootstrap is laid around that difference: 12 of 150, where 95 % allow 7.5 (`python
benchmarks/chance.py`).
"""

from __future__ import annotations

import numpy as np

from holdfast.impact.matching import Numbers, Values
from holdfast.impact.worth import Difference, Metric, Parts

RESAMPLES = (100, 1000)
"""How often images are drawn anew, at least and at most."""
WORK = 200_000_000
"""Numbers that resampling may look at, on which it depends how often it is done."""
FEWEST = 10
"""Images that a group needs for an interval: what two images vary by tells nothing of the next one."""
_SEED = 0


def differences_of(metric: Metric, parts: Parts) -> tuple[tuple[Difference, ...], int]:
    """Leaked minus clean for each figure, and how many resamples that took; nothing where a group has no
    figures. The bootstrap draws the images of each group with replacement (Efron and Tibshirani, 1993); its
    seed is fixed."""
    leaked, clean = (np.flatnonzero(part) for part in (parts.leaked, parts.clean))
    if not (len(leaked) and len(clean)):
        return (), 0
    draw = _Draw(metric, len(parts.clean), int(np.clip(WORK // (3 * metric.cost + 1), *RESAMPLES)))
    real = draw.even(leaked, len(clean)) - draw.even(clean, len(leaked))
    if np.isnan(real).any():
        return (), 0
    if min(len(leaked), len(clean)) < FEWEST:
        return tuple(Difference(value) for value in real.tolist()), draw.number
    spread = draw.spread(leaked, clean)
    found = zip(real.tolist(), *(real + spread).tolist(), strict=True)
    return tuple(Difference(*row) for row in found), draw.number


class _Draw:
    """Draws images by chance, `number` times each, and takes the metric of them."""

    def __init__(self, metric: Metric, images: int, number: int) -> None:
        self.number = number
        self._metric = metric
        self._images = images
        self._random = np.random.default_rng(_SEED)

    def even(self, members: Numbers, size: int) -> Values:
        """The figures of these images: the mean of random parts of this size where there are more."""
        if len(members) <= size or not self._metric.sized:
            return self._of(members)
        drawn = (self._random.choice(members, size, replace=False) for _ in range(self.number))
        return _mean(np.array([self._of(part) for part in drawn]))

    def spread(self, first: Numbers, second: Numbers) -> Values:
        """From which distance below the difference of two groups to which above it 95 % of the resamples
        lie, a row each."""
        sides = ([self._of(self._again(side)) for side in (first, second)] for _ in range(self.number))
        drawn = np.array([ours - theirs for ours, theirs in sides])
        ends: Values = np.nanpercentile(drawn, (2.5, 97.5), axis=0) - _mean(drawn)
        return ends

    def _again(self, members: Numbers) -> Numbers:
        return self._random.choice(members, len(members))

    def _of(self, members: Numbers) -> Values:
        return np.array(self._metric(np.bincount(members, minlength=self._images).astype(np.float64)))


def _mean(figures: Values) -> Values:
    """The mean of each column without what has no figure; nan where nothing has."""
    known = ~np.isnan(figures)
    mean: Values = np.where(known, figures, 0).sum(axis=0) / np.where(
        known.any(axis=0), known.sum(axis=0), np.nan
    )
    return mean
