"""How often the worth of a leak is called certain where there is none: images called leaked by chance.

    python benchmarks/chance.py [--sets 150]

Each set has 300 images, 8 classes of which some are rare, and a model that is better on some images than on
others; 40 images are called leaked by chance. Printed: how much higher mAP@50:95 is on those 40 than on the
others, and in how many sets the interval of 95 % leaves zero out, by the plain percentiles of the bootstrap
and as Holdfast does it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from holdfast.impact import difference
from holdfast.impact.matching import Boxes, match
from holdfast.impact.precision import Precision
from holdfast.impact.worth import Parts

IMAGES, LEAKED, CLASSES, DRAWS = 300, 40, 8, 200


def model(random: np.random.Generator) -> Precision:
    """The metric of a set: up to seven boxes an image, each found up to two times, and up to three strays."""
    hard = np.abs(random.normal(0, 1, IMAGES))
    image = np.repeat(np.arange(IMAGES), random.integers(1, 8, IMAGES))
    kind = (CLASSES * random.random(len(image)) ** 2).astype(np.int64)
    edges = boxes(random, len(image))
    found = np.repeat(np.arange(len(image)), random.integers(0, 3, len(image)))
    off = random.normal(0, 1, (len(found), 4)) * (6 + 3 * hard[image[found]])[:, None]
    said = np.where(random.random(len(found)) < 0.8, kind[found], random.integers(0, CLASSES, len(found)))
    stray = np.repeat(np.arange(IMAGES), random.integers(0, 4, IMAGES))
    predicted = Boxes(
        np.concatenate([image[found], stray]),
        np.concatenate([said, random.integers(0, CLASSES, len(stray))]),
        np.concatenate([edges[found] + off, boxes(random, len(stray))]),
        np.concatenate([random.normal(0.6, 0.2, len(found)), random.normal(0.35, 0.2, len(stray))]),
        np.zeros(len(found) + len(stray), np.bool_),
    )
    truth = Boxes(image, kind, edges, np.zeros(len(image)), np.zeros(len(image), np.bool_))
    return Precision(match(predicted, truth))


def boxes(random: np.random.Generator, number: int) -> np.ndarray:
    corner = random.uniform(0, 400, (number, 2))
    return np.hstack([corner, corner + random.uniform(20, 200, (number, 2))])


def percentiles(
    metric: Precision, leaked: np.ndarray, clean: np.ndarray, random: np.random.Generator
) -> tuple:
    """The plain bootstrap: the middle 95 % of the differences of resamples."""

    def of(members: np.ndarray) -> float:
        drawn = random.choice(members, len(members))
        return metric(np.bincount(drawn, minlength=IMAGES).astype(np.float64))[0]

    return tuple(np.nanpercentile([of(leaked) - of(clean) for _ in range(DRAWS)], (2.5, 97.5)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=150)
    sets = parser.parse_args().sets
    difference.RESAMPLES = (DRAWS, DRAWS)
    higher, plain, ours = [], 0, 0
    for seed in range(sets):
        random = np.random.default_rng(seed)
        metric = model(random)
        leaked = np.isin(np.arange(IMAGES), random.choice(IMAGES, LEAKED, replace=False))
        higher.append(metric(leaked * 1.0)[0] - metric(~leaked * 1.0)[0])
        low, high = percentiles(metric, np.flatnonzero(leaked), np.flatnonzero(~leaked), random)
        plain += low > 0 or high < 0
        [row, _], _ = difference.differences_of(metric, Parts(leaked, leaked & ~leaked, ~leaked))
        ours += row.low > 0 or row.high < 0
    print(
        f"mAP@50:95 of {LEAKED} of {IMAGES} images drawn by chance: {np.mean(higher):+.3f} against the others"
    )
    print(f"intervals without zero: {plain} of {sets} by plain percentiles, {ours} of {sets} by Holdfast")


if __name__ == "__main__":
    main()
