"""How sure the difference between leaked and clean images is: what is chance is not called a leak's worth."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.impact import difference
from holdfast.impact.difference import differences_of
from holdfast.impact.matching import Boxes, match
from holdfast.impact.precision import Precision
from holdfast.impact.worth import Difference, Parts

IMAGES, LEAKED, CLASSES = 200, 30, 8


def scored(seed: int, error: float) -> Difference:
    """The difference in mAP@50:95 of a set whose leaked images are drawn by chance; on the others the model's
    edges are off by `error` pixels more."""
    random = np.random.default_rng(seed)
    image = np.repeat(np.arange(IMAGES), 4)
    kind = random.integers(0, CLASSES, len(image))
    corner = random.uniform(0, 400, (len(image), 2))
    edges = np.hstack([corner, corner + random.uniform(30, 150, (len(image), 2))])
    leaked = np.isin(np.arange(IMAGES), random.choice(IMAGES, LEAKED, replace=False))
    off = random.normal(0, 1, edges.shape) * np.where(leaked[image], 8, 8 + error)[:, None]
    none = np.zeros(len(image), np.bool_)
    predicted = Boxes(image, kind, edges + off, random.uniform(0, 1, len(image)), none)
    metric = Precision(match(predicted, Boxes(image, kind, edges, np.zeros(len(image)), none)))
    found, _ = differences_of(metric, Parts(leaked, none[:IMAGES], ~leaked))
    return found[0]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "RESAMPLES", (100, 100))


def test_chance_is_not_called_a_difference() -> None:
    rows = [scored(seed, 0) for seed in range(20)]
    assert sum(row.low > 0 or row.high < 0 for row in rows) <= 2
    assert abs(np.mean([row.value for row in rows])) < 0.02


def test_a_difference_is_found() -> None:
    rows = [scored(seed, 20) for seed in range(5)]
    assert all(row.low > 0 for row in rows)
    assert all(row.low < row.value < row.high for row in rows)
