"""Accuracy of the surest class of each image, over all images and as the mean over classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.impact.matching import Numbers, Values

METRICS = ("accuracy", "macro accuracy")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The metric: the true class of each image by number, and whether the surest prediction has it."""

    kind: Numbers
    right: NDArray[np.bool_]

    sized = False

    @property
    def cost(self) -> int:
        """Numbers that one call looks at."""
        return len(self.kind)

    def __call__(self, weights: Values) -> tuple[float, ...]:
        """Of images that count as often as `weights` says; nan where there is none."""
        images = np.bincount(self.kind, weights)
        right = np.bincount(self.kind, weights * self.right)
        present = images > 0
        if not present.any():
            return float("nan"), float("nan")
        return float(right.sum() / images.sum()), float((right[present] / images[present]).mean())
