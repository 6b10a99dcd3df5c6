"""Whether two splits differ by more than chance: shares of classes, and distributions of a number."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from holdfast.stats.naming import with_class


@dataclass(frozen=True, slots=True)
class Drift:
    """How far two splits differ: `effect`, from 0 (equal) to 1 (nothing in common)."""

    effect: float
    chance: Callable[[], float]

    @property
    def p(self) -> float:
        """The chance that two splits drawn at random from the same images differ as much; few ask for it."""
        return self.chance()


def _surely() -> float:
    return 1.0


def _never() -> float:
    return 0.0


def _chi_square(degrees: int, statistic: float) -> float:
    from scipy import special  # not above: a fifth of a second of every start

    return float(special.chdtrc(degrees, statistic))


def _kolmogorov(statistic: float) -> float:
    from scipy import special  # as above

    return float(special.kolmogorov(statistic))


def class_counts(annotations: pl.DataFrame) -> pl.DataFrame:
    """Annotations by image and class: columns `split`, `image`, `class` and `count`. A class without a name
    counts only where none has one, as `class 7`."""
    counts = annotations.group_by("split", "image", "class_id", "class_name").agg(count=pl.len())
    known = with_class(counts).drop_nulls("image").with_columns(pl.col("split").cast(pl.String))
    return known.group_by("split", "image", "class").agg(pl.col("count").sum())


def share_drift(counts: pl.DataFrame, first: str, second: str) -> Drift:
    """How far the shares of classes differ between two splits; `counts` as `class_counts` gives them.

    The effect is Cramér's V of the two-row table with both splits weighted alike, so that it does not depend
    on their sizes, less what chance gives (as Bergsma corrects V, 2013, doi:10.1016/j.jkss.2012.10.002).
    Annotations of one image are no independent draws: the variance of a share is that of a ratio over
    images, and the test is the chi-square test corrected for it (Rao and Scott 1981,
    doi:10.1080/01621459.1981.10477633).
    """
    shares = class_shares(counts, first, second)
    images = counts.group_by("split", "image").agg(size=pl.col("count").sum())
    sizes = {name: images.filter(split=name)["size"].to_numpy().astype(float) for name in (first, second)}
    if shares.height < 2 or any(not len(size) for size in sizes.values()):
        return Drift(0.0, _surely)
    a, b = shares[first].to_numpy(), shares[second].to_numpy()
    noise = _variance(counts, images, shares) * sum(len(size) / size.sum() ** 2 for size in sizes.values())
    found = float(np.sum((a - b) ** 2 / (a + b)) / 2)
    expected = float(np.sum(noise / (a + b)) / 2)
    if expected <= 0:
        return Drift(math.sqrt(found), _never if found else _surely)
    degrees = shares.height - 1
    chance = partial(_chi_square, degrees, degrees * found / expected)
    return Drift(math.sqrt(max(0.0, found - expected)), chance)


def class_shares(counts: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    """The share of each class in two splits: columns `class` and the two names, the largest change first."""
    sums = counts.group_by("split", "class").agg(pl.col("count").sum())
    shares = sums.with_columns(share=pl.col("count") / pl.col("count").sum().over("split"))
    sides = [
        shares.filter(split=name).select("class", pl.col("share").alias(name)) for name in (first, second)
    ]
    both = sides[0].join(sides[1], on="class", how="full", coalesce=True).fill_null(0.0)
    return both.sort((pl.col(first) - pl.col(second)).abs(), "class", descending=[True, False])


def _variance(counts: pl.DataFrame, images: pl.DataFrame, shares: pl.DataFrame) -> npt.NDArray[np.float64]:
    """The mean over images of (count of a class - its share of the image's annotations) squared, a class
    each in the order of `shares`, from sums only: most images have few of the classes."""
    sums = counts.join(images, on=["split", "image"]).group_by("class").agg(
        total=pl.col("count").sum(),
        square=(pl.col("count").cast(pl.Float64) ** 2).sum(),
        mixed=(pl.col("count").cast(pl.Float64) * pl.col("size")).sum(),
    )  # fmt: skip
    sums = shares.select("class").join(sums, on="class", how="left", maintain_order="left")
    share = sums["total"].to_numpy() / sums["total"].sum()
    whole = float((images["size"].cast(pl.Float64) ** 2).sum())
    spread = sums["square"].to_numpy() - 2 * share * sums["mixed"].to_numpy() + share**2 * whole
    mean: npt.NDArray[np.float64] = np.maximum(spread, 0.0) / images.height
    return mean


def value_drift(first: pl.Series, second: pl.Series, images: tuple[int, int]) -> Drift:
    """How far two samples of a number differ: the largest distance of their cumulative shares.

    This is the two-sample Kolmogorov-Smirnov test with the limiting distribution (Smirnov 1948,
    doi:10.1214/aoms/1177730256). Boxes of one image are alike, so the numbers of images, not those of
    the values, are taken as the sizes of the samples: the test is too careful rather than too eager.
    """
    a, b = (np.sort(side.drop_nulls().drop_nans().to_numpy()) for side in (first, second))
    if not len(a) or not len(b) or not all(images):
        return Drift(0.0, _surely)
    places = np.unique(np.concatenate([a, b]))
    below = [np.searchsorted(side, places, side="right") / len(side) for side in (a, b)]
    distance = float(np.abs(below[0] - below[1]).max())
    size = images[0] * images[1] / sum(images)
    return Drift(distance, partial(_kolmogorov, math.sqrt(size) * distance))
